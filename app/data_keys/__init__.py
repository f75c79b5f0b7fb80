"""Data keys: what seals the answers of a district, and the master keys that wrap them."""
