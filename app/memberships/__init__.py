"""Memberships: who holds which role, in which organisation, and since when."""
