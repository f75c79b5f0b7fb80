"""420 real districts, from a file to a released benchmark, and every figure computed once more."""

import csv
import re
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from processes import Demo

FILE = Path(__file__).parents[2] / "data" / "california_districts_1998_99.csv"
FEWEST = 5
ITEMS = {
    "students-per-teacher": (2, "students per teacher"),
    "computers-per-student": (4, "computers per student"),
    "expenditure-per-student": (2, "USD"),
    "reduced-price-lunch": (4, "percent of students"),
    "reading-score": (1, "points"),
}
"""Each item in its order, with the decimals and the unit of its figures."""

WITH_OTHERS = frozenset(
    {
        ("students-per-teacher", "10,000 students and more", "lower_quartile"),
        ("students-per-teacher", "2,500 to 4,999 students", "lower_quartile"),
        ("students-per-teacher", "5,000 to 9,999 students", "upper_quartile"),
        ("expenditure-per-student", "500 to 999 students", "lower_quartile"),
        ("reduced-price-lunch", "Under 500 students", "upper_quartile"),
    }
)
"""Quartiles that, taken together with others, would stand for fewer than five."""

BY_CHANCE = {"5098.63"}
"""A released mean of several districts that happens to be, to the cent, what another one spends."""


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(row: dict[str, str]) -> dict[str, Fraction]:
    """What a district has of each item, exactly."""
    told = {name: Fraction(row[name]) for name in ("students", "teachers", "computers")}
    return {
        "students-per-teacher": told["students"] / told["teachers"],
        "computers-per-student": told["computers"] / told["students"],
        "expenditure-per-student": Fraction(row["expenditure_per_student"]),
        "reduced-price-lunch": Fraction(row["lunch_percent"]),
        "reading-score": Fraction(row["reading_score"]),
    }


def size(students: int) -> str:
    for most, name in (
        (499, "Under 500 students"),
        (999, "500 to 999 students"),
        (2499, "1,000 to 2,499 students"),
        (4999, "2,500 to 4,999 students"),
        (9999, "5,000 to 9,999 students"),
    ):
        if students <= most:
            return name
    return "10,000 students and more"


def groups() -> dict[tuple[str | None, str | None], list[dict[str, Fraction]]]:
    """The consortium, then the groups by basis and name, each with what its districts have."""
    found = defaultdict(list)
    for row in rows():
        own = figures(row)
        found[None, None].append(own)
        found["county", f"{row['county']} County"].append(own)
        found["size", size(int(row["students"]))].append(own)
    everyone = found.pop((None, None))
    return {(None, None): everyone, **dict(sorted(found.items()))}


def mean(values: list[Fraction], decimals: int) -> Decimal:
    """The mean, rounded half to even, without a float in between."""
    scaled = round(sum(values) / len(values) * 10**decimals)
    return Decimal(scaled).scaleb(-decimals)


