"""Consortium: the association itself."""
