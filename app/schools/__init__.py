"""Schools: the places of a district that its observations may be of."""
