"""A service with a key file of its own, whose master keys may be rotated and forgotten."""

from shredding.conftest import app, house, key_file

__all__ = ["app", "house", "key_file"]
