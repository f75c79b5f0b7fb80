"""What schools look like on the wire."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from app.districts.schemas import GradeSpan
from app.scalars import KEPT, Formed, Id, Input, Name, Revision, View

SchoolCode = Annotated[
    str,
    Formed(
        "[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?",
        64,
        "A school's code is made of letters, digits and . _ -, and neither begins nor ends with"
        " one of those three.",
        "0123",
    ),
]
"""The district's own name of a school, as its other systems write it."""
NcesSchoolId = Annotated[
    str,
    Formed(
        "(?!0{12})[0-9]{12}",
        12,
        "An NCES school id has twelve digits, not all 0.",
        "060162000123",
    ),
]
"""NCES id of a school (NCESSCH): seven digits of the district and five of the school."""

SchoolSort = Literal["code", "-code", "name", "-name", "updated_at", "-updated_at"]


class SchoolContent(Input):
    """What is known of a school, beside the district it belongs to and its code there."""

    name: Name
    nces_id: NcesSchoolId | None = None
    grade_span: GradeSpan | None = None


class SchoolEntry(SchoolContent):
    """A school of a district, found by its code or new."""

    code: SchoolCode


class SchoolDraft(SchoolEntry):
    """A new school of a district."""

    district_id: Id


class SchoolRevision(Revision):
    """What changes of a school; its code and its district never do."""

    name: Name = KEPT
    nces_id: NcesSchoolId | None = None
    grade_span: GradeSpan | None = None


class SchoolView(View):
    """A school of a district; ``code`` is the district's own name for it."""

    id: UUID
    district_id: UUID
    code: str
    nces_id: str | None
    name: str
    grade_span: str | None
    created_at: datetime
    updated_at: datetime
    version: int


MOST_AT_ONCE: Final = 5000
"""Schools of one batch."""
