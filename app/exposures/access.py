"""Who gets what of exposure previews."""

from typing import Annotated

from app.exposures.repository import ExposureReadings
from app.policy import Action, allowed

ReadExposure = Annotated[ExposureReadings, allowed(ExposureReadings, Action.EXPOSURE_READ)]
