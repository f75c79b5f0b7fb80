"""Every refusal by the charter names its rule; what refuses without one is listed, and why."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.lifecycles import LIFECYCLES
from app.policy.lock import Stale
from app.policy.rulebook import CLAUSES
from app.problems import Conflict, InsufficientScope, Refused

TAKEN = "something of the same natural key is there, or it was done already"
NEEDED = "something else still needs what would be taken away"
NO_RULE = {
    ("app/accounts/service.py", "Conflict"): TAKEN,
    ("app/data_keys/masters.py", "Conflict"): NEEDED,
    ("app/data_keys/service.py", "Conflict"): "there is no key to replace yet",
    ("app/districts/service.py", "Conflict"): TAKEN,
    ("app/goals/service.py", "Conflict"): TAKEN,
    ("app/indicators/service.py", "Conflict"): TAKEN,
    ("app/jobs/repository.py", "InvalidTransition"): "what became of a job is no matter of trust",
    ("app/keys/service.py", "InvalidTransition"): "a key is replaced once, so that none is lost",
    ("app/master_keys.py", "Conflict"): NEEDED,
    ("app/measures/service.py", "Conflict"): TAKEN,
    ("app/memberships/service.py", "Conflict"): TAKEN,
    ("app/plans/service.py", "Conflict"): TAKEN,
    ("app/policy/attempt.py", "JobStopped"): "who asked for the job has stopped it",
    ("app/policy/grant.py", "Conflict"): NEEDED,
    ("app/policy/idempotency.py", "InProgress"): "the same request is still running",
    ("app/policy/outbox.py", "JobStopped"): "who asked for the job has stopped it",
    ("app/schools/service.py", "Conflict"): TAKEN,
    ("app/succession/service.py", "Conflict"): TAKEN,
    ("app/targets/service.py", "Conflict"): TAKEN,
    ("app/topics/service.py", "Conflict"): TAKEN,
}
"""Refusals that no rule of the charter speaks: where each is, and why."""


def kinds(of: type) -> Iterator[str]:
    """Name a class of problems, and those below it."""
    yield of.__name__
    for below in of.__subclasses__():
        yield from kinds(below)


def refusals() -> Iterator[tuple[str, str, set[str]]]:
    """Give every refusal that is raised as such: its module, its class, its arguments by name."""
    named = {name for each in (Conflict, Refused, InsufficientScope) for name in kinds(each)}
    for module in sorted(Path("app").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text())):
            if not isinstance(node, ast.Raise):
                continue
            call, given = node.exc, set()
            if isinstance(call, ast.Call):
                given = {keyword.arg for keyword in call.keywords}
                call = call.func
            if isinstance(call, ast.Name) and call.id in named:
                yield module.as_posix(), call.id, given


def test_every_refusal_that_is_raised_names_its_rule_or_is_listed():
    without = {
        (module, kind)
        for module, kind, given in refusals()
        if "rule" not in given and kind != Stale.__name__  # it names TR-02 itself
    }
    assert without == NO_RULE.keys()


def test_every_step_that_is_not_taken_names_the_rule_of_its_lifecycle():
    ids = {clause.id for clause in CLAUSES}
    assert [each.of for each in LIFECYCLES if each.rule not in ids] == []
