"""Every bad input of the API conventions, and what it gets: one table."""

import json
from dataclasses import dataclass, field

import pytest
from httpx import AsyncClient
from wire.toy import CSV, JSON, KNOWN

pytestmark = pytest.mark.anyio

THINGS = "/v1/things"
BATCH = "/v1/things/batch"
VALIDATION = (422, "validation_failed")
MALFORMED = (400, "malformed_json")
UNSUPPORTED = (415, "unsupported_media_type")


@dataclass(frozen=True)
class Bad:
    name: str
    gets: tuple[int, str]
    body: str | bytes = b""
    method: str = "POST"
    path: str = THINGS
    headers: dict[str, str] | list[tuple[str, str]] = field(default_factory=lambda: JSON)
    faults: tuple[tuple[str, str], ...] = ()


def member(name: str, written: str, code: str, pointer: str | None = None) -> Bad:
    """One member of a thing, as it is written in JSON."""
    body = '{"name": "A", ' + f'"{name}": {written}' + "}"
    at = f"/{name}" if pointer is None else pointer
    return Bad(f"{name}: {written[:40]}", VALIDATION, body, faults=((at, code),))


def named(written: str, code: str) -> Bad:
    body = f'{{"name": {written}}}'
    return Bad(f"name: {written[:40]}", VALIDATION, body, faults=(("/name", code),))


def asked(query: str, code: str, pointer: str) -> Bad:
    return Bad(
        f"?{query[:40]}",
        VALIDATION,
        method="GET",
        path=f"{THINGS}?{query}",
        headers={},
        faults=((pointer, code),),
    )


def malformed(name: str, body: bytes) -> Bad:
    return Bad(name, MALFORMED, body)


