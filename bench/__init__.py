"""How fast the service is, measured against a peer in the same run; `python -m bench.speed`."""
