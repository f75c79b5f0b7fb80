from uuid import UUID

import pytest
from conftest import NORTH
from paths import PLAIN, RATIO, an_instrument, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_instruments_are_listed_by_code_and_edition_without_their_items(as_):
    made = [
        await an_instrument(as_, *items, code=code)
        for code, items in [("b", [PLAIN]), ("a", [PLAIN, RATIO]), ("b", [RATIO])]
    ]
    body = told(await as_(Role.VIEWER, NORTH).get("/v1/instruments"), 200)
    assert body["data"] == [
        {
            "id": each["id"],
            "code": each["code"],
            "edition": each["edition"],
            "title": "School resources",
            "items_total": len(each["items"]),
        }
        for each in (made[1], made[0], made[2])
    ]


async def test_the_list_is_narrowed_by_code_and_paged(as_):
    for code in ("b", "a", "b", "c"):
        await an_instrument(as_, PLAIN, code=code)
    async with as_(Role.VIEWER, NORTH) as viewer:
        path = "/v1/instruments?code=b&code=c&limit=2"
        first = told(await viewer.get(path), 200)
        rest = told(await viewer.get(f"{path}&cursor={first['next_cursor']}"), 200)
    found = [(each["code"], each["edition"]) for each in first["data"] + rest["data"]]
    assert found == [("b", 1), ("b", 2), ("c", 1)]


async def test_a_reader_that_has_an_instrument_is_told_so(as_):
    made = await an_instrument(as_, PLAIN)
    async with as_(Role.VIEWER, NORTH) as viewer:
        path = f"/v1/instruments/{made['id']}"
        known = {"if-none-match": (await viewer.get(path)).headers["etag"]}
        assert (await viewer.get(path, headers=known)).status_code == 304


async def test_an_instrument_that_is_not_there_is_not_found(as_):
    told(await as_(Role.VIEWER, NORTH).get(f"/v1/instruments/{UUID(int=7)}"), 404)


@pytest.mark.parametrize(
    ("sort", "codes"), [("code", "abc"), ("-code", "cba"), ("title", "bca"), ("-title", "acb")]
)
async def test_instruments_are_sorted_as_asked(as_, sort, codes):
    for code, title in (("a", "Zeal"), ("b", "Art"), ("c", "Music")):
        await an_instrument(as_, PLAIN, code=code, title=title)
    found, path = "", f"/v1/instruments?sort={sort}&limit=2&fields=code&include_total=true"
    while path:
        answer = await as_(Role.VIEWER, NORTH).get(path)
        assert told(answer, 200)["total"] == 3
        found += "".join(each.pop("code") for each in answer.json()["data"])
        link = answer.links.get("next")
        path = None if link is None else f"/v1/instruments{link['url']}"
    assert found == codes


async def test_an_instrument_is_cut_to_the_members_that_are_wanted(as_):
    instrument = await an_instrument(as_, PLAIN, code="a")
    path = f"/v1/instruments/{instrument['id']}"
    answer = await as_(Role.VIEWER, NORTH).get(path, params={"fields": "code,edition"})
    assert told(answer, 200) == {"code": "a", "edition": 1}
