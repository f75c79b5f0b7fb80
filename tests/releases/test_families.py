"""What goes out of items that add up, over two releases, held against looking at everything.

Nothing of the way a release takes is left out but the database and the keys.
"""

from datetime import date
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from disclosure.exhaustive import breached

from app.disclosure.figures import Column, Figure, Setting
from app.instruments.models import Item
from app.policy.charter import Charter
from app.releases.candidates import Options
from app.releases.contributions import Asked, Gathered, Group, PastFigure
from app.releases.deciding import Decision, Terms, decided
from app.releases.families import Added, Answered, Breakdown, Families, added, ties_of
from app.releases.periods import Known, PeriodReading
from app.releases.records import Sealed
from app.releases.released import ItemInPeriod, Past
from app.rounds.models import Round
from app.submissions.content import Content
from app.vocabulary import AnswerStatus, Disclosure, ItemKind, Statistic, TopicKind

PERIOD = "2026-27"
EDITION = UUID(int=7)
PARTS = ("first", "second", "third")
CODES = ("total", *PARTS)
FAMILIES = Families({EDITION: [Breakdown("total", PARTS)]})
CHARTER = Charter(version=1, fewest_districts=3, changed_together=3)


def an_item(code: str) -> Item:
    return Item(
        id=UUID(int=CODES.index(code) + 1),
        code=code,
        kind=ItemKind.QUANTITATIVE,
        disclosure=Disclosure.CONFIDENTIAL,
        decimals=0,
        statistic=Statistic.MEAN_OF_DISTRICTS,
        cost=False,
        counts_students=False,
        part_of=None if code == "total" else "total",
    )


ASKED = [Asked(an_item(code), TopicKind.CONTEXT, FAMILIES.of(code)) for code in CODES]


