"""Introductions: members meet whose practice differs, when both say yes."""
