"""Indicators: what success would look like for a goal, and the measures that tell."""
