"""Each check of the verifier is needed: without it some vector or probe comes out otherwise."""

from typing import Any

import pytest
from identity.judge import ISSUERS, NOW, VECTORS, clock_at, issuers_of, judged
from identity.mutants import Mutant, house, mutants
from identity.probes import EXPECTED, probed

pytestmark = pytest.mark.anyio

MAKE_NO_DIFFERENCE = {
    # The slow count comes to the same depth as the quick one.
    "compact: opened <= DEEPEST as opened < DEEPEST",
    # python-jose refuses it once more, since it is given the key's algorithm alone.
    "verifier: if key is None or key.algorithm != algorithm: without key.algorithm != algorithm",
}


async def caught(mutant: Mutant | None) -> bool:
    try:
        trusting, verifying = house(mutant)
        judge: Any = verifying.Verifier(issuers_of(trusting, ISSUERS), clock_at(NOW), remembered=0)
        if await probed(trusting, verifying) != EXPECTED:
            return True
    except Exception:  # noqa: BLE001 - a verifier that cannot even be built is caught
        return True
    for vector in VECTORS:
        verdict = await judged(judge, vector)
        if verdict.partition(":")[0] != vector["verdict"]:
            return True
    return False


async def test_the_unbroken_verifier_is_not_caught() -> None:
    assert await caught(None) is False


async def test_every_broken_check_is_caught_by_a_vector_or_a_probe() -> None:
    made = list(mutants())
    survivors = {f"{m.module}: {m.broken}" for m in made if not await caught(m)}
    assert survivors == MAKE_NO_DIFFERENCE
    assert len(made) > 120
