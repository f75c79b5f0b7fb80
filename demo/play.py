"""Plays a scenario through the HTTP API, from the import of the districts to the release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from demo.caller import Caller
from demo.keyring import Keyring
from demo.office import Office
from demo.planned import Planning
from demo.planners import Planners
from demo.progress import Steps
from demo.recipes import KeptBack
from demo.scenario import Attempt, Course, Member, Scenario
from demo.sharing import Shared, share
from demo.stewards import Stewards, some_at_once

OFFICE_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it, for whoever wants to look: ids.

    ``release_plans`` are those of the release, what was published first; ``attempted`` is the plan
    that was to give a district away. ``planning`` are the districts that plan, ``plan_id`` the
    plan in force of the first of them.
    """

    districts: Mapping[str, str]
    round_id: str
    release_id: str
    release_plans: Sequence[str]
    kept_back: KeptBack
    attempted: str
    refused: KeptBack
    shared: Shared | None
    planning: Mapping[str, str]
    plan_id: str


def steps_of(scenario: Scenario) -> int:
    """Count what ``Steps`` counts."""
    asked = len(scenario.members) + len(scenario.attempt.codes)
    return OFFICE_STEPS + asked + len(scenario.plans) + (scenario.sharing is not None)


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
    first = await office.schedule(scenario.round_title, topics, instrument, motion)
    stewards = Stewards(caller, keyring, first["id"], districts)
    await through_its_stages(first, Scene(office, stewards, scenario, steps, districts))
    steps.begin("Staff ask nearly the same again")
    second = await office.schedule(scenario.attempt.title, topics, instrument, motion)
    again = Stewards(caller, keyring, second["id"], districts)
    attempted = await asked_again(second, Scene(office, again, scenario, steps, districts))
    shared = None
    if scenario.sharing is not None:
        steps.begin("Districts share by name")
        shared = await share(caller, keyring, scenario.sharing, districts, first["id"])
        steps.done()
    plans = await planned(caller, keyring, scenario, steps, planning)
    drafted = [str(each["id"]) for each in await office.plans(first["id"])]
    return Played(
        districts=districts,
        round_id=first["id"],
        release_id=(await office.released(first["id"]))["id"],
        release_plans=drafted,
        kept_back=await office.kept_back(drafted[0]),
        attempted=attempted,
        refused=await office.kept_back(attempted),
        shared=shared,
        planning=planning,
        plan_id=plans[scenario.plans[0].code],
    )


async def planned(
    caller: Caller,
    keyring: Keyring,
    scenario: Scenario,
    steps: Steps,
    planning: Mapping[str, str],
) -> Mapping[str, str]:
    """Have the districts that plan do so, and return the plan of each that is in force."""
    steps.begin("Districts plan and observe")
    plans: dict[str, str] = {}

    async def plan(each: Planning) -> None:
        planners = Planners(caller, keyring, each, planning[each.code])
        plans[each.code] = await planners.plan(scenario.instrument["code"])
        steps.done()

    await some_at_once(scenario.plans, plan)
    return plans


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
        steps.begin("Districts answer and attest")
        await answered(at["id"], scene.scenario.members, scene)
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
        steps.begin("The vault releases what is safe")
        await office.release(at["id"])
    steps.done()


async def asked_again(at: Mapping[str, Any], scene: Scene) -> str:
    """Take a round of those who are asked again to its plan, and return the plan's id."""
    office, asked = scene.office, repeating(scene.scenario.members, scene.scenario.attempt)
    if at["stage"] == "scheduled":
        at = await office.advance(at["id"], "open")
    if at["stage"] == "open":
        await answered(at["id"], asked, scene)
        at = await office.advance(at["id"], "close")
    else:
        scene.steps.done(len(asked))
    for stage, verb in (("closed", "review"), ("in_review", "lock")):
        if at["stage"] == stage:
            at = await office.advance(at["id"], verb)
    plan = await office.plan(at["id"])
    return str(plan["id"])


def repeating(members: Sequence[Member], attempt: Attempt) -> list[Member]:
    """Have those who are asked again answer what stands of their first answers."""
    return [
        replace(each, course=Course.ATTESTS, answers=standing(each), corrections=())
        for each in members
        if each.code in attempt.codes
    ]


def standing(member: Member) -> list[Mapping[str, Any]]:
    """Put corrections in the place of what they correct, without their reasons."""
    corrected = {each["item"]: each for each in member.corrections}
    return [
        {name: told for name, told in corrected.get(each["item"], each).items() if name != "reason"}
        for each in member.answers
    ]


async def answered(round_id: str, members: Sequence[Member], scene: Scene) -> None:
    """Have stewards answer, several at once."""
    progress = {
        each["district_id"]: each["state"] for each in await scene.office.progress(round_id)
    }

    async def submit(member: Member) -> None:
        await scene.stewards.submit(member, progress[scene.districts[member.code]])
        scene.steps.done()

    await some_at_once(members, submit)
