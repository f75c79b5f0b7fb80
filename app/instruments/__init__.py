"""Instruments: sets of questions."""