def windows(n: int) -> dict[str, tuple[int, int]]:
    """Which of n ordered values each quantile is the mean of: five or six, or half of them."""
    if n >= 17:
        lower = (n - 7) // 4
        middle = 5 if n % 2 else 6
        return {
            "lower_quartile": (lower, lower + 5),
            "median": ((n - middle) // 2, (n + middle) // 2),
            "upper_quartile": (n - lower - 5, n - lower),
        }
    if n < 11:
        return {}
    middle = {11: 5, 12: 6, 13: 5, 14: 6, 15: 7, 16: 8}[n]
    inner = {"middle_half": ((n - middle) // 2, (n + middle) // 2)}
    if n % 2:
        return inner
    return {"lower_half": (0, n // 2), **inner, "upper_half": (n // 2, n)}


def expected() -> list[dict[str, Any]]:
    """The cells of the release: a mean is withheld here for the size of its group alone.

    What is left of the whole without the counties that are shown is large enough, and so is what is
    left of a size without those within it. A few quartiles would tell of too few together with
    others.
    """
    cells = []
    for item, (decimals, unit) in ITEMS.items():
        for (basis, group), members in groups().items():
            n = len(members)
            ordered = sorted(own[item] for own in members)
            for statistic, (start, stop) in {"mean_of_districts": (0, n), **windows(n)}.items():
                shown = n >= FEWEST and (item, group, statistic) not in WITH_OTHERS
                cells.append(
                    {
                        "item": item,
                        "unit": unit,
                        "basis": basis,
                        "group": group,
                        "statistic": statistic,
                        "category": None,
                        "period": "1998-99",
                        "status": "published" if shown else "withheld",
                        "n": n if shown else None,
                        "value": mean(ordered[start:stop], decimals) if shown else None,
                        "band": None,
                        "reading": None,
                    }
                )
    return cells


def released(demo: Demo, key: str) -> list[dict[str, Any]]:
    """The cells of the release, without what only names them."""
    cells = demo.every(key, f"/v1/releases/{demo.variables['RELEASE']}/cells")
    assert [cell["position"] for cell in cells] == list(range(1, len(cells) + 1))
    names = {"id", "position", "peer_group_id"}
    return [{name: cell[name] for name in cell if name not in names} for cell in cells]


def districts(demo: Demo) -> dict[str, dict[str, Any]]:
    """The members of the benchmark, by their code; the invented ones beside them have none."""
    listed = demo.every(demo.variables["ANALYST"], "/v1/districts", state="CA")
    return {each["external_ids"]["ca_district_code"]: each for each in listed}


def test_every_released_figure_is_the_one_computed_from_the_file(california: Demo) -> None:
    told = released(california, california.variables["VIEWER"])

    assert told == expected()
    assert len(told) == 5 * (1 + 45 + 6) + 265
    assert sum(cell["status"] == "withheld" for cell in told) == 5 * 11 + len(WITH_OTHERS)


def test_what_is_expected_leaves_nobody_over() -> None:
    told = {
        basis: [len(members) for (kind, _), members in groups().items() if kind == basis]
        for basis in (None, "county", "size")
    }
    left = 420 - sum(n for n in told["county"] if n >= FEWEST)

    assert (told[None], sum(told["county"]), sum(told["size"])) == ([420], 420, 420)
    assert (left, min(told["size"]), min(told["county"])) == (22, 24, 1)


def test_staff_and_members_read_the_same_release(california: Demo) -> None:
    keys = california.variables
    sheets = {
        role: california.get(
            keys[role], f"/v1/releases/{keys['RELEASE']}/cells", format="csv"
        ).content
        for role in ("CONSORTIUM_ADMIN", "ANALYST", "DATA_STEWARD", "SUPERINTENDENT", "PLANNER")
    }
    other = california.keys["data_steward of 75119"]
    sheets["ANOTHER"] = california.get(
        other, f"/v1/releases/{keys['RELEASE']}/cells", format="csv"
    ).content

    assert len(set(sheets.values())) == 1
    assert sheets["ANALYST"].count(b"\n") == 1 + 5 * (1 + 45 + 6) + 265


def test_the_auditor_reads_the_ledger_and_no_figure(california: Demo) -> None:
    key, release = california.variables["AUDITOR"], california.variables["RELEASE"]
    refused = california.get(key, f"/v1/releases/{release}/cells")
    attested = california.every(key, "/v1/ledger", action="submission:attest", outcome="done")

    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-02")
    assert {each["district_id"] for each in attested} == {
        each["id"] for each in districts(california).values()
    }
    assert len(attested) == 420 + 5


def test_every_district_of_the_file_is_a_member(california: Demo) -> None:
    context = {
        code: (each["name"], each["county"], each["grade_span"], each["enrollment"])
        for code, each in districts(california).items()
    }

    assert context == {
        row["state_district_code"]: (
            row["name"],
            row["county"],
            row["grades"],
            int(row["students"]),
        )
        for row in rows()
    }


def test_a_superintendent_sees_its_own_figures_beside_the_released_ones(california: Demo) -> None:
    keys = california.variables
    position = california.told(
        keys["SUPERINTENDENT"],
        f"/v1/releases/{keys['RELEASE']}/position",
        district_id=keys["DISTRICT"],
    )
    row = next(row for row in rows() if row["state_district_code"] == "61499")
    mine = {("county", "Butte County"), ("size", "Under 500 students"), (None, None)}
    beside: dict[str, list[tuple[str | None, Decimal | None, str]]] = defaultdict(list)
    for cell in expected():
        if (cell["basis"], cell["group"]) in mine and cell["status"] == "withheld":
            beside[cell["item"]].append((cell["group"], None, "withheld"))
        elif (cell["basis"], cell["group"]) in mine:
            own = mean([figures(row)[cell["item"]]], ITEMS[cell["item"]][0])
            band = "below" if own < cell["value"] else "above" if own > cell["value"] else "at"
            beside[cell["item"]].append((cell["group"], cell["value"], band))

    assert {
        each["item"]: [(cell["group"], cell["value"], cell["band"]) for cell in each["released"]]
        for each in position["items"]
    } == beside
    assert [each["figure"] for each in position["items"]] == [
        mean([figures(row)[item]], decimals) for item, (decimals, _) in ITEMS.items()
    ]


def test_no_one_but_the_district_reads_its_answers(california: Demo) -> None:
    keys = california.variables
    path = f"/v1/rounds/{keys['ROUND']}/districts/{keys['DISTRICT']}/submission"
    own = california.told(keys["DATA_STEWARD"], path)
    refusals = {
        role: california.get(keys[role], path)
        for role in ("CONSORTIUM_ADMIN", "ANALYST", "AUDITOR", "VIEWER")
    }
    other = california.get(california.keys["data_steward of 75119"], path)

    assert own["state"] == "locked"
    assert own["answers"][2]["value"] == Decimal("5099.38")
    assert {
        role: (answer.status_code, answer.json()["rule"]) for role, answer in refusals.items()
    } == dict.fromkeys(refusals, (403, "TR-02"))
    assert (other.status_code, other.json()["code"]) == (404, "not_found")


def test_nothing_that_staff_can_read_has_a_raw_value(california: Demo) -> None:
    keys, told = california.variables, []
    for role, paths in (
        ("CONSORTIUM_ADMIN", ("/v1/users", "/v1/memberships", "/v1/keys", "/v1/meetings")),
        ("ANALYST", ("/v1/districts", "/v1/topics", "/v1/instruments", "/v1/rounds")),
        ("ANALYST", (f"/v1/rounds/{keys['ROUND']}/completeness",)),
        ("ANALYST", (f"/v1/rounds/{keys['ROUND']}/peer-groups",)),
        ("ANALYST", (f"/v1/rounds/{keys['ROUND']}/release-plans",)),
        ("ANALYST", (f"/v1/releases/{keys['RELEASE']}/cells",)),
        ("AUDITOR", ("/v1/ledger",)),
    ):
        for path in paths:
            told += california.every(keys[role], path)
    numbers = set(re.findall(r"(?<![\w.-])\d+\.\d+(?![\w.-])", str(told)))
    raw = {row["expenditure_per_student"] for row in rows()}
    raw |= {row["lunch_percent"] for row in rows() if len(row["lunch_percent"]) > 6}

    assert len(told) > 5 * 420
    assert len(numbers) > 150
    assert numbers & raw == BY_CHANCE
    assert {str(cell["value"]) for cell in expected()} >= BY_CHANCE
