"""Meetings: where topics and targets are decided."""