class Consortium:
    """Some districts, what they answer, and what was let out of it."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311 - it makes examples
        self.districts = [UUID(int=100 + each) for each in range(self.rng.randint(6, 8))]
        self.groups = [
            Group(UUID(int=900 + place), "basis", f"group {place}", {*self.some(3)})
            for place in range(3)
        ]
        self.missing = {
            each: self.rng.choice(((), (), (), ("third",), ("second", "third"), PARTS))
            for each in self.districts
        }
        self.status = {
            each: self.rng.choice((AnswerStatus.NOT_COLLECTED, AnswerStatus.NOT_APPLICABLE))
            for each in self.districts
        }
        self.parts = {(each, part): self.number() for each in self.districts for part in PARTS}
        self.answers: dict[tuple[UUID, str], list[Content]] = {}
        self.past: dict[ItemInPeriod, Past] = {ItemInPeriod(code, PERIOD): Past() for code in CODES}
        self.consenting = {
            ItemInPeriod(code, PERIOD): {
                each for each in self.districts if self.rng.random() < self.rng.choice((0, 0, 0.1))
            }
            for code in CODES
        }
        self.figures: list[Figure] = []
        self.ties: dict[bool, list[dict[Column, int]]] = {True: [], False: []}

    def some(self, least: int) -> list[UUID]:
        return self.rng.sample(self.districts, self.rng.randint(least, len(self.districts)))

    def number(self) -> Decimal:
        return Decimal(self.rng.randint(400, 600))

    def said(self, district: UUID, code: str) -> Content:
        """What a district answers now."""
        gaps = self.missing[district]
        if code in gaps:
            return Content(self.status[district])
        given = [self.parts[district, part] for part in PARTS if part not in gaps]
        more = 50 if gaps and self.status[district] is AnswerStatus.NOT_COLLECTED else 0
        value = sum(given, Decimal(more)) if code == "total" else self.parts[district, code]
        return Content(AnswerStatus.REPORTED, value=value)

    def answer(self) -> None:
        """Enter what changed, and remember the law of who told enough for one."""
        for each in self.districts:
            for code in CODES:
                versions = self.answers.setdefault((each, code), [])
                if not versions or versions[-1] != self.said(each, code):
                    versions.append(self.said(each, code))
            given = [part for part in PARTS if part not in self.missing[each]]
            if given:
                certain = not self.missing[each] or (
                    self.status[each] is AnswerStatus.NOT_APPLICABLE
                )
                tie = {self.column(each, part): 1 for part in given}
                self.ties[certain].append(tie | {self.column(each, "total"): -1})

    def column(self, district: UUID, code: str) -> Column:
        """An unknown by what it is: the same value again is no other."""
        return Column(district, code, self.said(district, code).value)

    def correct(self) -> None:
        """Some move amounts between parts, or count anew."""
        for each in self.some(0):
            parts = self.rng.sample(PARTS, self.rng.randint(1, 2))
            moved = Decimal(self.rng.randint(1, 50))
            for part, sign in zip(parts, (1, -1), strict=False):
                self.parts[each, part] += sign * moved

    def release(self, options: Options, seed: int) -> Decision:
        """Decide on a release, and let it out."""
        opened = {
            self.id_of(each, code, place): content
            for (each, code), versions in self.answers.items()
            for place, content in enumerate(versions)
        }
        reading = PeriodReading(
            Round(period=PERIOD, instrument_id=EDITION),
            Known(FAMILIES, self.past, self.consenting),
            opened,
            {each: each for each in self.districts},
        )
        given = {
            asked.item.id: [self.sealed(each, asked) for each in self.districts] for asked in ASKED
        }
        period = reading.of(ASKED, given)
        now = {asked.item.id: period for asked in ASKED}
        offices = {each: each for each in self.districts}
        terms = Terms(CHARTER, options, seed, date(2028, 1, 1), lambda _done, _whole: None)
        made = decided(Gathered(ASKED, self.groups, offices, now), terms)
        self.let_out(made, UUID(int=5000 + seed))
        return made

    def id_of(self, district: UUID, code: str, place: int) -> UUID:
        return UUID(int=district.int * 1000 + CODES.index(code) * 100 + place)

    def sealed(self, district: UUID, asked: Asked) -> Sealed:
        place = len(self.answers[district, asked.item.code]) - 1
        id_ = self.id_of(district, asked.item.code, place)
        return Sealed(district, UUID(int=1), asked.item.id, id_, place + 1, 1, b"")

    def let_out(self, made: Decision, release: UUID) -> None:
        for cell, barred, _ in made.cells:
            if barred is not None:
                continue
            past = self.past[ItemInPeriod(cell.item.code, PERIOD)]
            columns = tuple(each.column for each in cell.contributions)
            past.figures.append(PastFigure(cell.name._replace(release_id=release), columns))
            for each in cell.contributions:
                past.says_as[each.district_id][each.answer_id] = each.says_as
            here = {self.column(each.district_id, cell.item.code): 1 for each in cell.contributions}
            self.figures.append(Figure((release, cell.name), here))
        for _, sum_ in made.sums:
            self.past[ItemInPeriod("total", PERIOD)].sums.append(sum_)

    def setting(self) -> Setting:
        """What the figures are held against, worked out by itself."""
        columns = {column for figure in self.figures for column in figure.weights}
        columns |= {column for ties in self.ties.values() for tie in ties for column in tie}
        known = frozenset(
            each
            for each in columns
            if each.district in self.consenting[ItemInPeriod(str(each.category), PERIOD)]
        )
        return Setting(3, known=known, ties=self.ties[True], doubted=self.ties[False])


def two_releases(seed: int) -> Consortium:
    made = Consortium(seed)
    for release in range(2):
        made.answer()
        options = Options(quantiles=False, breakdowns=bool(release) or made.rng.random() < 0.7)
        made.release(options, 2 * seed + release)
        made.correct()
    return made


def test_whatever_goes_out_of_totals_and_parts_gives_nobody_away():
    parts = 0
    for seed in range(60):
        made = two_releases(seed)
        setting = made.setting()
        assert not breached(made.figures, setting), seed
        parts += sum(figure.key[1].item != "total" for figure in made.figures)
    assert parts > 100


def test_without_what_adds_up_it_would(monkeypatch):
    """The same releases, decided as if each item stood alone."""
    monkeypatch.setattr("app.releases.deciding.ties_of", lambda _: ([], []))
    exposed = 0
    for seed in range(30):
        made = two_releases(seed)
        exposed += breached(made.figures, made.setting())
    assert exposed > 5


def answered(**given):
    return {
        code: {
            district: Answered(status, Column(district, code, 1) if status == "reported" else None)
            for district, status in of_item.items()
        }
        for code, of_item in given.items()
    }


REPORTED, NOTHING, GAP = (
    AnswerStatus.REPORTED,
    AnswerStatus.NOT_APPLICABLE,
    AnswerStatus.NOT_COLLECTED,
)


@pytest.mark.parametrize(
    ("total", "first", "second", "expected"),
    [
        (REPORTED, REPORTED, REPORTED, (("first", "second"), True)),
        (REPORTED, REPORTED, NOTHING, (("first",), True)),
        (REPORTED, REPORTED, GAP, (("first",), False)),
        (REPORTED, REPORTED, None, (("first",), False)),
        (REPORTED, NOTHING, GAP, None),
        (GAP, REPORTED, REPORTED, None),
    ],
)
def test_what_adds_up_of_a_district_depends_on_what_it_told(total, first, second, expected):
    answers = answered(total={1: total}, first={1: first}, second={1: second})
    breakdown = Breakdown("total", ("first", "second"))
    found = [
        (tuple(part.category for part in each.parts), each.certain)
        for each in added([breakdown], answers)
    ]
    assert found == ([] if expected is None else [expected])


def test_an_edition_without_a_breakdown_leaves_its_items_in_their_family():
    old, new = UUID(int=1), UUID(int=2)
    both = Breakdown("total", ("first", "second"))
    families = Families({old: [], new: [both]})
    assert (families.of_edition(new), families.of_edition(old)) == ([both], [])
    assert families.together("second") == {"total", "first", "second"}
    assert families.together("alone") == {"alone"}
    assert (families.category("alone"), families.category("first")) == (None, "first")


def test_what_is_certain_once_is_in_no_doubt():
    total, part = Column(1, "total", 1), Column(1, "first", 1)
    sums = [Added(total, (part,), False), Added(total, (part,), True), Added(total, (part,), True)]
    assert ties_of(sums) == ([{part: 1, total: -1}], [])
    assert ties_of(sums[:1]) == ([], [{part: 1, total: -1}])


def test_a_part_that_stands_out_is_not_left_over_of_its_total_dr_08():
    """One part is withheld by its values: the total less the other would tell it."""
    made = Consortium(0)
    made.groups, made.missing = [], dict.fromkeys(made.districts, ("third",))
    made.status = dict.fromkeys(made.districts, AnswerStatus.NOT_APPLICABLE)
    made.consenting = {}
    for place, each in enumerate(made.districts):
        made.parts[each, "first"] = Decimal(1000)
        made.parts[each, "second"] = Decimal(10 if place else 900)
    made.answer()
    decision = made.release(Options(quantiles=False), 1)
    verdicts = {cell.item.code: barred and barred.rule for cell, barred, _ in decision.cells}
    assert verdicts == {"total": None, "first": "DR-14", "second": "DR-14", "third": "DR-01"}


def published_of(made: Decision) -> list[tuple[str, str | None]]:
    """The item and the group of each cell that goes out."""
    return [
        (cell.item.code, cell.group and cell.group.name)
        for cell, barred, _ in made.cells
        if barred is None
    ]


def test_no_total_is_given_up_for_its_parts_dr_06():
    """Without the total of Alder, of whom two break nothing down, three more would go out."""
    made = Consortium(0)
    made.districts = [UUID(int=100 + each) for each in range(9)]
    made.groups = [
        Group(UUID(int=900), "county", "Alder", {*made.districts[:5]}),
        Group(UUID(int=901), "size", "small", {*made.districts[:3]}),
    ]
    made.missing = dict.fromkeys(made.districts, ()) | dict.fromkeys(made.districts[3:6], PARTS)
    made.status = dict.fromkeys(made.districts, AnswerStatus.NOT_COLLECTED)
    made.parts = {(each, part): Decimal(500) for each in made.districts for part in PARTS}
    made.consenting = {}
    made.answer()
    assert published_of(made.release(Options(quantiles=False), 1)) == [
        *[("total", None), ("total", "Alder")],
        *[("first", None), ("first", "Alder"), ("first", "small")],
        *[("second", None), ("second", "Alder"), ("second", "small")],
        ("third", None),
    ]
