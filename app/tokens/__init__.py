"""Tokens: client credentials turned into short-lived tokens."""
