"""Shredding: what the operator of the service does when the hold of a departure is over."""
