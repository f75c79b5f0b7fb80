"""Progress reports: what a district tells everybody, frozen, without a cell that names a child."""
