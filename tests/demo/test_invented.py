"""12 invented districts: every kind of item, answers that are missing, a late one, one withdrawn."""

import pytest
from processes import Demo
from twelve import GROUPS, expected, figures, trimmed


@pytest.mark.parametrize("role", ["CONSORTIUM_ADMIN", "ANALYST", "DATA_STEWARD", "VIEWER"])
def test_every_released_figure_is_the_one_computed_by_hand(invented: Demo, role: str) -> None:
    path = f"/v1/releases/{invented.variables['RELEASE']}/cells"

    assert trimmed(invented.every(invented.variables[role], path)) == expected()


def test_what_is_expected_has_groups_on_both_sides_of_the_least() -> None:
    counts = [
        (item, group, len(figures(item, group)))
        for item in ("students-per-teacher", "music-minutes", "finished")
        for _, group in GROUPS
    ]
    shown = [
        (each["item"], each["group"], each["n"])
        for each in expected()
        if each["n"] and each["category"] is None
    ]

    assert sorted({count for _, _, count in counts}) == [3, 4, 5, 6, 7, 9, 10]
    assert shown == [
        ("students-per-teacher", None, 10),
        ("students-per-teacher", "By the sea", 5),
        ("students-per-teacher", "On the plain", 5),
        ("music-minutes", None, 9),
        ("finished", None, 9),
    ]


def test_each_district_is_where_its_course_led_it(invented: Demo) -> None:
    keys = invented.variables
    listed = invented.every(keys["ANALYST"], f"/v1/rounds/{keys['ROUND']}/completeness")
    states = [(each["name"], each["state"], each["items_answered"]) for each in listed]

    assert [state for state in states if state[1:] != ("locked", 7)] == [
        ("Driftwood-on-Paper Schools (invented)", "withdrawn", 7),
        ("Placeholder Junction Schools (invented)", "draft", 3),
    ]
    assert len(states) == 12


def test_a_district_that_did_not_share_does_not_see_the_release(invented: Demo) -> None:
    path = f"/v1/releases/{invented.variables['RELEASE']}/cells"
    refusals = [
        invented.get(invented.keys[f"data_steward of {code}"], path) for code in ("z-07", "z-12")
    ]

    assert [(each.status_code, each.json()["rule"]) for each in refusals] == [
        (403, "TR-24"),
        (403, "TR-24"),
    ]


def test_a_correction_keeps_what_was_said_before(invented: Demo) -> None:
    keys = invented.variables
    key = invented.keys["data_steward of z-04"]
    mine = invented.told(key, "/v1/me")["districts"][0]
    path = f"/v1/rounds/{keys['ROUND']}/districts/{mine}/submission/history"
    versions = invented.every(key, path, item="music-minutes")

    assert [(each["version"], each["value"], each["reason"]) for each in versions] == [
        (1, 40, None),
        (2, 48, "Minutes of a half year were halved."),
    ]


def test_what_is_not_reported_says_why(invented: Demo) -> None:
    keys = invented.variables
    key = invented.keys["data_steward of z-05"]
    mine = invented.told(key, "/v1/me")["districts"][0]
    own = invented.told(key, f"/v1/rounds/{keys['ROUND']}/districts/{mine}/submission")
    music = own["answers"][1]

    assert (music["item"], music["status"], music["value"], music["comment"]) == (
        "music-minutes",
        "not_applicable",
        None,
        "There is no grade 4 this year.",
    )


def test_nobody_takes_a_district_for_a_real_one(invented: Demo) -> None:
    listed = invented.every(invented.variables["VIEWER"], "/v1/districts")

    assert {each["state"] for each in listed} == {"ZZ"}
    assert [each["name"] for each in listed if not each["name"].endswith(" (invented)")] == []
