"""Who gets what of districts: every authority an endpoint can name."""

from typing import Annotated

from app.districts.repository import DistrictReadings
from app.districts.service import DistrictService
from app.policy import Action, allowed

ReadDistricts = Annotated[DistrictReadings, allowed(DistrictReadings, Action.DISTRICT_READ)]
AdmitDistrict = Annotated[DistrictService, allowed(DistrictService, Action.DISTRICT_ADMIT)]
AdmitDistricts = Annotated[
    DistrictService, allowed(DistrictService, Action.DISTRICT_ADMIT, once=True)
]
ReviseDistrict = Annotated[
    DistrictService, allowed(DistrictService, Action.DISTRICT_ADMIT, match=True)
]
AdvanceDistrict = Annotated[DistrictService, allowed(DistrictService, Action.DISTRICT_ADVANCE)]
