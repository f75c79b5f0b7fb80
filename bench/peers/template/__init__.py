"""The same readings and the same batch, in the style of FastAPI's official full-stack template.

SQLModel on synchronous psycopg, an HS256 token checked by PyJWT, one row of the user read for each
request, the SQL and the check of the membership in the endpoints. It has no row security and no
ledger, and is written as well as that style allows: each relation is read by one statement.
"""
