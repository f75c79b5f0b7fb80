"""Small cells (TR-17): what a public table withholds, so that nobody is read out of it.

Pure computation: cells and numbers go in, and what to withhold comes out; it knows no table, no
request and no threshold. ``docs/public-reports.md`` tells the practice in plain words.
"""
