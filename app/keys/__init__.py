"""Keys: the personal and service keys that let an account in."""
