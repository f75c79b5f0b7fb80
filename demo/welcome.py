"""What the demo says when it is loaded: where it is, and one ready line for each role."""

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote
from typing import Final

from rich.console import Console

from demo.keyring import Keyring
from demo.office import ADMIN, ANALYST, AUDITOR, FACILITATOR, SHOWN, STEWARD, named
from demo.play import Played
from demo.scenario import Scenario

STAFF: Final = (ADMIN, ANALYST, FACILITATOR, AUDITOR)
COHORT: Final = 2034
"""The class that the consortium is named for."""


@dataclass(frozen=True, slots=True)
class Look:
    """Something worth a look: who sees it, and where; nobody's key is needed for what is public."""

    who: str
    path: str
    holder: str | None = None


def welcome(
    console: Console, url: str, scenario: Scenario, keyring: Keyring, played: Played
) -> None:
    """Say where the demo is and how to use and stop it; write the same for a shell to read."""
    keyring.tell_shell(dict(variables(url, scenario, keyring, played)))
    keyring.tell_stewards(
        [
            (played.districts[member.code], keyring[named(STEWARD, member.code)])
            for member in scenario.members
        ]
    )
    console.print(f"\n[bold]The demo is ready at {url}[/bold] (documentation: {url}/docs)")
    console.print(scenario.says)
    for heading, looks in (
        ("\nTry, as", benchmark(scenario, played)),
        (f"\nTry, in {scenario.plans[0].name}, as", plans(scenario, played)),
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
    yield "PLAN_DISTRICT", played.planning[planning.code]
    yield "PLAN", played.plan_id
    for role in STAFF:
        yield role.upper(), keyring[role]
    for role in (STEWARD, *SHOWN):
        yield role.upper(), keyring[named(role, scenario.shown)]
    for role in planning.roles:
        yield f"PLAN_{role.upper()}", keyring[named(role, planning.code)]
