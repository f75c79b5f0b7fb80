"""A merge patch of one observation."""

from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from observating import at, entered, faults, put, steward

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def seen(as_, observation) -> dict[str, str]:
    answer = await as_(Role.VIEWER, NORTH).get(f"{at()}/{observation['id']}")
    return {"If-Match": answer.headers["etag"]}


async def revise(as_, observation, change, **headers):
    path = f"{at()}/{observation['id']}"
    return await steward(as_).patch(path, json=change, headers=headers)


async def test_what_is_not_sent_stays(as_):
    first = await entered(as_, source="Draft", as_of="2025-08-15")
    change = {"denominator": 82, "source": None, "reason": "Two had moved."}
    done = await revise(as_, first, change, **await seen(as_, first))
    body = done.json()
    changed = {"denominator": 82, "value": 50, "source": None, "version": 2}
    assert (done.status_code, body) == (
        200,
        first | changed | {"updated_at": body["updated_at"]},
    )
    assert body["updated_at"] > first["updated_at"]
    assert done.headers["etag"] == (await seen(as_, first))["If-Match"]


async def test_the_tag_must_be_sent_and_stand(as_):
    first = await entered(as_)
    assert (await revise(as_, first, {"numerator": 1})).status_code == 428
    headers = await seen(as_, first)
    assert (await revise(as_, first, {"numerator": 1}, **headers)).status_code == 200
    late = await revise(as_, first, {"numerator": 2}, **headers)
    assert (late.status_code, late.headers["etag"]) == (412, (await seen(as_, first))["If-Match"])


async def test_what_says_the_same_is_no_correction(as_):
    first = await entered(as_)
    done = await revise(as_, first, {"numerator": 41, "reason": "Sure."}, **await seen(as_, first))
    assert (done.status_code, done.json()) == (200, first)
    told = await as_(Role.VIEWER, NORTH).get(f"{at()}/{first['id']}/corrections")
    assert told.json()["data"] == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"numerator": 81}, [("/numerator", "out_of_range")]),
        ({"numerator": None}, [("/numerator", "required")]),
        ({"status": None}, [("/status", "not_one_of")]),
        ({"value": 1}, [("/value", "not_for_this_measure")]),
        (
            {"status": "suppressed"},
            [("/numerator", "not_for_this_status"), ("/denominator", "not_for_this_status")],
        ),
        ({"period": "2023-24"}, [("/period", "unknown_member")]),
        ({"id": None, "version": 1}, [("/id", "unknown_member"), ("/version", "unknown_member")]),
    ],
    ids=str,
)
async def test_what_comes_of_it_must_fit(as_, change, wrong):
    first = await entered(as_)
    assert faults(await revise(as_, first, change, **await seen(as_, first))) == wrong


async def test_another_districts_is_not_there(as_):
    theirs = (await put(as_, SOUTH)).json()
    for path in (f"{at()}/{theirs['id']}", f"{at(SOUTH)}/{theirs['id']}", f"{at()}/{UUID(int=7)}"):
        answer = await steward(as_).patch(path, json={"numerator": 1}, headers={"If-Match": "*"})
        assert answer.status_code == 404
