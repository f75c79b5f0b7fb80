"""A person comes to the same status by hand, from the body of the answer and nothing else."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.measuring.periods import Period, parse
from app.measuring.words import Direction, PeriodKind, ValueStatus
from app.targets.charts import status_of
from app.targets.readings import ObservationView, SeriesView
from app.targets.schemas import TargetView

SOME = UUID(int=7)
YEARS = [f"20{year}-{year + 1}" for year in range(21, 36)]
NOTHING = dict.fromkeys(
    ["baseline_period", "baseline_value", "baseline_edition", "aim_value", "low", "high"]
    + ["starts_in", "due_in", "tolerance"]
) | {"milestones": [], "edition": 1}
numbers = st.decimals(-9, 9, places=1) | st.decimals(-600, 600, places=1)
counts = st.decimals(0, 20, places=0) | st.decimals(0, 5000, places=0)
tolerances = st.none() | st.decimals(0, 50, places=2)
breaks = st.just([0, 0]) | st.lists(st.integers(0, 1), min_size=2, max_size=2)
eras = breaks.map(lambda steps: list(accumulate(steps, initial=1)))
statuses = st.just(ValueStatus.REPORTED) | st.sampled_from(ValueStatus)
turns = st.none() | st.sampled_from([Direction.INCREASE, Direction.DECREASE, Direction.NEUTRAL])


@st.composite
def ways(draw: st.DrawFn) -> dict[str, Any]:
    """From a baseline to an aim through milestones with gaps, in either direction, or to where one is."""
    places = sorted(draw(st.sets(st.integers(0, 9), min_size=2, max_size=6)))
    first, *middle, last = [(YEARS[place], draw(numbers)) for place in places]
    aim = draw(st.sampled_from([last[1], first[1]]))
    return NOTHING | {
        "direction": draw(st.sampled_from([Direction.INCREASE, Direction.DECREASE])),
        "baseline_period": first[0],
        "baseline_value": first[1],
        "baseline_edition": draw(st.integers(1, 3)),
        "edition": draw(st.integers(1, 3)),
        "aim_value": aim,
        "due_in": last[0],
        "milestones": [{"period": period, "value": value} for period, value in middle],
        "tolerance": draw(tolerances),
    }


@st.composite
def bands(draw: st.DrawFn) -> dict[str, Any]:
    """A band, with an end or without."""
    low, high = sorted([draw(numbers), draw(numbers)])
    start, due = sorted([draw(st.sampled_from(YEARS)), draw(st.sampled_from(YEARS))])
    return NOTHING | {
        "direction": Direction.MAINTAIN,
        "edition": draw(st.integers(1, 3)),
        "low": low,
        "high": high,
        "starts_in": start,
        "due_in": draw(st.sampled_from([None, due])),
        "tolerance": draw(tolerances),
    }


@st.composite
def observations(draw: st.DrawFn, *, ratio: bool) -> dict[str, Any]:
    """A value, a quotient, a quotient over 0, or a reason why there is none."""
    status = draw(statuses)
    period = draw(st.sampled_from(YEARS))
    said = {"value": None, "numerator": None, "denominator": None}
    if status.has_value:
        said |= (
            {"numerator": draw(counts), "denominator": draw(st.just(Decimal(0)) | counts)}
            if ratio
            else {"value": draw(numbers)}
        )
    return said | {
        "id": SOME,
        "period": period,
        "ends": parse(period).last_day,
        "edition": draw(st.integers(1, 3)),
        "status": status,
    }


def by_hand(body: dict[str, Any]) -> tuple[str, Fraction | None]:
    """Go through the questions of the page about measures, one after the other."""
    target, seen, measure = body["target"], body["observation"], body["measure"]
    on, until = date.fromisoformat(body["on"]), body["fresh_until"]
    overdue = until is not None and on > date.fromisoformat(until)
    if measure["direction"] == "neutral":
        return "no_target", None
    band = target["direction"] == "maintain"
    begins = (
        parse(target["starts_in"]).first_day if band else parse(target["baseline_period"]).last_day
    )
    early = seen is None or parse(seen["period"]).last_day < begins
    if early and on < begins:
        return "not_started", None
    if seen is None or (value := value_of(seen)) is None:
        return "no_data", None
    if early:
        return ("stale" if overdue else "not_started"), None
    of = {target["edition"], seen["edition"], *([] if band else [target["baseline_edition"]])}
    one_era = len({measure["eras"][edition - 1] for edition in of}) == 1
    if not one_era or target["direction"] != measure["direction"]:
        return "not_comparable", None
    status, difference = (in_band if band else on_the_way)(target, parse(seen["period"]), value)
    return ("stale" if overdue else status), difference


def value_of(seen: dict[str, Any]) -> Fraction | None:
    if seen["status"] not in {"reported", "estimated"}:
        return None
    if seen["factor"] is None:
        return None if seen["value"] is None else Fraction(seen["value"])
    if not seen["denominator"]:
        return None
    return Fraction(seen["numerator"]) / Fraction(seen["denominator"]) * seen["factor"]


def in_band(target: dict[str, Any], period: Period, value: Fraction) -> tuple[str, Fraction]:
    low, high = Fraction(target["low"]), Fraction(target["high"])
    tolerance = (high - low) / 10 if target["tolerance"] is None else Fraction(target["tolerance"])
    due = target["due_in"] is not None and period.last_day >= parse(target["due_in"]).last_day
    difference = min(value - low, high - value)
    if low <= value <= high:
        return ("met" if due else "on_track"), difference
    near = low - tolerance <= value <= high + tolerance
    return ("at_risk" if near else "off_track"), difference


def on_the_way(target: dict[str, Any], period: Period, value: Fraction) -> tuple[str, Fraction]:
    baseline, aim = Fraction(target["baseline_value"]), Fraction(target["aim_value"])
    points = [
        (int(target["baseline_period"][:4]), baseline),
        *((int(each["period"][:4]), Fraction(each["value"])) for each in target["milestones"]),
        (int(target["due_in"][:4]), aim),
    ]
    year = int(str(period)[:4])
    expected = aim
    for (start, low), (end, high) in pairwise(points):
        if start <= year <= end:
            expected = low + (high - low) * Fraction(year - start, end - start)
            break
    sign = 1 if target["direction"] == "increase" else -1
    told = target["tolerance"]
    tolerance = abs(aim - baseline) / 10 if told is None else Fraction(told)
    difference = sign * (value - expected)
    if sign * value >= sign * aim:
        return "met", difference
    if difference >= 0:
        return "on_track", difference
    return ("at_risk" if difference >= -tolerance else "off_track"), difference


def compare(
    aims: dict[str, Any],
    factor: int | None,
    turned: Direction | None,
    of_editions: list[int],
    on: date,
    seen: dict[str, Any] | None,
) -> None:
    """Compute an answer, and come to the same from its body."""
    target = TargetView(
        **aims,
        id=SOME,
        district_id=SOME,
        indicator_id=SOME,
        measure_id=SOME,
        created_at=on,
        updated_at=on,
        version=1,
    )
    series = SeriesView(
        id=SOME,
        code="a",
        name="A",
        unit="%",
        decimals=1,
        direction=turned or aims["direction"],
        frequency=PeriodKind.SCHOOL_YEAR,
        grace_days=None,
        eras=of_editions,
        factors=[factor] * 3,
    )
    newest = None if seen is None else ObservationView(**seen)
    answer = status_of(target, series, newest, None, on).model_dump_json()
    body = json.loads(answer, parse_float=Decimal, parse_int=Decimal)
    for each in (body["target"], body["observation"] or {}, body["measure"]):
        for name in ("edition", "baseline_edition", "factor"):
            if each.get(name) is not None:
                each[name] = int(each[name])
    status, difference = by_hand(body)
    assert body["status"] == status
    told = body["difference"]
    assert (None if told is None else Fraction(told)) == (
        None if difference is None else Fraction(round(difference, 6))
    )


days = st.dates(date(2021, 7, 1), date(2037, 6, 30))


@settings(max_examples=200)
@given(
    ways(),
    st.sampled_from([1, 100, 1000]),
    turns,
    eras,
    days,
    st.none() | observations(ratio=True),
)
def test_a_person_comes_to_the_same_status_of_a_quotient_on_its_way_by_hand(
    aims, factor, turned, of_editions, on, seen
):
    compare(aims, factor, turned, of_editions, on, seen)


@settings(max_examples=200)
@given(ways(), turns, eras, days, st.none() | observations(ratio=False))
def test_a_person_comes_to_the_same_status_of_a_number_on_its_way_by_hand(
    aims, turned, of_editions, on, seen
):
    compare(aims, None, turned, of_editions, on, seen)


@settings(max_examples=200)
@given(bands(), turns, eras, days, st.none() | observations(ratio=False))
def test_a_person_comes_to_the_same_status_of_a_band_by_hand(aims, turned, of_editions, on, seen):
    compare(aims, None, turned, of_editions, on, seen)
