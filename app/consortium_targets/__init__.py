"""What the members aim for together: targets that their meetings adopt."""
