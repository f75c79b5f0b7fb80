"""Health: whether the service lives and is ready."""
