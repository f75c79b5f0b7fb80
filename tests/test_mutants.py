"""Each breakage of ``tests.mutants`` has its one place, whichever of them a run has time for."""

import pytest

from tests.mutants import ROOT, Mutant, all_mutants


@pytest.mark.parametrize("mutant", all_mutants(), ids=lambda mutant: mutant.name)
def test_a_breakage_has_one_place_and_guards_that_exist(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert mutant.new != mutant.old
    for guard in mutant.guards:
        assert guard == "lint-imports" or (ROOT / guard.partition("::")[0]).exists(), guard
