"""Disclosure control without input or output: which figures may stand beside which.

Knows no table, no request and no district by name. Districts, figures and administrations are
whatever hashable names the caller gives them; what comes back speaks of those names.
"""
