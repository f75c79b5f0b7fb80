"""Me: what a caller is and may do."""