NUMBERS = (
    member("rate", "NaN", "not_finite"),
    member("rate", "Infinity", "not_finite"),
    member("rate", "-Infinity", "not_finite"),
    member("rate", "1e999", "out_of_range"),
    member("rate", "1e9999999999999999999", "not_finite"),
    member("rate", "1e-999", "too_many_decimals"),
    member("rate", "-0.001", "out_of_range"),
    member("rate", "1.001", "out_of_range"),
    member("rate", "0.1234", "too_many_decimals"),
    member("rate", "true", "not_a_number"),
    member("rate", '"1"', "not_a_number"),
    member("rate", '"\uff11"', "not_a_number"),
    member("rate", "[1]", "not_a_number"),
    member("count", "true", "not_a_whole_number"),
    member("count", '"1"', "not_a_whole_number"),
    member("count", '"\uff11"', "not_a_whole_number"),
    member("count", "1.0", "not_a_whole_number"),
    member("count", "1e2", "not_a_whole_number"),
    member("count", "NaN", "not_a_whole_number"),
    member("count", "-1", "out_of_range"),
    member("count", "1000001", "out_of_range"),
    member("count", str(2**63), "out_of_range"),
    member("count", "9" * 400, "out_of_range"),
    member("active", "1", "not_a_flag"),
    member("active", '"true"', "not_a_flag"),
    member("active", "null", "not_a_flag"),
)
TIMES = (
    member("day", '"2026-02-30"', "no_such_date"),
    member("day", '"2026-13-01"', "no_such_date"),
    member("day", '"0001-01-01"', "out_of_range"),
    member("day", '"9999-12-31"', "out_of_range"),
    member("day", '"20260812"', "malformed"),
    member("day", '"2026-W33-3"', "malformed"),
    member("day", '"2026-08-12T00:00:00Z"', "malformed"),
    member("day", '"\uff12026-08-12"', "malformed"),
    member("day", "1760000000", "malformed"),
    member("at", '"2026-08-12T14:30:00"', "malformed"),
    member("at", '"2026-08-12 14:30:00Z"', "malformed"),
    member("at", '"2026-02-30T14:30:00Z"', "no_such_time"),
    member("at", '"2026-08-12T24:30:00Z"', "no_such_time"),
    member("at", '"2026-08-12T23:59:60Z"', "no_such_time"),
    member("at", '"2026-08-12T14:30:00.1234567Z"', "malformed"),
    member("at", '"0001-01-01T00:00:00+14:00"', "out_of_range"),
    member("at", '"9999-12-31T23:59:59-14:00"', "out_of_range"),
    member("at", "1760000000", "malformed"),
    member("year", '"2026"', "malformed"),
    member("year", '"2026-28"', "malformed"),
    member("year", '"1999-2000"', "malformed"),
    member("year", "2026", "not_text"),
)
TEXTS = (
    named('""', "empty"),
    named('" "', "surrounding_blanks"),
    named('" A"', "surrounding_blanks"),
    named('"A\u00a0"', "surrounding_blanks"),
    named('"\u200d"', "empty"),
    named('"A\\u0000"', "illegible_character"),
    named('"A\\ud800"', "illegible_character"),
    named('"A\\udc00\\ud800"', "illegible_character"),
    named('"A\\u0007B"', "illegible_character"),
    named('"A\\u0085B"', "illegible_character"),
    named('"A\\nB"', "illegible_character"),
    named('"A\u202eB"', "illegible_character"),
    named('"A\u2066B"', "illegible_character"),
    named('"A\ufeffB"', "illegible_character"),
    named('"A' + "\u0301" * 31 + '"', "illegible_character"),
    named('"' + "A" * 201 + '"', "too_long"),
    named('"' + "\u0301" * 1000 + '"', "too_long"),
    named("1", "not_text"),
    named("null", "not_text"),
    named("true", "not_text"),
    member("note", '"A\\u0000"', "illegible_character"),
    member("note", '"A\\rB"', "illegible_character"),
    member("code", '"School"', "malformed"),
    member("code", '"school--resources"', "malformed"),
    member("code", '"school\\n"', "malformed"),
    member("nces_id", '"0000000"', "malformed"),
    member("nces_id", '"601620"', "malformed"),
    member("nces_id", '"\uff10\uff16\uff10\uff11\uff16\uff12\uff10"', "malformed"),
    member("nces_id", '"0601620\\n"', "malformed"),
    member("nces_id", "601620", "not_text"),
    member("other", f'"{str(KNOWN).upper()}"', "not_an_id"),
    member("other", f'"{KNOWN.hex}"', "not_an_id"),
    member("other", f'"{{{KNOWN}}}"', "not_an_id"),
    member("other", f'"urn:uuid:{KNOWN}"', "not_an_id"),
    member("kind", '"LARGE"', "not_one_of"),
    member("kind", "0", "not_one_of"),
)
SHAPES = (
    member("surprise", "1", "unknown_member"),
    member("id", f'"{KNOWN}"', "unknown_member"),
    member("\\ud800", "1", "not_text", ""),
    member("<script>", "1", "unknown_member", ""),
    member("x" * 65, "1", "unknown_member", ""),
    member("parts", "{}", "not_a_list"),
    member("parts", "[{}]", "required", "/parts/0/depth"),
    member("parts", '[{"depth": 1}, 7]', "not_an_object", "/parts/1"),
    member("parts", '[{"depth": 1}, {"depth": 1, "width": 10}]', "out_of_range", "/parts/1/width"),
    member("parts", "[" + '{"depth": 1},' * 3 + '{"depth": 1}]', "too_many"),
    member("external_ids", '{"ca_cds": ""}', "malformed", "/external_ids/ca_cds"),
    member("external_ids", '{"Ca cds": "1"}', "malformed", "/external_ids"),
    member("external_ids", '{"a": "1", "b": "2", "c": "3", "d": "4"}', "too_many"),
    Bad("no member", VALIDATION, "{}", faults=(("/name", "required"),)),
    Bad("null", VALIDATION, "null", faults=(("", "not_an_object"),)),
    Bad("a list", VALIDATION, "[]", faults=(("", "not_an_object"),)),
    Bad("a text", VALIDATION, '"A"', faults=(("", "not_an_object"),)),
    Bad(
        "a read-only member in a PATCH",
        VALIDATION,
        '{"id": "1"}',
        method="PATCH",
        path=f"{THINGS}/{KNOWN}",
        faults=(("/id", "unknown_member"),),
    ),
    Bad(
        "null on a required member in a PATCH",
        VALIDATION,
        '{"name": null}',
        method="PATCH",
        path=f"{THINGS}/{KNOWN}",
        faults=(("/name", "not_text"),),
    ),
)
QUERIES = (
    asked("limit=-1", "out_of_range", "?limit"),
    asked("limit=0", "out_of_range", "?limit"),
    asked("limit=201", "out_of_range", "?limit"),
    asked("limit=1000000000", "out_of_range", "?limit"),
    asked(f"limit={2**63}", "out_of_range", "?limit"),
    asked("limit=" + "9" * 5000, "out_of_range", "?limit"),
    asked("limit=5.0", "not_a_whole_number", "?limit"),
    asked("limit=+5", "not_a_whole_number", "?limit"),
    asked("limit=%205", "not_a_whole_number", "?limit"),
    asked("limit=05", "not_a_whole_number", "?limit"),
    asked("limit=1_0", "not_a_whole_number", "?limit"),
    asked("limit=%EF%BC%95", "not_a_whole_number", "?limit"),
    asked("limit=", "not_a_whole_number", "?limit"),
    asked("limit=1&limit=2", "repeated_parameter", "?limit"),
    asked("limit=1&limit=1", "repeated_parameter", "?limit"),
    asked("surprise=1", "unknown_parameter", "?surprise"),
    asked("surprise", "unknown_parameter", "?surprise"),
    asked("Limit=1", "unknown_parameter", "?Limit"),
    asked("%3Cscript%3E=1", "unknown_parameter", "?"),
    asked("kind=huge", "not_one_of", "?kind"),
    asked("active=1", "not_a_flag", "?active"),
    asked("active=TRUE", "not_a_flag", "?active"),
)
UNREADABLE = (
    malformed("a member twice", b'{"name": "A", "name": "B"}'),
    malformed("a member twice, inside", b'{"name": "A", "parts": [{"depth": 1, "depth": 1}]}'),
    malformed("a member twice, escaped", b'{"name": "A", "n\\u0061me": "B"}'),
    malformed("trailing bytes", b'{"name": "A"} x'),
    malformed("two documents", b'{"name": "A"}{"name": "A"}'),
    malformed("a trailing comma", b'{"name": "A",}'),
    malformed("a comment", b'{"name": "A"} // x'),
    malformed("single quotes", b"{'name': 'A'}"),
    malformed("a raw control character", b'{"name": "A\x01"}'),
    malformed("an empty body", b""),
    malformed("blanks", b"  "),
    malformed("not UTF-8", b'{"name": "A\xff"}'),
    malformed("a surrogate in UTF-8", b'{"name": "A\xed\xa0\x80"}'),
    malformed("an overlong sequence", b'{"name": "A\xc0\x80"}'),
    malformed("a byte-order mark", b'\xef\xbb\xbf{"name": "A"}'),
    malformed("UTF-16", '{"name": "A"}'.encode("utf-16")),
    malformed("UTF-16 without a mark", '{"name": "A"}'.encode("utf-16-le")),
    malformed("UTF-32", '{"name": "A"}'.encode("utf-32")),
    malformed("33 levels of lists", b'{"name": ' + b"[" * 32 + b"]" * 32 + b"}"),
    malformed("100,000 levels of lists", b"[" * 100_000),
    malformed("100,000 levels of objects", b'{"a":' * 100_000),
    malformed("a whole number of 5,000 digits", b'{"name": "A", "count": ' + b"1" * 5000 + b"}"),
    malformed("decimals of 5,000 digits", b'{"name": "A", "rate": 0.' + b"1" * 5000 + b"}"),
    malformed("a number with a leading zero", b'{"name": "A", "count": 01}'),
    malformed("a number with a plus", b'{"name": "A", "count": +1}'),
    malformed("a hexadecimal number", b'{"name": "A", "count": 0x10}'),
    malformed("a full-width digit", '{"name": "A", "count": \uff11}'.encode()),
)
GOOD = '{"name": "A"}'
TYPES = (
    Bad("no content type", UNSUPPORTED, GOOD, headers={}),
    Bad("plain text", UNSUPPORTED, GOOD, headers={"content-type": "text/plain"}),
    Bad("a form", UNSUPPORTED, GOOD, headers={"content-type": "application/x-www-form-urlencoded"}),
    Bad("nearly JSON", UNSUPPORTED, GOOD, headers={"content-type": "application/jsonp"}),
    Bad("other JSON", UNSUPPORTED, GOOD, headers={"content-type": "application/hal+json"}),
    Bad(
        "JSON in Latin 1",
        UNSUPPORTED,
        GOOD,
        headers={"content-type": "application/json; charset=latin-1"},
    ),
    Bad(
        "a merge patch as POST",
        UNSUPPORTED,
        GOOD,
        headers={"content-type": "application/merge-patch+json"},
    ),
    Bad(
        "a JSON patch as PATCH",
        UNSUPPORTED,
        "[]",
        "PATCH",
        f"{THINGS}/{KNOWN}",
        {"content-type": "application/json-patch+json"},
    ),
    Bad("gzip", UNSUPPORTED, GOOD, headers=JSON | {"content-encoding": "gzip"}),
    Bad(
        "identity, then gzip",
        UNSUPPORTED,
        GOOD,
        headers=JSON | {"content-encoding": "identity, gzip"},
    ),
    Bad("a body where none is taken", UNSUPPORTED, GOOD, path=f"{THINGS}/{KNOWN}/publish"),
    Bad("XML as a batch", UNSUPPORTED, "<a/>", path=BATCH, headers={"content-type": "text/xml"}),
    Bad(
        "CSV in Latin 1",
        UNSUPPORTED,
        "name\nA",
        path=BATCH,
        headers={"content-type": "text/csv; charset=latin-1"},
    ),
)
ELSEWHERE = (
    Bad("a path id that is none", (404, "not_found"), method="GET", path=f"{THINGS}/7", headers={}),
    Bad("a path id in upper case", (404, "not_found"), method="GET", path=f"{THINGS}/{str(KNOWN).upper()}", headers={}),
    Bad("a path id with NUL", (404, "not_found"), method="GET", path=f"{THINGS}/%00", headers={}),
    Bad("a path id that is not UTF-8", (404, "not_found"), method="GET", path=f"{THINGS}/%FF", headers={}),
    Bad("a body for a path id that is none", (404, "not_found"), "{}", "PATCH", f"{THINGS}/7"),
    Bad("no JSON for a path id that is none", (404, "not_found"), "{", "PATCH", f"{THINGS}/7"),
    Bad("a path that is none", (404, "not_found"), method="GET", path="/v1/nothing", headers={}),
    Bad("a slash too many", (404, "not_found"), method="GET", path=f"{THINGS}/", headers={}),
    Bad("a query that is not UTF-8", (400, "malformed_request"), method="GET", path=f"{THINGS}?kind=%FF", headers={}),
    Bad("two Authorization headers", (400, "malformed_header"), method="GET", headers=[("authorization", "Bearer good"), ("authorization", "Bearer good")]),
    Bad("two content types", (400, "malformed_header"), GOOD, headers=[("content-type", "application/json")] * 2),
    Bad("an empty idempotency key", (400, "malformed_idempotency_key"), GOOD, headers=JSON | {"idempotency-key": ""}),
    Bad("an idempotency key with a blank", (400, "malformed_idempotency_key"), GOOD, headers=JSON | {"idempotency-key": "a b"}),
    Bad("a long idempotency key", (400, "malformed_idempotency_key"), GOOD, headers=JSON | {"idempotency-key": "a" * 129}),
    Bad("a half-quoted idempotency key", (400, "malformed_idempotency_key"), GOOD, headers=JSON | {"idempotency-key": '"a'}),
    Bad("two idempotency keys", (400, "malformed_idempotency_key"), GOOD, headers=[*JSON.items(), ("idempotency-key", "a"), ("idempotency-key", "a")]),
)  # fmt: skip
OTHER_METHODS = tuple(
    Bad(f"{method} of a list", (405, "method_not_allowed"), method=method, headers={})
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")
)
EVERY = (
    *NUMBERS,
    *TIMES,
    *TEXTS,
    *SHAPES,
    *QUERIES,
    *UNREADABLE,
    *TYPES,
    *ELSEWHERE,
    *OTHER_METHODS,
)


