"""Observations: what a measure came to in a period, and every correction of it."""
