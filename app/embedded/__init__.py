"""The embedded PostgreSQL: a server of one's own, started and stopped with the program.

Nothing here needs more than the standard library, so that a tool may start it before anything else
is known to work.
"""
