"""Practices: who does this? From members that opted in."""
