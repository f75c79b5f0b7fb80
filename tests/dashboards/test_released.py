"""What the benchmarks released stands beside the measures that are linked to their items."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from answers import FULL, attested
from conftest import NORTH
from measured import a_count, a_goal, a_measure, a_plan, an_indicator, an_observation, tells
from paths import open_round, told
from planning import seen
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from ten import TEN, cells_of, published

from app.clock import now
from app.dashboards import repository
from app.dashboards.asked import Question
from app.dashboards.released import LinkedCell, put_beside
from app.dashboards.repository import etag_of
from app.instruments.models import Item
from app.releases.models import Cell, Release, ReleasePlan
from app.rounds.models import Round
from app.submissions.models import Submission
from app.submissions.seals import OwnSeal
from app.vocabulary import Role
from app.wire.sheets import Format

pytestmark = pytest.mark.anyio
ITEM = "expenditure"


def at(district=NORTH, query="") -> str:
    return f"/v1/districts/{district}/dashboard{query}"


async def told_by(given, *units, district=NORTH):
    """A plan of one measure: what is spent for each student, by an edition for each unit."""
    units = units or ("USD per student",)
    plan, measure = a_plan(district), a_measure("spent", district, edition=len(units))
    goal = a_goal(plan, 1)
    indicator = an_indicator(goal, 1)
    editions = [
        a_count(measure, edition=number, kind="currency", unit=unit)
        for number, unit in enumerate(units, start=1)
    ]
    await given(plan, goal, indicator, measure, *editions, tells(indicator, measure))
    return measure


def spent(measure, number, period="2026-27", **changes):
    none = {"numerator": None, "denominator": None}
    return an_observation(measure, period, value=Decimal(number), **(none | changes))


async def linked(everyone, round_, measure, district=NORTH, item=ITEM):
    """Link a measure to an item of a round's instrument."""
    path = f"/v1/instruments/{round_['instrument_id']}"
    code = told(await everyone(Role.ANALYST).get(path), 200)["code"]
    path = f"/v1/districts/{district}/links/{code}/{item}"
    caller = everyone(Role.DATA_STEWARD, district)
    headers = {}
    if (await caller.get(path)).status_code == 200:
        headers = await seen(caller, path)
    body = {"measure_id": str(measure.id)}
    assert (await caller.put(path, json=body, headers=headers)).status_code in {200, 201}
    return code


async def shown(everyone, district=NORTH, role=Role.VIEWER):
    """What stands beside the measure."""
    whole = told(await everyone(role, district).get(at(district)), 200)
    return whole["goals"][0]["indicators"][0]["measures"][0]["released"]


async def test_the_released_figures_and_the_band_stand_beside_the_measure(everyone, locked, given):
    """As they stand beside the answer, which here says what was observed."""
    round_ = await locked()
    measure = await told_by(given)
    observation = spent(measure, 6385)
    await given(observation, spent(measure, 1, "2025-26"))
    code = await linked(everyone, round_, measure)
    assert await shown(everyone) == []
    release = await published(everyone, round_)
    position = f"/v1/releases/{release['id']}/position?district_id={NORTH}"
    items = told(await everyone(Role.SUPERINTENDENT, NORTH).get(position), 200)["items"]
    (beside,) = [each["released"] for each in items if each["item"] == ITEM]
    assert [(each["group"], each["value"], each["band"]) for each in beside] == [
        (None, 5702, "above"),
        ("Alder", 5865, "above"),
    ]
    assert await shown(everyone) == [
        {
            "instrument": code,
            "item": ITEM,
            "unit": "USD per student",
            "round_id": round_["id"],
            "period": "2026-27",
            "release_id": release["id"],
            "released_at": release["released_at"],
            "observation_id": str(observation.id),
            "figure": 6385,
            "figures": beside,
        }
    ]


async def test_the_band_is_that_of_the_observation_and_no_answer_is_opened(
    everyone, locked, given, monkeypatch
):
    round_ = await locked()
    measure = await told_by(given)
    await linked(everyone, round_, measure)
    await published(everyone, round_)
    monkeypatch.setattr(OwnSeal, "opened", None)
    (none,) = await shown(everyone)
    assert (none["figure"], {each["band"] for each in none["figures"]}) == (None, {"not_answered"})
    await given(spent(measure, 5702))
    (own,) = await shown(everyone)
    assert (own["figure"], [each["band"] for each in own["figures"]]) == (5702, ["at", "below"])


