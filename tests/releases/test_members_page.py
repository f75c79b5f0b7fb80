"""The bodies on the page for members are what the service would say."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.distances.schemas import DistanceView
from app.releases.position import band
from app.releases.position_schemas import ItemPosition

PAGE = Path(__file__).parents[2] / "docs" / "members.md"
BODIES = re.findall(r"^```json\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
VIEWS = (ItemPosition, ItemPosition, DistanceView)


@pytest.mark.parametrize(("body", "view"), [*zip(BODIES, VIEWS, strict=True)])
def test_a_body_on_the_page_has_every_member_and_no_other(body: str, view: type[BaseModel]) -> None:
    assert json.loads(view.model_validate_json(body).model_dump_json()) == json.loads(body)


def test_the_bands_on_the_page_are_those_of_its_figures() -> None:
    item = ItemPosition.model_validate_json(BODIES[0])
    (trend,) = item.trends
    told = [
        *((item.figure, each) for each in item.released),
        *((each.figure, each) for each in (trend.before, trend.now)),
    ]
    assert [band(own, each.status, each.value) for own, each in told] == [
        each.band for _, each in told
    ]
