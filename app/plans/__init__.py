"""Strategic plans: what a district sets out to do over some school years."""
