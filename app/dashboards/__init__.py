"""Dashboards: a district's plan, with where each measure stands, in one read."""
