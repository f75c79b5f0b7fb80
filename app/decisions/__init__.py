"""Decisions: what a board voted on a plan, to approve it or to amend it."""
