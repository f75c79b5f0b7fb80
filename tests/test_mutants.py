"""Each breakage of ``tests.mutants`` has its one place, whichever of them a run has time for."""

import re

import pytest

from tests.mutants import CONTRACTS, ROOT, Mutant, all_mutants


@pytest.mark.parametrize("mutant", all_mutants(), ids=lambda mutant: mutant.name)
def test_a_breakage_has_one_place_and_guards_that_exist(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert mutant.new != mutant.old
    if mutant.guards != CONTRACTS:
        files = [guard.partition("::")[0] for guard in mutant.guards]
        assert [each for each in files if not (ROOT / each).exists()] == []


FUNCTION = re.compile(r"create (?:or replace )?function (\w+)")


def last_before(source: str, text: str) -> str | None:
    """Name the function that a text of a migration stands in or after."""
    names = FUNCTION.findall(source[: source.index(text)])
    return names[-1] if names else None


@pytest.mark.parametrize(
    "mutant",
    [each for each in all_mutants() if each.file.startswith("migrations")],
    ids=lambda mutant: mutant.name,
)
def test_no_later_migration_mends_a_breakage(mutant: Mutant) -> None:
    path = ROOT / mutant.file
    name = last_before(path.read_text(), mutant.old)
    later = [each for each in sorted(path.parent.glob("*.py")) if each.name > path.name]
    assert [each.name for each in later if name in FUNCTION.findall(each.read_text())] == []
