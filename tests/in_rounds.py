"""Steps of two rounds on one instrument: what is answered, corrected, planned and released."""

from random import Random
from typing import Any, ClassVar

from answers import rows
from conftest import NORTH, SOUTH
from members import member
from pairs import ANALYST, ANSWERS, STEWARD, UNITS, Pair
from twins import PERIODS

from app.vocabulary import Role

NUMBERS = {"expenditure", "students-per-teacher"}
"""Of what there are quantiles; of what adds up there are none."""
WHY = {"reason": "Counted again."}
VERBS = ("open", "close", "review", "lock", "publish")
NEXT = {"open": "close", "closed": "review", "in_review": "lock", "published": "reopen"}


class InRounds(Pair):
    """What is done in the course of a round."""

    released: ClassVar[float] = 0.7
    """How often the earlier round is released at first, and the later one answered."""

    def under_way(self, dice: Random) -> None:
        """Release the earlier round, and answer the later one: what a trend takes."""
        before, now = (dice.random() < self.released for _ in self.courses)
        if before:
            self.course = self.courses[0]
            for step in (self.enter_all, self.attest, *(self.advance,) * 5):
                step(dice)
        if now:
            self.course = self.courses[1]
            self.enter_all(dice)
            self.attest(dice)

    def answer(self, code: str, place: int) -> tuple[Any, Any]:
        """Give an answer to an item as the one service takes it, and as the other."""
        all_ = ANSWERS[code]
        return tuple(all_[each % len(all_)] | WHY for each in (place, place + self.turned[code]))

    def answered(self, codes: set[str]) -> None:
        self.course.entered |= {code for code in codes if self.turned[code]}

    def enter(self, dice: Random) -> None:
        """Answer an item, or all that add up; a part by itself seldom fits its total."""
        unit = dice.choice([*UNITS, *UNITS[-1:] * 2])
        if len(unit) > 1 and dice.random() < 0.8:
            self.enter_some("enter together", dice, [unit])
            return
        answer = self.answer(unit[-1], dice.randrange(10_000))
        path = f"{self.course.at()}/answers/{unit[-1]}"
        if self.took("enter", self.ask(STEWARD, "PUT", path, *answer)):
            self.answered({unit[-1]})

    def enter_all(self, dice: Random) -> None:
        self.enter_some("enter all", dice, UNITS)

    def enter_some(self, name: str, dice: Random, units: Any) -> None:
        pairs = {}
        for unit in units:
            place = dice.randrange(10_000)
            pairs |= {code: self.answer(code, place) for code in unit}
        bodies = [
            {"items": rows({code: each[which] for code, each in pairs.items()})} for which in (0, 1)
        ]
        answer = self.ask(STEWARD, "POST", f"{self.course.at()}/answers/batch", *bodies)
        if self.took(name, answer):
            self.answered({*pairs})

    def leave_out(self, dice: Random) -> None:
        """That there is no answer is told by the counts, so there is none in either."""
        path = f"{self.course.at()}/answers/{dice.choice([*ANSWERS])}"
        body = {"status": "not_collected", "comment": "Nobody counted."} | WHY
        self.took("leave out", self.ask(STEWARD, "PUT", path, body))

    def attest(self, _dice: Random) -> None:
        answer = self.ask(STEWARD, "POST", f"{self.course.at()}/submission/attest")
        if self.took("attest", answer):
            self.course.counted |= self.course.entered

    def withdraw(self, dice: Random) -> None:
        one, two = {"reason": "Why not."}, {"reason": dice.choice(("Why not.", "No time."))}
        path = f"{self.course.at()}/submission/withdraw"
        if self.took("withdraw", self.ask(STEWARD, "POST", path, one, two)):
            self.course.counted = set()

    def advance(self, dice: Random) -> None:
        """Take the next step of the round, which from a lock is a plan and then a release."""
        course = self.course
        if course.stage == "locked":
            (self.publish if course.fresh else self.draft)(dice)
            return
        verb = NEXT[course.stage]
        body = WHY if verb == "reopen" else None
        self.moved("advance", self.ask(ANALYST, "POST", f"{course.path}/{verb}", body))

    def misstep(self, dice: Random) -> None:
        answer = self.ask(ANALYST, "POST", f"{self.course.path}/{dice.choice(VERBS)}")
        self.moved("misstep", answer)

    def moved(self, name: str, answer: Any) -> None:
        if self.took(name, answer):
            self.course.stage = answer.json()["stage"]

    def another_enters(self, dice: Random) -> None:
        path = f"{self.course.at(SOUTH)}/answers/expenditure"
        body = {"value": dice.randrange(5000, 7000)} | WHY
        self.took("another enters", self.ask((Role.DATA_STEWARD, SOUTH), "PUT", path, body))

    def others_correct(self, dice: Random) -> None:
        """Four others do, who with the north are as many as a release waits for; or five."""
        for each in range(dice.choice((4, 5)), 9):
            who, path = (Role.DATA_STEWARD, member(each)), self.course.at(member(each))
            body = {"value": dice.randrange(5000, 7000)} | WHY
            answer = self.ask(who, "PUT", f"{path}/answers/expenditure", body)
            if answer.is_success:
                answer = self.ask(who, "POST", f"{path}/submission/attest")
            if not answer.is_success:
                break
        self.took("others correct", answer)

    def draft(self, dice: Random) -> None:
        """Plan a release: of means, shares, trends and parts, or in some of quantiles too."""
        looks = {
            "quantiles": self.quantiles and dice.random() < 0.4,
            "trends": dice.random() < 0.8,
            "breakdowns": dice.random() < 0.7,
        }
        if looks["quantiles"] and self.course.stage == "locked":
            told = {code for each in self.courses for code in each.counted} & NUMBERS
            self.let_out.loose |= told
            self.let_out.told |= {(code, period) for code in told for period in PERIODS}
        answer = self.ask(ANALYST, "POST", f"{self.course.path}/release-plans", looks)
        if self.took("draft", answer):
            self.course.plans.append(answer.json()["id"])
            self.course.fresh = True

    def publish(self, dice: Random) -> None:
        """Publish one of the last plans, which may be out of date, or published already."""
        course = self.course
        if course.stage == "locked":
            for each in self.courses[: self.courses.index(course) + 1]:
                self.let_out.told |= {(code, each.round["period"]) for code in each.counted}
        last = course.plans[-2:]
        plan = dice.choice([*last, *last[-1:] * 2]) if last else str(NORTH)
        answer = self.ask(ANALYST, "POST", f"{course.path}/releases", {"plan_id": plan})
        if self.took("publish", answer):
            course.stage, course.fresh = "published", False
            course.releases.append(answer.json()["id"])
            self.let_out.periods[course.releases[-1]] = course.round["period"]

    def retract(self, dice: Random) -> None:
        """Retract a cell of the last release, that is published in both."""
        releases = self.course.releases
        path = f"/v1/releases/{releases[-1] if releases else NORTH}"
        pages = self.both(ANALYST, "GET", f"{path}/cells?limit=200")
        cells = [
            {each["id"] for each in page.json().get("data", ()) if each["status"] == "published"}
            for page in pages
        ]
        both = sorted(cells[0] & cells[1])
        cell = dice.choice(both) if both else str(SOUTH)
        answer = self.ask(ANALYST, "POST", f"{path}/cells/{cell}/retract", WHY)
        self.took("retract", answer)

    def audit(self, _dice: Random) -> None:
        release = self.course.releases[-1] if self.course.releases else NORTH
        who = (Role.AUDITOR, None)
        self.took("audit", self.ask(who, "POST", f"/v1/releases/{release}/audit"))
