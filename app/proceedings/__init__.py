"""How a meeting went: its agenda, who took part, and the minutes made of both."""
