"""Changes: what was written, for those who keep a copy in step."""
