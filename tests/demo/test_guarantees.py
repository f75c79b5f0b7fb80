"""What both demos show of their guarantees: a difference refused, and proofs that hold offline."""

import json
import shlex
import subprocess
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from disclosure.exhaustive import breached
from processes import Demo
from twelve import CHOSEN, COUNTED, GROUPS, figures, within

from app.disclosure.figures import Column, Figure, Setting

SETTING = Setting(5)
QUANTITIES = ("students-per-teacher", "music-minutes", "finished")
CHOICES = {"mentoring": 0, "breakfast": 1, "adviser": 2}


@pytest.fixture(params=["california", "invented"])
def demo(request: pytest.FixtureRequest) -> Demo:
    made: Demo = request.getfixturevalue(request.param)
    return made


def said(demo: Demo) -> list[str]:
    """What the newest run of a demo printed, line by line."""
    data = Path(demo.variables["PROOFS"]).parents[1]
    newest = max(data.glob("said-*"), key=lambda file: file.stat().st_mtime_ns)
    return [line.strip() for line in newest.read_text().splitlines()]


def planned(demo: Demo, plan: str) -> list[dict[str, Any]]:
    return demo.every(demo.variables["ANALYST"], f"/v1/release-plans/{demo.variables[plan]}/cells")


def term(
    release: str | None, times: int, item: str, period: str, group: str | None
) -> dict[str, Any]:
    return {
        "times": str(times),
        "release_id": release,
        "item": item,
        "basis": None if group is None else "county",
        "group": group,
        "statistic": "mean_of_districts",
        "period": period,
    }


def test_asking_all_but_one_of_a_county_again_gives_no_figure(california: Demo) -> None:
    release = california.variables["RELEASE"]
    cells = planned(california, "ATTEMPT")
    items = [cell["item"] for cell in cells]
    differences = [
        [term(release, 1, each, "1998-99", "Butte County"), term(None, -1, each, "1998-99", None)]
        for each in items
    ]

    assert len({*items}) == 5
    assert [(cell["verdict"], cell["reason"], cell["rule"], cell["recipe"]) for cell in cells] == [
        ("withheld", "difference", "DR-05", difference) for difference in differences
    ]


def test_asking_all_but_one_again_gives_no_figure(invented: Demo) -> None:
    cells = planned(invented, "ATTEMPT")
    means = [cell for cell in cells if cell["statistic"] == "mean_of_districts"]
    release = invented.variables["RELEASE"]
    differences = [
        [term(release, 1, each, "2023-24", None), term(None, -1, each, "2023-24", None)]
        for each in QUANTITIES
    ]

    assert [cell["recipe"] for cell in means] == differences
    assert [(cell["item"], cell["reason"], cell["rule"]) for cell in cells] == [
        *((item, "difference", "DR-05") for item in QUANTITIES[:2]),
        *(("mentoring", "difference", "DR-05") for _ in range(4)),
        *(("breakfast", "difference", "DR-05") for _ in range(3)),
        *(("adviser", "difference", "DR-05") for _ in range(2)),
        ("belonging", "no_statistic", None),
        ("finished", "difference", "DR-05"),
    ]


def behind(item: str) -> dict[str | None, Figure]:
    """What becomes known of an item with the figure of each place, by who reports it."""
    found = {}
    for _, group in GROUPS:
        codes = [code for code, told in COUNTED.items() if told in within(group)]
        if item in CHOICES:
            those = [code for code in codes if CHOSEN[code][CHOICES[item]] is not None]
        else:
            place = {"students-per-teacher": 2, "music-minutes": 3, "finished": 4}[item]
            those = [code for code in codes if COUNTED[code][place] is not None]
            assert len(those) == len(figures(item, group))
        found[group] = Figure(group, {Column(code): 1 for code in those})
    return found


@pytest.mark.parametrize("item", [*QUANTITIES, *CHOICES])
def test_looking_at_every_few_districts_finds_the_same_verdicts(invented: Demo, item: str) -> None:
    """What goes out gives nobody away, and each figure that is kept back would."""
    cells = [cell for cell in planned(invented, "RELEASE_PLAN") if cell["item"] == item]
    places = behind(item)
    out = {cell["group"] for cell in cells if cell["verdict"] == "published"}
    published = [places[group] for group in places if group in out]

    assert breached(published, SETTING) is False
    assert {
        group: breached([*published, places[group]], SETTING) for group in places.keys() - out
    } == dict.fromkeys(places.keys() - out, True)
    assert None in out


def test_a_plan_with_fewer_groups_is_compared(invented: Demo) -> None:
    keys = invented.variables
    path = f"/v1/release-plans/{keys['OTHER_PLAN']}/comparison"
    told = invented.told(keys["ANALYST"], path, **{"with": keys["RELEASE_PLAN"]})
    out = [cell for cell in planned(invented, "RELEASE_PLAN") if cell["verdict"] == "published"]

    assert (told["in_both"], told["only_here"], told["only_there"]) == (len(out), [], [])


