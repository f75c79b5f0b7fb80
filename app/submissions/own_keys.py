"""The one reading of a district's own data keys, for whatever takes its seal."""

from sqlalchemy import bindparam, select

from app.policy import Reading
from app.submissions.models import DistrictKey
from app.submissions.sealed_rows import WrappedKey

KEYS = Reading(
    select(DistrictKey.version, DistrictKey.wrapped).where(
        DistrictKey.district_id == bindparam("district_id")
    ),
    WrappedKey,
)
