"""Who gets what of schools."""

from typing import Annotated

from app.policy import Action, allowed
from app.schools.repository import SchoolReadings
from app.schools.service import SchoolService

ReadSchools = Annotated[SchoolReadings, allowed(SchoolReadings, Action.SCHOOL_READ)]
ReadSchool = Annotated[SchoolReadings, allowed(SchoolReadings, Action.SCHOOL_READ, match=True)]
EnterSchool = Annotated[SchoolService, allowed(SchoolService, Action.SCHOOL_KEEP)]
EnterSchools = Annotated[SchoolService, allowed(SchoolService, Action.SCHOOL_KEEP, once=True)]
KeepSchool = Annotated[SchoolService, allowed(SchoolService, Action.SCHOOL_KEEP, match=True)]