def test_it_prints_what_was_tried_and_by_which_recipe_it_is_refused(demo: Demo) -> None:
    lines = said(demo)
    begin = lines.index("What was tried, and is refused") + 1
    whole, asked, cells, n = {
        "CA": ("Butte County", 5, 5, 5),
        "ZZ": ("everyone who answered", 9, 13, 12),
    }[demo.told(demo.variables["VIEWER"], f"/v1/districts/{demo.variables['DISTRICT']}")["state"]]
    place = whole.removesuffix(" who answered")

    assert lines[begin].startswith(f"Staff asked {asked} districts again, {whole} without ")
    plan = f"The vault plans that of {cells} cells 0 go out, and keeps back {n} by DR-05."
    assert lines[begin + 1 : begin + 4] == [
        f"{plan} In students-per-teacher,",
        f"{place} (as released) \N{MINUS SIGN} everyone (asked again)",
        "would stand for fewer districts than the charter allows.",
    ]


def test_the_lines_it_prints_verify_what_it_kept(demo: Demo) -> None:
    lines = [line for line in said(demo) if " verify --" in line]
    done = [
        subprocess.run(shlex.split(line), capture_output=True, text=True, check=False)
        for line in lines
    ]
    cells = demo.every(demo.variables["VIEWER"], f"/v1/releases/{demo.variables['RELEASE']}/cells")

    assert [(each.returncode, each.stderr) for each in done] == [(0, ""), (0, "")]
    assert done[0].stdout == f"The certificate holds, for {len(cells)} cells.\n"
    assert done[1].stdout.endswith("\nThe ledger is as it was sealed.\n")


def test_a_figure_that_is_changed_by_one_digit_does_not_verify(demo: Demo, tmp_path: Path) -> None:
    kept = Path(demo.variables["PROOFS"])
    changed = tmp_path / "changed"
    copytree(kept, changed)
    cells = [json.loads(line) for line in (kept / "cells.jsonl").read_text().splitlines()]
    cells[0]["value"] += 1
    (changed / "cells.jsonl").write_text("".join(json.dumps(cell) + "\n" for cell in cells))
    (line,) = [line for line in said(demo) if " release verify --" in line]
    words = [word.replace(str(kept), str(changed)) for word in shlex.split(line)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"Cell {cells[0]['id']} is not as it was certified.\n" in done.stderr


def test_the_page_for_a_superintendent_is_kept(demo: Demo) -> None:
    page = Path(demo.variables["PROOFS"]) / "exposure.pdf"

    assert page.read_bytes()[:5] == b"%PDF-"


def test_what_is_shown_by_name_is_read_by_who_is_named_alone(invented: Demo) -> None:
    keys = invented.variables
    asked = {"round_id": keys["ROUND"], "item": "music-minutes"}
    read = {}
    for code in ("z-03", "z-02"):
        key = invented.keys[f"data_steward of {code}"]
        (own,) = invented.told(key, "/v1/me")["districts"]
        told = invented.told(key, f"/v1/districts/{own}/shared-answers", **asked)
        read[code] = [(each["district"], each["value"]) for each in told["data"]]

    assert read == {"z-03": [("Example Prairie Schools (invented)", 55)], "z-02": []}
    cannot = "Example Prairie Schools (invented) cannot show students-per-teacher (DR-11):"
    rule = (
        "Who becomes known leaves at least T others unknown behind each figure that was released."
    )
    assert [line for line in said(invented) if "(DR-11)" in line] == [f"{cannot} {rule}"]


def test_two_districts_met_and_the_others_that_were_asked_are_told_nothing(invented: Demo) -> None:
    path = f"/v1/districts/{invented.variables['DISTRICT']}/introductions"
    (told,) = invented.told(invented.variables["SUPERINTENDENT"], path)["data"]
    asked = {}
    for code in ("z-01", "z-08", "z-11", "z-09"):
        key = invented.keys[f"data_steward of {code}"]
        (own,) = invented.told(key, "/v1/me")["districts"]
        inquiries = invented.told(key, f"/v1/districts/{own}/inquiries")["data"]
        asked[code] = [(each["meets"], each["met"] is None) for each in inquiries]

    assert [each["district"] for each in told["met"]] == ["Port Hypothetical Schools (invented)"]
    assert asked == {
        "z-01": [(None, True)],
        "z-08": [(True, False)],
        "z-11": [(None, True)],
        "z-09": [],
    }


def test_a_practice_is_in_the_directory(invented: Demo) -> None:
    (told,) = invented.every(invented.variables["VIEWER"], "/v1/practices")

    assert (told["district"], told["title"], told["topic"]) == (
        "Example Prairie Schools (invented)",
        "A partner for every senior",
        "finishing",
    )


def test_no_real_district_shows_or_tells_anything_by_name(california: Demo) -> None:
    keys = california.variables
    own = f"/v1/districts/{keys['DISTRICT']}"

    assert california.every(keys["SUPERINTENDENT"], f"{own}/consents") == []
    assert california.told(keys["SUPERINTENDENT"], f"{own}/introductions") == {"data": []}
    assert california.every(keys["VIEWER"], "/v1/practices") == []
