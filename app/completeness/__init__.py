"""Completeness: how far each district has come with a round, without a value."""
