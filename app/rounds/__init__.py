"""Rounds: one run of an instrument among the members."""
