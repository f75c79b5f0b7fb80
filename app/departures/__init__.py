"""Departures: how a district takes its answers with it, and leaves (TR-28)."""
