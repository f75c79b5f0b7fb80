"""Targets: where a measure should be, and the status that a computation or a person gives."""
