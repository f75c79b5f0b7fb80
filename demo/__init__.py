"""The demo: a consortium that goes all the way to a released benchmark, through the HTTP API."""
