"""Every vector gets its verdict; ``vectors/make.py`` writes them."""

import json

import pytest
from identity.judge import ISSUERS, NOW, VECTORS, Vector, clock_at, issuers_of, judged, verifier
from identity.vectors.make import FILE, document

from app.identity import trust
from app.identity import verifier as verifying

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
async def test_the_verdict_is_as_expected(vector: Vector) -> None:
    assert await judged(verifier(), vector) == vector["verdict"] + ":" + vector.get("reason", "")


async def test_every_vector_gets_the_same_verdict_the_second_time() -> None:
    remembering = verifying.Verifier(issuers_of(trust, ISSUERS), clock_at(NOW), remembered=4096)
    first = [await judged(remembering, vector) for vector in VECTORS]
    second = [await judged(remembering, vector) for vector in VECTORS]
    assert first == second


def test_the_vectors_are_those_that_the_script_writes() -> None:
    assert FILE.read_text(encoding="ascii") == document()


def test_there_are_enough_vectors_of_both_kinds() -> None:
    verdicts = [vector["verdict"] for vector in VECTORS]
    assert verdicts.count("accepted") >= 50
    assert verdicts.count("refused") >= 300


def test_no_two_vectors_have_the_same_name() -> None:
    names = [vector["name"] for vector in VECTORS]
    assert len(set(names)) == len(names)


def test_the_file_of_vectors_is_plain_json() -> None:
    assert sorted(json.loads(FILE.read_text(encoding="ascii"))) == ["issuers", "now", "vectors"]
