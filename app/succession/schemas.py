"""What it takes to begin the plan that follows a plan."""

from app.scalars import Code, Input, SchoolYear, Title


class FollowerDraft(Input):
    """The plan that is to follow a plan; the rest is taken over."""

    code: Code
    title: Title
    first_year: SchoolYear
    last_year: SchoolYear