async def send(client: AsyncClient, bad: Bad):
    headers = bad.headers if isinstance(bad.headers, dict) else list(bad.headers)
    content = bad.body.encode() if isinstance(bad.body, str) else bad.body
    return await client.request(bad.method, bad.path, content=content, headers=headers)


@pytest.mark.parametrize(
    "bad", EVERY, ids=lambda bad: bad.name.encode("ascii", "backslashreplace").decode()
)
async def test_a_bad_input_gets_what_the_conventions_say(client, app, bad):
    answer = await send(client, bad)
    body = answer.json()
    told = tuple((each["pointer"], each["code"]) for each in body.get("errors", ()))
    assert (answer.status_code, body["code"], told) == (*bad.gets, bad.faults)
    assert answer.headers["content-type"] == "application/problem+json"
    assert app.state.shelf.things == {}


async def test_after_all_of_them_the_list_still_answers(client):
    for bad in EVERY:
        await send(client, bad)
    answer = await client.get(THINGS)
    assert (answer.status_code, answer.json()) == (
        200,
        {"data": [], "limit": 50, "kind": None, "active": None},
    )


CANARY = "8417563.25"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, json.dumps({"name": CANARY, "rate": CANARY, CANARY + "!": CANARY})),
        (
            JSON,
            f'{{"name": ["{CANARY}"], "count": {CANARY}, "at": "{CANARY}", "kind": "{CANARY}"}}',
        ),
        (JSON, f'{{"name": "{CANARY}'),
        (JSON, CANARY),
        ({"content-type": CANARY}, CANARY),
        (JSON | {"idempotency-key": CANARY + " "}, "{}"),
    ],
)
async def test_no_answer_to_a_bad_input_holds_any_of_it(client, headers, body):
    for path in (THINGS, f"{THINGS}?limit={CANARY}", BATCH, f"{BATCH}?mode={CANARY}"):
        answer = await client.post(path, content=body, headers=headers)
        assert 400 <= answer.status_code < 500
        assert CANARY not in answer.text
        assert CANARY not in str(answer.headers)


async def test_no_answer_to_a_bad_file_holds_any_of_it(client):
    for body in (f"name,{CANARY}\nA,1", f"name,count\nA,{CANARY}", f'name\n"{CANARY}', CANARY):
        answer = await client.post(BATCH, content=body, headers=CSV)
        assert answer.status_code == 422
        if not answer.text.count("unknown_column"):
            assert CANARY not in answer.text
