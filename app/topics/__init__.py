"""Topics: what the members learn about from each other."""
