"""The contract and the generated pages: what the repository keeps of the code."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import NoReturn

from app.clock import now
from app.identity.issuer import LocalIssuer
from app.identity.signing import SigningKeys, new_key
from app.lifecycles import drawn
from app.main import contract_of, create_app
from app.policy.actions import OPERATOR_MAY, WHO_MAY, Action, meaning
from app.policy.gate import House
from app.policy.rules import RULES
from app.settings import settings_table
from app.vocabulary import Role
from app.wire.openapi import written

HEADING = "<!-- Made from the code by `c34 docs`; a test fails when it is stale. -->\n\n"


def closed_house() -> AbstractAsyncContextManager[House]:
    """Serve nothing: an application that is only described."""
    not_served()


def not_served() -> NoReturn:
    """Refuse to serve."""
    raise RuntimeError("This application is described, not served.")


def contract_text() -> str:
    """Write the contract of the application as ``openapi/openapi.json`` holds it."""
    base = "http://127.0.0.1:8034"
    issuer = LocalIssuer(base, base, SigningKeys((new_key(now()),), now), now)
    return written(contract_of(create_app(closed_house, issuer)))


def generated_pages() -> Mapping[str, str]:
    """Write the pages of ``docs/`` that are made from the code, by name."""
    return {
        "settings.md": f"{HEADING}# Settings\n\n{settings_table()}",
        "lifecycles.md": f"{HEADING}# Lifecycles\n\n{drawn()}",
        "authority.md": f"{HEADING}# Who may ask what\n\n{authority_table()}",
        "rules.md": f"{HEADING}# The trust rules in force\n\n{rules_table()}",
    }


def authority_table() -> str:
    """Write actions by roles as a table; the operator, who holds no role, comes last."""
    names = [*(role.value for role in Role), "(operator)"]
    lines = [
        "| action | " + " | ".join(names) + " | meaning |",
        "| --- |" + " :-: |" * len(names) + " --- |",
    ]
    for action in Action:
        may = [*(role in WHO_MAY[action] for role in Role), action in OPERATOR_MAY]
        marks = " | ".join("•" if each else " " for each in may)
        lines.append(f"| `{action.value}` | {marks} | {meaning(action)} |")
    return "\n".join(lines) + "\n"


def rules_table() -> str:
    """Write every rule with its sentences and where each is kept."""
    lines = ["| rule | sentence | kept by |", "| --- | --- | --- |"]
    for rule_id, stated in sorted(RULES.items()):
        lines += [f"| {rule_id} | {each.says} | `{each.kept_by}` |" for each in stated]
    return "\n".join(lines) + "\n"