async def test_what_was_observed_in_another_unit_is_not_compared(everyone, locked, given):
    """The newest definition fits the item; the year was observed under the one before."""
    round_ = await locked()
    measure = await told_by(given, "EUR per student", "USD per student")
    await linked(everyone, round_, measure)
    await published(everyone, round_)
    await given(spent(measure, 9999))
    (own,) = await shown(everyone)
    assert (own["figure"], {each["band"] for each in own["figures"]}) == (None, {"not_answered"})
    await given(spent(measure, 9999, edition=2))
    (own,) = await shown(everyone)
    assert (own["figure"], {each["band"] for each in own["figures"]}) == (9999, {"above"})


@pytest.mark.parametrize(
    ("told_", "figure", "band"),
    [
        ({"numerator": "188.4", "denominator": 10}, 18.8, "at"),
        ({"numerator": 200, "denominator": 10, "status": "estimated"}, 20, "above"),
        ({"numerator": 200, "denominator": 0}, None, "not_answered"),
        ({"numerator": 200, "denominator": None}, None, "not_answered"),
        ({"numerator": None, "denominator": None, "status": "suppressed"}, None, "not_answered"),
    ],
)
async def test_a_ratio_is_compared_as_it_is_released(
    everyone, given, monkeypatch, told_, figure, band
):
    """18.8 is released, of 18.828."""
    cell = a_cell(**{f"then_{name}": number(value) for name, value in told_.items()})
    beside = put_beside([cell])
    assert (beside.figure, [each.band for each in beside.figures]) == (
        None if figure is None else Decimal(str(figure)),
        [band],
    )


def number(value):
    return value if value is None or value in {"estimated", "suppressed"} else Decimal(str(value))


def a_cell(**changes):
    """A released figure of a ratio, beside an observation."""
    told_ = {name: uuid4() for name in ("item_id", "measure_id", "round_id", "release_id")}
    like = {
        "item": "students-per-teacher",
        "kind": "quantitative",
        "unit": "students per teacher",
        "factor": 1,
        "decimals": 1,
        "statistic": "mean_of_districts",
        "status": "published",
        "n": 10,
        "value": Decimal("18.8"),
        "instrument": "i",
        "period": "2026-27",
        "released_at": datetime(2027, 9, 1, tzinfo=UTC),
        "then_id": uuid4(),
        "then_status": "reported",
        "then_value": None,
        "then_unit": "students per teacher",
        "then_factor": 1,
    }
    none = dict.fromkeys(["peer_group_id", "basis", "group"])
    return LinkedCell.model_validate(told_ | like | none | changes)


async def test_what_is_withheld_stays_withheld_and_other_groups_are_not_shown(
    everyone, locked, given
):
    """Birch has two districts."""
    district = TEN[6]
    round_ = await locked()
    measure = await told_by(given, district=district)
    await given(spent(measure, 5000))
    await linked(everyone, round_, measure, district)
    await published(everyone, round_)
    (own,) = await shown(everyone, district)
    names = ("group", "status", "n", "value", "band")
    assert [tuple(each[name] for name in names) for each in own["figures"]] == [
        (None, "published", 10, 5702, "below"),
        ("Birch", "withheld", None, None, "withheld"),
    ]


async def test_what_was_retracted_is_shown_as_that_and_no_quantile_stands_beside_it(
    everyone, locked, given
):
    round_ = await locked()
    measure = await told_by(given)
    await given(spent(measure, 6385))
    await linked(everyone, round_, measure)
    release = await published(everyone, round_)
    cell, *_ = await cells_of(everyone, release, item=ITEM)
    await given(
        Cell(
            id=uuid4(),
            release_id=UUID(release["id"]),
            position=1000,
            item_id=await item_of(everyone, round_),
            statistic="median",
            period="2026-27",
            status="published",
            n=10,
            value=Decimal(5500),
        )
    )
    path = f"/v1/releases/{release['id']}/cells/{cell['id']}/retract"
    told(await everyone(Role.ANALYST).post(path, json={"reason": "Counted twice."}), 201)
    (own,) = await shown(everyone)
    names = ("group", "statistic", "status", "n", "value", "band")
    assert [tuple(each[name] for name in names) for each in own["figures"]] == [
        (None, "mean_of_districts", "retracted", None, None, "retracted"),
        ("Alder", "mean_of_districts", "published", 5, 5865, "above"),
    ]


