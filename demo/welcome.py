"""What the demo says when it is loaded: where it is, and one ready line for each role."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Final

from rich.console import Console

from demo.keyring import Keyring
from demo.office import ADMIN, ANALYST, AUDITOR, FACILITATOR, SHOWN, STEWARD, named
from demo.play import Played
from demo.scenario import Scenario
from demo.story import names_of, refused, shared

STAFF: Final = (ADMIN, ANALYST, FACILITATOR, AUDITOR)
COHORT: Final = 2034
"""The class that the consortium is named for."""


@dataclass(frozen=True, slots=True)
class Look:
    """Something worth a look: who sees it, and where; nobody's key is needed for what is public."""

    who: str
    path: str
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of a demo that is loaded; ``checked`` is what was verified offline."""

    scenario: Scenario
    keyring: Keyring
    played: Played
    checked: Sequence[str]


def welcome(console: Console, url: str, told: Told) -> None:
    """Say where the demo is and how to use and stop it; write the same for a shell to read."""
    scenario, keyring, played = told.scenario, told.keyring, told.played
    keyring.tell_shell(dict(variables(url, scenario, keyring, played)))
    keyring.tell_stewards(
        [
            (played.districts[member.code], keyring[named(STEWARD, member.code)])
            for member in scenario.members
        ]
    )
    console.print(f"\n[bold]The demo is ready at {url}[/bold] (documentation: {url}/docs)")
    console.print(scenario.says)
    for heading, lines in stories(told):
        console.print(f"\n{heading}", soft_wrap=False)
        for line in lines:
            console.print(f"  {line}", markup=False)
    for heading, looks in (
        ("\nTry, as", [*benchmark(scenario, played), *trust(scenario, played)]),
        (f"\nTry, in {scenario.plans[0].name}, as", list(plans(scenario, played))),
    ):
        console.print(heading, soft_wrap=False)
        for look in looks:
            asked = f"curl -s '{url}{look.path}'"
            if look.holder is not None:
                asked += f" -H 'Authorization: Bearer {keyring[look.holder]}'"
            console.print(f"  {look.who}\n    {asked}", markup=False)
    shell = quote(str(keyring.shell))
    console.print(f"\nThese keys as variables of a shell: . {shell}", markup=False)
    console.print("Stop with Ctrl-C. The same command goes on later; --reset starts afresh.")


def stories(told: Told) -> Iterator[tuple[str, Iterable[str]]]:
    """Say what was tried and refused, what was shared, and what was verified."""
    scenario, played = told.scenario, told.played
    yield "What was tried, and is refused", refused(scenario.attempt, played)
    if scenario.sharing is not None and played.shared is not None:
        names = names_of(scenario)
        yield "What is shown by name", shared(scenario.sharing, played.shared, names)
    yield "What was checked without the service", told.checked


def benchmark(scenario: Scenario, played: Played) -> Iterator[Look]:
    """Say what is worth a look of the benchmark, for the staff and for the district shown."""
    district = played.districts[scenario.shown]
    item = scenario.instrument["items"][0]["code"]
    release = f"/v1/releases/{played.release_id}"
    summary = f"/v1/rounds/{played.round_id}/completeness/summary"
    submission = f"/v1/rounds/{played.round_id}/districts/{district}/submission"
    yield Look(ADMIN, f"/v1/memberships?district_id={district}", ADMIN)
    yield Look(ANALYST, summary, ANALYST)
    yield Look(FACILITATOR, "/v1/topics", FACILITATOR)
    yield Look(AUDITOR, f"/v1/ledger?district_id={district}", AUDITOR)
    for role, path in (
        (STEWARD, submission),
        (SHOWN[0], f"{release}/position?district_id={district}"),
        (SHOWN[1], f"{release}/cells?item={item}"),
        (SHOWN[2], "/v1/me"),
    ):
        yield Look(role, path, named(role, scenario.shown))


def trust(scenario: Scenario, played: Played) -> Iterator[Look]:
    """Say what is worth a look of what is kept back, vouched for and shown by name."""
    plan, *others = played.release_plans
    round_id = played.round_id
    yield Look("analyst, of what is kept back", f"/v1/release-plans/{plan}/cells", ANALYST)
    for other in others:
        path = f"/v1/release-plans/{other}/comparison?with={plan}"
        yield Look("analyst, of a plan with fewer groups", path, ANALYST)
    path = f"/v1/release-plans/{played.attempted}/cells"
    yield Look("analyst, of what was tried", path, ANALYST)
    lead = named(SHOWN[0], scenario.shown)
    yield Look("superintendent, to keep", f"/v1/releases/{played.release_id}/certificate", lead)
    if (sharing := scenario.sharing) is not None:
        recipient = played.districts[sharing.recipient]
        asked = f"round_id={round_id}&item={sharing.item}"
        reader = named(STEWARD, sharing.recipient)
        path = f"/v1/districts/{recipient}/shared-answers?{asked}"
        yield Look(f"data_steward of {sharing.recipient}", path, reader)
        path = f"/v1/districts/{played.districts[sharing.giver]}/introductions"
        yield Look(f"superintendent of {sharing.giver}", path, named(SHOWN[0], sharing.giver))
        yield Look("viewer", "/v1/practices", named(SHOWN[2], scenario.shown))


def plans(scenario: Scenario, played: Played) -> Iterator[Look]:
    """Say what is worth a look of plans, for everybody in the first district that plans."""
    planning = scenario.plans[0]
    district, plan = played.planning[planning.code], f"/v1/plans/{played.plan_id}"
    dashboard = f"/v1/districts/{district}/dashboard"
    seen = {
        "superintendent": f"{dashboard}?cohort={COHORT}",
        "board_member": f"{plan}/decisions",
        "planner": dashboard,
        "data_steward": f"/v1/districts/{district}/observations?period=2025-26",
        "action_owner": "/v1/targets",
        "team_member": f"/v1/goals?plan_id={played.plan_id}",
        "viewer": f"{dashboard}?format=csv",
    }
    for role in planning.roles:
        yield Look(role, seen[role], named(role, planning.code))
    yield Look("anybody", f"/v1/districts/{district}/progress-reports")


def variables(
    url: str, scenario: Scenario, keyring: Keyring, played: Played
) -> Iterator[tuple[str, str]]:
    """Name what a shell may want to know."""
    planning = scenario.plans[0]
    yield "URL", url
    yield "DISTRICT", played.districts[scenario.shown]
    yield "ROUND", played.round_id
    yield "RELEASE", played.release_id
    yield "RELEASE_PLAN", played.release_plans[0]
    yield "OTHER_PLAN", played.release_plans[-1]
    yield "ATTEMPT", played.attempted
    yield "PROOFS", str(keyring.proofs)
    yield "PLAN_DISTRICT", played.planning[planning.code]
    yield "PLAN", played.plan_id
    for role in STAFF:
        yield role.upper(), keyring[role]
    for role in (STEWARD, *SHOWN):
        yield role.upper(), keyring[named(role, scenario.shown)]
    for role in planning.roles:
        yield f"PLAN_{role.upper()}", keyring[named(role, planning.code)]
