"""What the people of a district do with its plans in a demo, each with a key of their own.

Whatever is done already is found, and not done again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from app.clock import now
from app.measuring.periods import parse
from demo.caller import Caller
from demo.keyring import Keyring
from demo.office import STEWARD, SUPERINTENDENT, named
from demo.planned import Body, Goal, Outline, Planning

PLANNER: Final = "planner"
BOARD: Final = "board_member"
STEPS: Final = {
    "drafting": (PLANNER, "send-out"),
    "out_for_feedback": (PLANNER, "refine"),
    "refining": (SUPERINTENDENT, "recommend"),
    "recommended": (BOARD, "decisions"),
    "approved": (PLANNER, "activate"),
    "active": (PLANNER, "review"),
}
"""Who leads a plan on from a state, and how; the states are in their order."""
ORDER: Final = (*STEPS, "in_review", "superseded")
VOTE: Final = {
    "motion": "That the plan be approved as the superintendent recommends it.",
    "decided_on": "2022-06-14",
    "votes_for": 6,
    "votes_against": 1,
}
APART: Final = frozenset({"code", "name"})
"""What a measure says beside its definition."""


class Planners:
    """The people of one district at work on its plans."""

    def __init__(self, caller: Caller, keyring: Keyring, planning: Planning, district: str) -> None:
        self._caller = caller
        self._keyring = keyring
        self._planning = planning
        self._district = district
        self._at = f"/v1/districts/{district}"
        self._recorder = STEWARD if STEWARD in planning.roles else PLANNER

    async def plan(self, instrument: str) -> str:
        """Play what the district plans and observes, and return the id of its plan in force.

        ``instrument`` is the code of that whose item a measure answers.
        """
        planning = self._planning
        await self._missing("schools", planning.schools)
        measures = await self._missing("measures", planning.measures)
        await self._observe()
        plans = [await self._lead(outline, measures) for outline in planning.plans]
        await self._redefine(measures)
        await self._go_on(measures)
        if planning.link is not None:
            path = f"{self._at}/links/{instrument}/{planning.link}"
            await self._put(path, self._recorder, {"measure_id": measures[planning.link]["id"]})
        in_force = [plan["id"] for plan in plans if plan["lifecycle"] == "active"]
        if planning.report is not None:
            await self._publish(in_force[-1])
        return str((in_force or [plan["id"] for plan in plans])[-1])

    async def _missing(self, noun: str, rows: Sequence[Body]) -> dict[str, Any]:
        """Enter what the district does not have yet, and return all it has by their codes."""
        listed = {"district_id": self._district}
        return await self._put_all(f"/v1/{noun}", listed, f"{self._at}/{noun}", rows)

    async def _put_all(
        self, path: str, listed: Mapping[str, str], at: str, rows: Sequence[Body]
    ) -> dict[str, Any]:
        """Enter the rows whose code is in no row of a list, and return the list by code."""
        known = await self._by_code(path, **listed)
        missing = [row for row in rows if row["code"] not in known]
        if missing:
            key = self._key(PLANNER)
            await self._caller.post_once(f"{at}/batch", key, {"items": missing})
            known = await self._by_code(path, **listed)
        return known

    async def _observe(self) -> None:
        """Enter what was observed, and then what a correction says of it."""
        await self._enter(1, self._planning.figures, {})
        later = self._planning.later
        for row in later.corrections:
            asked = "?" + urlencode({"reason": later.reason})
            await self._enter(1, [row], {"numerator": row["numerator"]}, asked)

    async def _enter(
        self, edition: int, figures: Sequence[Body], like: Body, asked: str = ""
    ) -> None:
        """Enter observations, unless the first of them is there, and says what it is like."""
        rows = [{"edition": edition, **row} for row in begun(figures)]
        if not rows:
            return
        path, key = f"{self._at}/observations", self._key(self._recorder)
        first = {"measure": rows[0]["measure"], "edition": edition, **like}
        period = rows[0]["period"]
        if await self._caller.first(path, key, first, period=period) is None:
            await self._caller.post_once(f"{path}/batch{asked}", key, {"items": rows})

    async def _lead(self, outline: Outline, measures: Mapping[str, Any]) -> Any:
        """Find or begin a plan, write what is in it, and lead it to where it is to stand."""
        plan = await self._first("/v1/plans", {"code": outline.code}, district_id=self._district)
        if plan is None:
            plan = await self._begin(outline)
        if plan["lifecycle"] == "drafting":
            await self._write(plan["id"], outline.goals, measures)
        while ORDER.index(plan["lifecycle"]) < ORDER.index(outline.state):
            role, verb = STEPS[plan["lifecycle"]]
            path = f"/v1/plans/{plan['id']}"
            vote = VOTE if verb == "decisions" else None
            await self._caller.post(f"{path}/{verb}", self._key(role), vote)
            plan = await self._caller.get(path, self._key(PLANNER))
        return plan

    async def _begin(self, outline: Outline) -> Any:
        """Begin a plan, or the one that follows another."""
        said = dict(outline.said)
        if outline.follows is not None:
            before = await self._first(
                "/v1/plans", {"code": outline.follows}, district_id=self._district
            )
            path = f"/v1/plans/{before['id']}/supersede"
            draft = {"code": outline.code, **said}
            return await self._caller.post(path, self._key(PLANNER), draft)
        if outline.school is not None:
            schools = await self._by_code("/v1/schools", district_id=self._district)
            said["school_id"] = schools[outline.school]["id"]
        return await self._put(f"{self._at}/plans/by-code/{outline.code}", PLANNER, said)

    async def _write(
        self, plan_id: str, outlined: Sequence[Goal], measures: Mapping[str, Any]
    ) -> None:
        """Write the goals of a plan, their indicators, the measures that tell, and targets."""
        of_plan, at = {"plan_id": plan_id}, f"/v1/plans/{plan_id}/goals"
        goals = await self._put_all("/v1/goals", of_plan, at, [each.said for each in outlined])
        for outline in outlined:
            goal_id = goals[outline.said["code"]]["id"]
            rows = [{"code": i.code, "statement": i.statement} for i in outline.indicators]
            of_goal, at = {"goal_id": goal_id}, f"/v1/goals/{goal_id}/indicators"
            known = await self._put_all("/v1/indicators", of_goal, at, rows)
            for indicator in outline.indicators:
                for code, aims in indicator.measures.items():
                    await self._tell(known[indicator.code], measures[code]["id"], aims)

    async def _tell(self, indicator: Mapping[str, Any], measure: str, aims: Body | None) -> None:
        """Name a measure that tells of an indicator, and set its target where it has one."""
        if measure not in indicator["measure_ids"]:
            await self._put(f"/v1/indicators/{indicator['id']}/measures/{measure}", PLANNER)
        of = {"indicator_id": indicator["id"], "measure_id": measure}
        if aims is not None and await self._first("/v1/targets", {}, **of) is None:
            await self._caller.post("/v1/targets", self._key(PLANNER), {**of, **aims})

    async def _redefine(self, measures: Mapping[str, Any]) -> None:
        """Let other definitions follow the first ones, and enter what was observed by them."""
        later = self._planning.later
        first = {each["code"]: each for each in self._planning.measures}
        for code, changes in later.editions.items():
            if measures[code]["edition"] == 1:
                defined = {n: v for n, v in first[code].items() if n not in APART}
                path = f"/v1/measures/{measures[code]['id']}/editions"
                edition = {**defined, **changes, "era_break": True}
                await self._caller.post(path, self._key(PLANNER), edition)
        await self._enter(2, later.figures, {})

    async def _go_on(self, measures: Mapping[str, Any]) -> None:
        """Give targets new baselines, and flag what a status does not know."""
        later = self._planning.later
        for code, draft in later.rebaselinings.items():
            await self._once(measures[code]["id"], "rebaselinings", "rebaseline", draft)
        for code, draft in later.overrides.items():
            await self._once(measures[code]["id"], "overrides", "overrides", draft)

    async def _once(self, measure: str, noun: str, verb: str, draft: Body) -> None:
        """Do something to the target of a measure that was not done yet."""
        target = await self._first("/v1/targets", {}, measure_id=measure)
        path = f"/v1/targets/{target['id']}"
        if await self._first(f"{path}/{noun}", {}) is None:
            await self._caller.post(f"{path}/{verb}", self._key(PLANNER), draft)

    async def _publish(self, plan_id: str) -> None:
        """Publish how the plan stands, once."""
        if await self._first(f"{self._at}/progress-reports", {"plan_id": plan_id}) is None:
            path = f"/v1/plans/{plan_id}/progress-reports"
            await self._caller.post_once(path, self._key(SUPERINTENDENT), self._planning.report)

    async def _by_code(self, path: str, **asked: str) -> dict[str, Any]:
        """Read a list, each by its code."""
        listed = self._caller.every(path, self._key(PLANNER), **asked)
        return {each["code"]: each async for each in listed}

    async def _first(self, path: str, like: Mapping[str, Any], **asked: str) -> Any:
        """Find the first of a list that says all of this, or nothing."""
        return await self._caller.first(path, self._key(PLANNER), like, **asked)

    async def _put(self, path: str, role: str, body: Any = None) -> Any:
        return await self._caller.put(path, self._key(role), body)

    def _key(self, role: str) -> str:
        return self._keyring[named(role, self._planning.code)]


def begun(rows: Iterable[Body]) -> list[Body]:
    """Leave out what is of periods that have not begun."""
    today = now().date()
    return [row for row in rows if parse(row["period"]).first_day <= today]
