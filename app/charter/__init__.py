"""The trust charter: its versions, and what it says."""
