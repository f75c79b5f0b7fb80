"""How far a district's own answer is from what the members aim for together."""
