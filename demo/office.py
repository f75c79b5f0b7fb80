"""What the consortium's staff does in a demo; whatever is done already is found, not done again."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, Final
from uuid import uuid4

from demo.caller import CSV, Caller
from demo.keyring import Keyring
from demo.recipes import KeptBack
from demo.scenario import INVENTED, Scenario

ADMIN: Final = "consortium_admin"
ANALYST: Final = "analyst"
AUDITOR: Final = "auditor"
STEWARD: Final = "data_steward"
SUPERINTENDENT: Final = "superintendent"
FACILITATOR: Final = "facilitator"
SHOWN: Final = (SUPERINTENDENT, "planner", "viewer")
"""Who else of the district that is shown gets a key."""
AT_ONCE: Final = 210
"""People of one batch."""


class Office:
    """The administrator and the analyst at work, each with a key of its own."""

    def __init__(self, caller: Caller, keyring: Keyring, scenario: Scenario) -> None:
        self._caller = caller
        self._keyring = keyring
        self._scenario = scenario

    async def admit(self) -> dict[str, str]:
        """Import the districts as CSV, and return the id of each by its code."""
        known = await self._districts(self._scenario.scheme)
        if len(known) < len(self._scenario.members):
            path = "/v1/districts/batch"
            await self._caller.post_once(path, self._keyring[ADMIN], self._sheet(), media_type=CSV)
            known = await self._districts(self._scenario.scheme)
        return known

    async def admit_beside(self) -> dict[str, str]:
        """Admit who plans and takes no part in the benchmark; return the ids of all that plan."""
        rows = [
            {**member.district, "external_ids": {INVENTED: member.code}}
            for member in self._scenario.beside
        ]
        if rows and not await self._districts(INVENTED):
            path = "/v1/districts/batch"
            await self._caller.post_once(path, self._keyring[ADMIN], {"items": rows})
        known = await self._districts(INVENTED)
        return {each.code: known[each.code] for each in self._scenario.plans}

    async def _districts(self, scheme: str) -> dict[str, str]:
        listed = self._caller.every("/v1/districts", self._keyring[ADMIN])
        return {
            each["external_ids"][scheme]: each["id"]
            async for each in listed
            if scheme in each["external_ids"]
        }

    def _sheet(self) -> bytes:
        """Write the districts as CSV."""
        members = self._scenario.members
        sheet = StringIO()
        column = f"external_ids.{self._scenario.scheme}"
        writer = csv.DictWriter(sheet, [column, *members[0].district])
        writer.writeheader()
        writer.writerows({column: member.code, **member.district} for member in members)
        return sheet.getvalue().encode()

    async def appoint(self, districts: Mapping[str, str], planning: Mapping[str, str]) -> None:
        """Let in everybody who has no key yet, in batches, and keep the keys as they are shown.

        A superintendent comes last: from then on the district keeps its own roster (TR-04).
        """
        people = [row for row in self._people() if holder(row) not in self._keyring]
        for begin in range(0, len(people), AT_ONCE):
            rows = people[begin : begin + AT_ONCE]
            shown = await self._caller.post(
                "/v1/memberships/batch",
                self._keyring[ADMIN],
                {"items": rows},
                # A new one each time: a key that was shown, and lost with its answer, is made anew.
                idempotency_key=str(uuid4()),
            )
            self._keyring.keep(
                {
                    holder(row): done["secret"]
                    for row, done in zip(rows, shown["results"], strict=True)
                }
            )

        scenario = self._scenario
        own = {scenario.scheme: scenario.shown}
        await self._appoint_superintendent(own, districts[scenario.shown])
        for each in scenario.plans:
            if SUPERINTENDENT in each.roles and planning[each.code] != districts[scenario.shown]:
                await self._appoint_superintendent({INVENTED: each.code}, planning[each.code])

    async def _appoint_superintendent(self, place: Mapping[str, str], district: str) -> None:
        """Make the key before the role: one that was lost with its answer can be made anew."""
        row = person(SUPERINTENDENT, place)
        key = self._keyring[ADMIN]
        if holder(row) not in self._keyring:
            told = {"subject": row["subject"], "district_id": district}
            user = await self._caller.first("/v1/users", key, told)
            if user is None:
                draft = told | {"display_name": row["display_name"]}
                user = await self._caller.post("/v1/users", key, draft)
            asked = {"account_id": user["id"], "name": row["key_name"]}
            made = await self._caller.post("/v1/keys", key, asked)
            self._keyring.keep({holder(row): made["secret"]})
        held = {"role": SUPERINTENDENT, "district_id": district, "revoked_at": None}
        if await self._caller.first("/v1/memberships", key, held) is None:
            role = row | {"with_key": False, "key_name": None}
            await self._caller.post_once("/v1/memberships/batch", key, {"items": [role]})

    def _people(self) -> list[dict[str, Any]]:
        """List all but superintendents: the staff, the stewards, who is shown and who plans."""
        scenario = self._scenario
        scheme = scenario.scheme
        posts = [(STEWARD, scheme, member.code) for member in scenario.members]
        posts += [(role, scheme, scenario.shown) for role in SHOWN]
        posts += [(role, INVENTED, each.code) for each in scenario.plans for role in each.roles]
        people = [person(role, {}) for role in (ANALYST, AUDITOR, FACILITATOR)]
        people += [person(role, {of: code}) for role, of, code in posts if role != SUPERINTENDENT]
        return list({holder(row): row for row in people}.values())

    async def adopt_topics(self) -> dict[str, str]:
        """Have a meeting adopt the topics, and return the id of each by its code."""
        key = self._keyring[ADMIN]
        topics = {each["code"]: each async for each in self._caller.every("/v1/topics", key)}
        for draft in self._scenario.topics:
            if draft["code"] not in topics:
                topics[draft["code"]] = await self._caller.post("/v1/topics", key, draft)
        for topic in topics.values():
            if topic["state"] == "proposed":
                wording = f"That the consortium learn about: {topic['title']}."
                asked = {"kind": "adopt_topic", "wording": wording, "topic_id": topic["id"]}
                await self._carry(asked)
        return {code: topic["id"] for code, topic in topics.items()}

    async def waive_review(self) -> str:
        """Have the meeting end the review of the demo's round at once; return the motion's id."""
        wording = "That the review of this round take no days, so that the demo need not wait."
        return await self._carry({"kind": "set_review_days", "wording": wording, "review_days": 0})

    async def _carry(self, asked: Mapping[str, Any]) -> str:
        """Find or put a motion, have it adopted, and return its id."""
        key = self._keyring[ADMIN]
        path = f"/v1/meetings/{await self._meeting()}/motions"
        motion = await self._caller.first(path, key, {"wording": asked["wording"]})
        if motion is None:
            motion = await self._caller.post(path, key, asked)
        if motion["state"] == "proposed":
            vote = {"votes_for": len(self._scenario.members), "votes_against": 0}
            await self._caller.post(f"/v1/motions/{motion['id']}/adopt", key, vote)
        return str(motion["id"])

    async def _meeting(self) -> str:
        """Find or record the meeting."""
        draft = self._scenario.meeting
        key = self._keyring[ADMIN]
        meeting = await self._caller.first("/v1/meetings", key, draft)
        if meeting is None:
            meeting = await self._caller.post("/v1/meetings", key, draft)
        return str(meeting["id"])

    async def write_instrument(self) -> str:
        """Find or write the instrument, and return its id."""
        draft = self._scenario.instrument
        key = self._keyring[ANALYST]
        written = await self._caller.first("/v1/instruments", key, {"code": draft["code"]})
        if written is None:
            written = await self._caller.post("/v1/instruments", key, draft)
        return str(written["id"])

    async def schedule(
        self, title: str, topics: Mapping[str, str], instrument: str, motion: str
    ) -> Any:
        """Find or schedule a round of this title."""
        scenario = self._scenario
        key = self._keyring[ANALYST]
        names = {"title": title, "period": scenario.period}
        scheduled = await self._caller.first("/v1/rounds", key, names)
        if scheduled is None:
            references = {"topic_id": topics[scenario.round_topic], "instrument_id": instrument}
            draft = {**names, **references, "review_motion_id": motion}
            scheduled = await self._caller.post("/v1/rounds", key, draft)
        return scheduled

    async def group(self, round_id: str, districts: Mapping[str, str]) -> None:
        """Fix the peer groups of a round that has none."""
        path, key = f"/v1/rounds/{round_id}/peer-groups", self._keyring[ANALYST]
        if await self._caller.first(path, key, {}) is not None:
            return
        groups = [
            {
                "basis": group.basis,
                "name": group.name,
                "district_ids": [districts[code] for code in group.codes],
            }
            for group in self._scenario.groups
        ]
        await self._caller.post_once(f"{path}/batch", key, {"groups": groups})

    async def advance(self, round_id: str, verb: str) -> Any:
        """Take a round to its next stage."""
        return await self._caller.post(f"/v1/rounds/{round_id}/{verb}", self._keyring[ANALYST])

    async def progress(self, round_id: str) -> Sequence[Mapping[str, Any]]:
        """List how far each district is, as the analyst sees it: without a value."""
        listed = self._caller.every(f"/v1/rounds/{round_id}/completeness", self._keyring[ANALYST])
        return [each async for each in listed]

    async def release(self, round_id: str) -> None:
        """Have the vault plan a release of a locked round, and publish the first plan of it."""
        path, key = f"/v1/rounds/{round_id}", self._keyring[ANALYST]
        plan = await self.plan(round_id)
        if self._scenario.compared and len(await self.plans(round_id)) == 1:
            draft = {"bases": list(self._scenario.compared)}
            await self._caller.post(f"{path}/release-plans", key, draft)
        await self._caller.post_once(f"{path}/releases", key, {"plan_id": plan["id"]})

    async def plan(self, round_id: str) -> Any:
        """Find or draft the first plan of a release of a locked round."""
        path = f"/v1/rounds/{round_id}/release-plans"
        plans = await self.plans(round_id)
        return plans[0] if plans else await self._caller.post(path, self._keyring[ANALYST])

    async def plans(self, round_id: str) -> Sequence[Mapping[str, Any]]:
        """List the plans of a release of a round, the first one first."""
        path = f"/v1/rounds/{round_id}/release-plans"
        return [each async for each in self._caller.every(path, self._keyring[ANALYST])]

    async def kept_back(self, plan_id: str) -> KeptBack:
        """Read what a plan keeps back since it would give somebody away by a difference."""
        path = f"/v1/release-plans/{plan_id}/cells"
        return KeptBack([each async for each in self._caller.every(path, self._keyring[ANALYST])])

    async def released(self, round_id: str) -> Any:
        """Return the release of a round."""
        return await self._caller.first(
            f"/v1/rounds/{round_id}/releases", self._keyring[ANALYST], {}
        )


def person(role: str, place: Mapping[str, str]) -> dict[str, Any]:
    """Write a person to let in, as a row of a batch."""
    code = next(iter(place.values()), "consortium")
    return {
        "subject": f"{code}.{role}",
        "display_name": f"{role.replace('_', ' ').capitalize()} of {code}",
        "role": role,
        "external_ids": dict(place),
        "with_key": True,
        "key_name": "demo",
    }


def holder(row: Mapping[str, Any]) -> str:
    """Name who holds the key of a row: the role, and the code of the district, if any."""
    return named(row["role"], next(iter(row["external_ids"].values()), None))


def named(role: str, code: str | None) -> str:
    """Name the holder of a key in the keyring."""
    return role if code is None else f"{role} of {code}"
