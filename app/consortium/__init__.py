"""The consortium itself: what it is for, and the charter in force."""
