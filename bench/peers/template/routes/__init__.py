"""The endpoints of the peer."""
