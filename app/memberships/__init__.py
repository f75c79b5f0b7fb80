"""Memberships: who holds which role where."""
