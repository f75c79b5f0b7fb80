"""Accounts: users and service accounts."""
