"""Districts: the members of the consortium."""
