"""Ledger: who opened what is sealed, who changed whose rights, what was refused."""
