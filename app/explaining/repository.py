"""What the gate and the rules would say to a caller; nothing is written, and nobody is told."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from app import clock
from app.explaining.schemas import CheckView, ExplanationView, Outcome, Question
from app.explaining.states import ASKED, DISTRICT, LEFT, MOTION, PLAN, RELEASE, ROUND, Asked
from app.policy import Action, Grant
from app.policy.actions import meaning
from app.policy.gate import reach_of
from app.policy.reach import Reach
from app.policy.rulebook import CLAUSES
from app.problems import InsufficientScope, NotFound, Refused
from app.releases.readings import STANDING
from app.releases.standing import standing_of

SAYS: Final = {clause.id: clause.says for clause in CLAUSES}
NOT_NAMED: Final = "The question does not name what the rule looks at."
AFTER: Final = "A check before it refuses."
LATER: Final = "It depends on what is sent: the answer to the request itself tells."


class Explanations:
    """Answers "may I?" with the checks in the order of the gate."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._reader = grant.reader

    async def explain(self, question: Question) -> ExplanationView:
        """Say what the caller would be told, as far as it is told without doing anything."""
        action = question.action
        reach, checks = self._at_the_gate(action)
        if reach is not None:
            checks += await self._beyond(question, reach)
        else:
            checks += [left(rule, AFTER) for rule in rules_of(action)]
        return ExplanationView(
            action=action,
            meaning=meaning(action),
            allowed=all(each.outcome is not Outcome.REFUSES for each in checks),
            checks=checks,
        )

    def _at_the_gate(self, action: Action) -> tuple[Reach | None, list[CheckView]]:
        """Say how far the action carries the caller, if at all: its scopes, then its roles."""
        try:
            reach = reach_of(self._grant.principal, self._grant.reach.held, action)
        except InsufficientScope as problem:
            return None, [refuses("TR-01", problem.detail)]
        except Refused as problem:
            return None, [holds("TR-01"), refuses("TR-02", problem.detail)]
        return reach, [holds("TR-01"), holds("TR-02")]

    async def _beyond(self, question: Question, reach: Reach) -> list[CheckView]:
        """Say what the reach and the rules about states say; after a refusal none is asked."""
        action = question.action
        try:
            found = await self._found(question, reach)
        except NotFound as absent:
            return [
                refuses("TR-05", absent.detail),
                *(left(rule, AFTER) for rule in rules_of(action)),
            ]
        return [
            *([holds("TR-05")] if found else []),
            *judged(ASKED.get(action, ()), found),
            *(left(rule, LATER) for rule in LEFT.get(action, ())),
        ]

    async def _found(self, question: Question, reach: Reach) -> dict[str, Any]:
        """Find what the rules of the action look at, or raise ``NotFound`` as the action would."""
        wanted = {each.of for each in ASKED.get(question.action, ())}
        found: dict[str, Any] = {}
        district = only_district(question, reach)
        if question.district_id is not None:
            reach.require(question.district_id)
        if district is not None and (question.district_id is not None or "district" in wanted):
            found["district"] = await self._one(DISTRICT, district)
        if "plan" in wanted and question.plan_id is not None:
            found["plan"] = await self._one(PLAN, question.plan_id)
            reach.require(found["plan"].district_id)
        if "motion" in wanted and question.motion_id is not None:
            found["motion"] = await self._one(MOTION, question.motion_id)
        round_id = question.round_id
        if "standing" in wanted and question.release_id is not None:
            round_id = (await self._one(RELEASE, question.release_id)).round_id
        if wanted & {"round", "standing"} and round_id is not None:
            found["round"] = await self._one(ROUND, round_id)
            found["standing"] = await self._standing(round_id, reach)
        return found

    async def _one(self, reading: Any, sought: UUID) -> Any:
        """Read one row, or raise ``NotFound``."""
        row = await self._reader.row(reading, sought=sought)
        if row is None:
            raise NotFound
        return row

    async def _standing(self, round_id: UUID, reach: Reach) -> Any:
        """Say what the caller is to the releases of a round (TR-24)."""
        mine = await self._reader.rows(STANDING, round_id=round_id, mine=list(reach.districts))
        return standing_of(mine, clock.now().date(), staff=reach.whole_consortium)


def only_district(question: Question, reach: Reach) -> UUID | None:
    """Return the district that is asked for, or the only one that the action carries to."""
    if question.district_id is None and len(reach.districts) == 1:
        return reach.districts[0]
    return question.district_id


def judged(asked: tuple[Asked, ...], found: dict[str, Any]) -> Iterator[CheckView]:
    """Ask the rules in their order, those after the first that refuses no more."""
    refused = False
    for each in asked:
        if refused:
            yield left(each.rule.id, AFTER)
        elif each.of not in found:
            yield left(each.rule.id, NOT_NAMED)
        elif each.rule.holds(each.told(found[each.of])):
            yield holds(each.rule.id, each.rule.says)
        else:
            refused = True
            yield refuses(each.rule.id, each.rule.says)


def rules_of(action: Action) -> list[str]:
    """List the rules about states that an action is held to."""
    return [*(each.rule.id for each in ASKED.get(action, ())), *LEFT.get(action, ())]


def holds(rule: str, says: str | None = None) -> CheckView:
    """Tell that a rule lets the caller pass."""
    return CheckView(rule=rule, says=says or SAYS[rule], outcome=Outcome.HOLDS, why=None)


def refuses(rule: str, why: str) -> CheckView:
    """Tell that a rule refuses."""
    return CheckView(rule=rule, says=SAYS[rule], outcome=Outcome.REFUSES, why=why)


def left(rule: str, why: str) -> CheckView:
    """Tell that a rule was not asked."""
    return CheckView(rule=rule, says=SAYS[rule], outcome=Outcome.NOT_EVALUATED, why=why)