async def item_of(everyone, round_):
    path = f"/v1/instruments/{round_['instrument_id']}"
    items = told(await everyone(Role.ANALYST).get(path), 200)["items"]
    return next(UUID(each["id"]) for each in items if each["code"] == ITEM)


async def test_who_did_not_attest_is_shown_nothing_of_what_was_released(everyone, locked, given):
    round_ = await locked({NORTH: {}})
    measure = await told_by(given)
    await linked(everyone, round_, measure)
    await given(spent(measure, 6385))
    release = await published(everyone, round_)
    cells = await everyone(Role.VIEWER, NORTH).get(f"/v1/releases/{release['id']}/cells")
    assert told(cells, 403)["rule"] == "TR-24"
    assert await shown(everyone) == []


@pytest.mark.parametrize("shared", [True, False])
async def test_the_newest_release_that_may_be_seen_is_shown(everyone, locked, given, owner, shared):
    round_ = await locked()
    measure = await told_by(given)
    await linked(everyone, round_, measure)
    older = await published(everyone, round_)
    newer = await released_a_year_later(given, owner, round_, shared=shared)
    (own,) = await shown(everyone)
    expected = (str(newer.id), "2027-28") if shared else (older["id"], "2026-27")
    assert (own["release_id"], own["period"]) == expected


async def released_a_year_later(given, owner, round_, *, shared: bool):
    """A release of the same instrument, in which North shared or did not."""
    async with AsyncSession(owner) as session:
        first = await session.get(Round, UUID(round_["id"]))
        item = await session.scalar(
            select(Item.id).where(Item.instrument_id == first.instrument_id, Item.code == ITEM)
        )
    later = Round(
        id=uuid4(),
        title="A year later",
        period="2027-28",
        stage="published",
        review_days=0,
        topic_id=first.topic_id,
        instrument_id=first.instrument_id,
    )
    submission = Submission(
        district_id=NORTH,
        round_id=later.id,
        state="attested",
        revision=1,
        attested_revision=1 if shared else None,
        items_answered=6,
    )
    of = {"round_id": later.id, "number": 1, "charter_version": 1}
    looked_at = dict.fromkeys(("quantiles", "prevalence", "trends", "breakdowns"), True)
    plan = ReleasePlan(id=uuid4(), state="published", made_by=uuid4(), seed=1, **looked_at, **of)
    release = Release(id=uuid4(), plan_id=plan.id, released_at=now() + timedelta(days=365), **of)
    cell = Cell(
        release_id=release.id,
        position=1,
        item_id=item,
        statistic="mean_of_districts",
        period="2027-28",
        status="withheld",
    )
    await given(later, submission, plan, release, cell)
    return release


async def test_the_tag_changes_with_a_release_and_with_what_lets_one_be_seen(
    everyone, locked, given
):
    caller, tags = everyone(Role.VIEWER, NORTH), []

    async def note() -> None:
        tags.append((await caller.get(at())).headers["etag"])

    measure = await told_by(given)
    await note()
    opened = await open_round(everyone)
    await note()
    await attested(everyone, opened, FULL)
    await note()
    withdraw = f"/v1/rounds/{opened['id']}/districts/{NORTH}/submission/withdraw"
    steward = everyone(Role.DATA_STEWARD, NORTH)
    told(await steward.post(withdraw, json={"reason": "Not now."}), 200)
    await note()
    round_ = await locked()
    await linked(everyone, round_, measure)
    await note()
    await published(everyone, round_)
    await note()
    assert len(set(tags)) == len(tags)


def test_a_tag_is_of_today_where_a_release_may_end_to_be_seen():
    """A late member sees it for a year, whatever day its dashboard asks about."""
    asked = Question(NORTH, None, None, None, Format.JSON)
    days = [datetime(2027, 9, day, tzinfo=UTC).date() for day in (1, 2)]
    for linked_, tags in ((True, 2), (False, 1)):
        versions = {"own": 5, "common": 7, "shared": None, "linked": linked_}
        assert len({etag_of(versions, asked, days[0], today) for today in days}) == tags


async def test_a_dashboard_without_links_asks_nothing_of_the_benchmarks(
    everyone, given, monkeypatch
):
    await told_by(given)
    monkeypatch.setattr(repository, "RELEASES", None)
    assert await shown(everyone) == []
