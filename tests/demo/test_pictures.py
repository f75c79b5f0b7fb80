"""The pictures of the docs: drawn anew they are the same, and they show what the engine lets out."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.disclosure.audit import audit
from app.disclosure.figures import Column
from app.disclosure.planner import plan
from app.disclosure.quantiles import Answer, Place, quantiles
from demo.invented import TOLD, groups_of
from demo.pictures import ALL, CHARTER, SETTING, figures, figures_of, pictures, released

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("difference.svg", "place.svg", "twelve.svg")


def drawn_as(name: str) -> ET.Element:
    return ET.fromstring(pictures()[name])  # noqa: S314 - it was drawn here


def texts(name: str) -> list[str]:
    return [each.text or "" for each in drawn_as(name).iter(f"{SVG}text")]


def test_the_pictures_in_the_docs_are_fresh() -> None:
    kept = {path.name: path.read_text() for path in FOLDER.iterdir()}

    assert kept == pictures()


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_tells_who_cannot_see_it_what_it_shows(name: str) -> None:
    drawn = drawn_as(name)
    title, description = drawn[0], drawn[1]

    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert drawn.attrib["role"] == "img"
    assert drawn.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert title.text
    assert description.text


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_in_black_grey_and_white(name: str) -> None:
    drawn = drawn_as(name)
    colours = {
        each.attrib[paint]
        for each in drawn.iter()
        for paint in ("fill", "stroke")
        if each.attrib.get(paint, "").startswith("#")
    }

    assert [each for each in colours if len({each[1:3], each[3:5], each[5:7]}) > 1] == []


def test_of_twelve_the_mean_and_three_halves_go_out() -> None:
    ordered = sorted(figures().values())
    parts = [ordered, ordered[:6], ordered[3:9], ordered[6:]]

    assert [(each.name, each.value) for each in released()] == [
        (name, round(sum(part, Decimal(0)) / len(part), 1))
        for name, part in zip(
            ("all twelve", "the lower six", "the middle six", "the upper six"), parts, strict=True
        )
    ]


def test_no_districts_own_figure_is_in_a_picture_but_the_one_it_is_of() -> None:
    own = {f"{value:.1f}" for value in figures().values()} - {
        str(each.value) for each in released()
    }
    shown = {name: own & set(" ".join(texts(name)).split()) for name in NAMES}

    assert shown == {"difference.svg": set(), "place.svg": {"19.2"}, "twelve.svg": set()}


def test_the_difference_that_is_drawn_is_one_that_the_audit_refuses() -> None:
    groups = {each.name: each for each in groups_of(TOLD)}
    found = audit(figures_of([told.code for told in TOLD], [groups["Small"]]), SETTING)

    assert [(dict(each.recipe), each.touched) for each in found.breaches] == [
        ({ALL: 1, "Small": -1}, 3)
    ]
    assert "Recipe: all \N{MINUS SIGN} Small" in texts("difference.svg")


def test_an_own_place_is_a_band_and_no_rank() -> None:
    said = [each for each in texts("place.svg") if each.startswith("you are")]

    assert said == ["you are above", "you are above", "you are above", "you are below"]


def test_no_two_marks_of_a_scale_lie_on_each_other() -> None:
    places = sorted(each.value for each in released())

    assert [right - left < Decimal("0.3") for left, right in pairwise(places)] == [False] * 3


def test_the_halves_of_twelve_cost_the_groups_of_six() -> None:
    """What docs/guarantee.md says of a small consortium."""
    own = figures()
    groups = [each for each in groups_of(TOLD) if each.basis == "setting"]
    by_setting = figures_of(list(own), groups)
    answers = [Answer(Column(code), value) for code, value in own.items()]
    halves = [each.figure(each.place) for each in quantiles(answers, SETTING, CHARTER.neighbours)]

    without = plan([], by_setting, SETTING)
    beside = plan([], [by_setting[0], *halves, *by_setting[1:]], SETTING, trades=0)

    assert without.kept == (ALL, "On the plain", "By the sea")
    assert beside.kept == (ALL, Place.LOWER_HALF, Place.MIDDLE_HALF, Place.UPPER_HALF)
