"""Succession: the plan that follows a plan, and what it takes over."""
