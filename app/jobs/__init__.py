"""Jobs: long work that was asked for, and how far it has come."""
