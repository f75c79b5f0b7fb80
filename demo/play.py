"""Plays a scenario through the HTTP API, from the import of the districts to the release."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.caller import Caller
from demo.keyring import Keyring
from demo.office import Office
from demo.planned import Planning
from demo.planners import Planners
from demo.progress import Steps
from demo.scenario import Course, Member, Scenario
from demo.stewards import Stewards, some_at_once

OFFICE_STEPS = 8


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it, for whoever wants to look: ids.

    ``planning`` are the districts that plan, ``plan_id`` the plan in force of the first of them.
    """

    districts: Mapping[str, str]
    round_id: str
    release_id: str
    planning: Mapping[str, str]
    plan_id: str


def steps_of(scenario: Scenario) -> int:
    """Count what ``Steps`` counts."""
    return OFFICE_STEPS + len(scenario.members) + len(scenario.plans)


async def play(caller: Caller, keyring: Keyring, scenario: Scenario, steps: Steps) -> Played:
    """Play a scenario, or what is left of it.

    The keyring has the administrator's key. Each step looks at what is there first, so that a load
    that was interrupted anywhere goes on where it was.
    """
    office = Office(caller, keyring, scenario)
    steps.begin("Admitting the districts")
    districts = await office.admit()
    planning = await office.admit_beside()
    steps.done()
    steps.begin("Letting in staff and stewards")
    await office.appoint(districts, planning)
    steps.done()
    steps.begin("A meeting adopts the topics")
    topics = await office.adopt_topics()
    motion = await office.waive_review()
    steps.done()
    steps.begin("Writing the instrument")
    instrument = await office.write_instrument()
    steps.done()
    scheduled = await office.schedule(topics, instrument, motion)
    stewards = Stewards(caller, keyring, scheduled["id"], districts)
    await through_its_stages(scheduled, Scene(office, stewards, scenario, steps, districts))
    release = await office.released(scheduled["id"])
    steps.begin("Districts plan and observe")
    plans: dict[str, str] = {}

    async def plan(each: Planning) -> None:
        planners = Planners(caller, keyring, each, planning[each.code])
        plans[each.code] = await planners.plan(scenario.instrument["code"])
        steps.done()

    await some_at_once(scenario.plans, plan)
    first = scenario.plans[0].code
    return Played(districts, scheduled["id"], release["id"], planning, plans[first])


@dataclass(frozen=True, slots=True)
class Scene:
    """Who takes part in a round."""

    office: Office
    stewards: Stewards
    scenario: Scenario
    steps: Steps
    districts: Mapping[str, str]


async def through_its_stages(at: Mapping[str, Any], scene: Scene) -> None:
    """Take a round from the stage it is at to its release."""
    office, steps = scene.office, scene.steps
    if at["stage"] == "scheduled":
        steps.begin("Fixing the peer groups")
        await office.group(at["id"], scene.districts)
        at = await office.advance(at["id"], "open")
    steps.done()
    if at["stage"] == "open":
        await answered(at["id"], scene)
        at = await office.advance(at["id"], "close")
    else:
        steps.done(len(scene.scenario.members))
    if at["stage"] == "closed":
        steps.begin("Reviewing")
        at = await office.advance(at["id"], "review")
    steps.done()
    if at["stage"] == "in_review":
        correcting = [each for each in scene.scenario.members if each.course is Course.CORRECTS]
        await some_at_once(correcting, scene.stewards.correct)
        at = await office.advance(at["id"], "lock")
    steps.done()
    if at["stage"] == "locked":
        steps.begin("The vault releases the means")
        await office.release(at["id"])
    steps.done()


async def answered(round_id: str, scene: Scene) -> None:
    """Have every steward answer, several at once."""
    scene.steps.begin("Districts answer and attest")
    progress = {
        each["district_id"]: each["state"] for each in await scene.office.progress(round_id)
    }

    async def submit(member: Member) -> None:
        await scene.stewards.submit(member, progress[scene.districts[member.code]])
        scene.steps.done()

    await some_at_once(scene.scenario.members, submit)
