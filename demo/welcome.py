"""What the demo says when it is loaded: where it is, and one ready line for each role."""

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Final

from rich.console import Console

from demo.keyring import Keyring
from demo.office import ADMIN, ANALYST, AUDITOR, SHOWN, STEWARD, named
from demo.play import Played
from demo.scenario import Scenario

ROLES: Final = (ADMIN, ANALYST, AUDITOR, STEWARD, *SHOWN)


def welcome(
    console: Console, url: str, scenario: Scenario, keyring: Keyring, played: Played
) -> None:
    """Say where the demo is and how to use and stop it; write the same for a shell to read."""
    keys = {role: keyring[name_of(role, scenario)] for role in ROLES}
    keyring.tell_shell(dict(variables(url, scenario, keys, played)))
    keyring.tell_stewards(
        [
            (played.districts[member.code], keyring[named(STEWARD, member.code)])
            for member in scenario.members
        ]
    )
    console.print(f"\n[bold]The demo is ready at {url}[/bold] (documentation: {url}/docs)")
    console.print(f"{scenario.says}\n\nTry, as", soft_wrap=False)
    for role, path in paths(scenario, played):
        asked = f"curl -s '{url}{path}' -H 'Authorization: Bearer {keys[role]}'"
        console.print(f"  {role}\n    {asked}", markup=False)
    shell = quote(str(keyring.shell))
    console.print(f"\nThese keys as variables of a shell: . {shell}", markup=False)
    console.print("Stop with Ctrl-C. The same command goes on later; --reset starts afresh.")


def name_of(role: str, scenario: Scenario) -> str:
    """Name the holder of a role in the keyring; district roles are those of the district shown."""
    return named(role, None if role in {ADMIN, ANALYST, AUDITOR} else scenario.shown)


def paths(scenario: Scenario, played: Played) -> Iterator[tuple[str, str]]:
    """Say what is worth a look for each role."""
    district = played.districts[scenario.shown]
    item = scenario.instrument["items"][0]["code"]
    yield ADMIN, f"/v1/memberships?district_id={district}"
    yield ANALYST, f"/v1/rounds/{played.round_id}/completeness/summary"
    yield AUDITOR, f"/v1/ledger?district_id={district}"
    yield STEWARD, f"/v1/rounds/{played.round_id}/districts/{district}/submission"
    yield SHOWN[0], f"/v1/releases/{played.release_id}/position?district_id={district}"
    yield SHOWN[1], f"/v1/releases/{played.release_id}/cells?item={item}"
    yield SHOWN[2], "/v1/me"


def variables(
    url: str, scenario: Scenario, keys: Mapping[str, str], played: Played
) -> Iterator[tuple[str, str]]:
    """Name what a shell may want to know."""
    yield "URL", url
    yield "DISTRICT", played.districts[scenario.shown]
    yield "ROUND", played.round_id
    yield "RELEASE", played.release_id
    yield from ((role.upper(), key) for role, key in keys.items())
