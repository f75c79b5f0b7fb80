"""Accounts: the users and service accounts of each organisation."""
