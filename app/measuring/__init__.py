"""The arithmetic of measures: periods, values, targets, status. It knows no table and no request.

Every number is a ``Fraction``; a float is refused. ``docs/measures.md`` tells the rules to people.
"""
