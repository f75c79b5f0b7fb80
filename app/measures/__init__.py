"""Measures: what a district counts, and how, version by version."""
