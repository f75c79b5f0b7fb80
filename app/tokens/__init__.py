"""Tokens: short-lived ones for the clients of our own issuer, and what it publishes."""
