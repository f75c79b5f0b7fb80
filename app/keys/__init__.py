"""Keys: what lets an account in."""
