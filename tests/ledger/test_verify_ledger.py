"""TR-06: whoever edits, deletes, reorders, cuts or forks the ledger is found out, also its owner."""

import json
from datetime import UTC, datetime

import pytest
from conftest import BASE_URL
from ledger.sealing import an_entry, brought_out, examined, faults, kept, tamper
from sqlalchemy import text

from app.identity.issuer import LocalIssuer
from app.identity.signing import SigningKeys
from app.identity.trust import published_keys
from app.ledger.chain import Checkpoint, digest_of
from app.ledger.examination import NOTHING_KEPT, examine, examine_checkpoints
from app.policy.witness import Witness

pytestmark = pytest.mark.anyio
MINUTE = 60


def utc() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def witness(house, issuer, owner):
    return Witness(house.sessions, issuer)


@pytest.fixture
async def sealed(given, witness):
    """Three batches of two entries, each signed."""
    for batch in range(3):
        await given(*[an_entry(subject=f"key:{batch}-{each}") for each in range(2)])
        await witness.seal(sign=True)


@pytest.fixture
async def checkpoint(sealed, as_):
    return await kept(as_)


async def test_a_sound_ledger_is_sound(as_, checkpoint):
    done = await examined(as_, checkpoint)
    assert (done.findings, done.remarks) == ([], [])
    assert (done.batches, done.entries, done.checkpoints, done.unsealed) == (3, 6, 4, 0)
    assert done.hash == checkpoint.hash


async def test_without_a_kept_checkpoint_it_says_what_it_cannot_see(as_, sealed):
    done = await examined(as_)
    assert (done.findings, done.remarks) == ([], [NOTHING_KEPT])


EDITS = {
    "outcome": "'refused'",
    "action": "'key:read'",
    "rule": "'TR-99'",
    "subject": "'key:other'",
    "at": "at - interval '1 microsecond'",
    "xid": "(xid::text::bigint + 1)::text::xid8",
    "account_id": "gen_random_uuid()",
    "key_id": "gen_random_uuid()",
    "district_id": "null",
    "detail": "detail || '{\"scopes\": []}'",
    "request_id": "'another'",
}


@pytest.mark.parametrize("column", EDITS)
async def test_an_edited_entry_is_found(as_, owner, sealed, column):
    change = f"update ledger set {column} = {EDITS[column]} where subject = 'key:1-0'"
    await tamper(owner, change)
    assert await faults(as_) == [("edited", 2)]


async def test_an_entry_that_is_another_now_is_found(as_, owner, sealed):
    change = "update ledger set id = gen_random_uuid() where subject = 'key:1-0'"
    await tamper(owner, change)
    assert await faults(as_) == [("deleted", 2), ("unsealed", None)]


async def test_an_edited_entry_is_found_though_its_digest_was_mended(as_, owner, sealed):
    await tamper(
        owner,
        "update ledger set rule = 'TR-99' where subject = 'key:1-0'",
        f"update ledger_seals s set digest = {MENDED} from ledger l where l.id = s.entry_id",
    )
    assert await faults(as_) == [("altered", 2)]


COLUMNS = "id at xid account_id key_id action outcome rule district_id subject detail request_id"
TEXT = f"ledger_text({', '.join('l.' + name for name in COLUMNS.split())})"
MENDED = f"encode(sha256(convert_to({TEXT}, 'UTF8')), 'hex')"


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_deleted_entry_is_found(as_, owner, sealed, number):
    await tamper(owner, f"delete from ledger where subject = 'key:{number - 1}-1'")
    assert await faults(as_) == [("deleted", number)]


async def test_an_entry_deleted_with_its_seal_is_found(as_, owner, sealed):
    gone = "(select id from ledger where subject = 'key:1-1')"
    await tamper(
        owner,
        f"delete from ledger_seals where entry_id = {gone}",
        "delete from ledger where subject = 'key:1-1'",
    )
    assert await faults(as_) == [("altered", 2)]


async def test_a_deleted_batch_is_found(as_, owner, sealed):
    await tamper(
        owner, *[f"delete from {table} where {column} = 2" for table, column in WITH_BATCH]
    )
    assert await faults(as_) == [("deleted", 3)]


WITH_BATCH = (
    ("ledger_batches", "number"),
    ("ledger_seals", "batch"),
    ("ledger_checkpoints", "batch"),
    ("ledger", "id is not null and subject like 'key:1-%' and 2"),
)


async def test_swapped_contents_are_found(as_, owner, sealed):
    """The contents of two entries change places; each keeps its id."""
    await tamper(
        owner,
        "update ledger l set subject = o.subject, at = o.at from ledger o"
        " where l.subject in ('key:0-0', 'key:2-1') and o.subject in ('key:0-0', 'key:2-1')"
        " and o.id <> l.id",
    )
    assert await faults(as_) == [("edited", 1), ("edited", 3)]


async def test_swapped_places_are_found(as_, owner, sealed):
    await tamper(
        owner,
        "update ledger_seals set position = 10 - position where batch = 2",
        "update ledger_seals set position = position - 7 where batch = 2",
    )
    assert await faults(as_) == [("reordered", 2), ("altered", 2)]


async def test_batches_in_another_order_are_found(as_, owner, sealed):
    await tamper(
        owner,
        "update ledger_batches set number = number + 10 where number in (1, 2)",
        "update ledger_batches set number = 13 - number where number in (11, 12)",
    )
    found = {fault for fault, _ in await faults(as_)}
    assert {"edited", "broken", "altered", "forked"} == found


async def test_an_entry_slipped_in_is_found(as_, owner, given, sealed):
    await given(an_entry(subject="key:slipped"))
    await tamper(
        owner,
        "update ledger set xid = '3', at = at - interval '1 year' where subject = 'key:slipped'",
    )
    assert await faults(as_) == [("unsealed", None)]


async def test_an_entry_not_sealed_yet_is_no_fault(as_, given, sealed):
    await given(an_entry(subject="key:new"))
    done = await examined(as_)
    assert (done.unsealed, done.findings) == (1, [])


CUT = (
    "delete from ledger where subject like 'key:2-%'",
    "delete from ledger_seals where batch = 3",
    "delete from ledger_checkpoints where batch = 3",
    "delete from ledger_batches where number = 3",
)


async def test_a_cut_tail_is_found_with_a_kept_checkpoint_alone(as_, owner, checkpoint):
    await tamper(owner, *CUT)
    assert await faults(as_) == []
    assert await faults(as_, checkpoint) == [("cut", 3)]


async def test_a_cut_tail_that_has_grown_again_is_found(as_, owner, given, witness, checkpoint):
    """After the cut the service goes on, and signs another third batch with the same key."""
    await tamper(owner, *CUT)
    await given(an_entry(subject="key:2-0"), an_entry(subject="key:2-1"))
    await witness.seal(sign=True)
    assert await faults(as_) == []
    assert await faults(as_, checkpoint) == [("forked", 3)]


async def test_a_chain_built_anew_with_the_same_key_is_found(as_, owner, witness, checkpoint):
    """Everything is sealed anew without one entry, as who has the database and the key can."""
    await tamper(
        owner,
        "delete from ledger where subject = 'key:0-1'",
        *[
            f"delete from {table}"
            for table in ("ledger_checkpoints", "ledger_seals", "ledger_batches")
        ],
    )
    await witness.seal(sign=True)
    assert await faults(as_) == []
    assert await faults(as_, checkpoint) == [("cut", 3)]


async def test_two_checkpoints_of_two_forks_convict_by_themselves(
    as_, owner, given, witness, checkpoint, issuer
):
    await tamper(owner, *CUT)
    await given(an_entry(), an_entry())
    await witness.seal(sign=True)
    other = await kept(as_)
    keys = published_keys(issuer.jwks())
    found = examine_checkpoints([checkpoint, other], keys).findings
    assert [(each.fault.value, each.batch) for each in found] == [("forked", 3)]
    assert examine_checkpoints([checkpoint, checkpoint], keys).findings == []


async def test_checkpoints_that_count_backwards_convict_by_themselves(issuer):
    made = [issuer.checkpoint(batch=n, total=9 - n, chain=f"{n}") for n in (1, 2)]
    both = [
        Checkpoint(batch=n, total=9 - n, hash=f"{n}", jws=jws, key=key)
        for n, (jws, key) in enumerate(made, 1)
    ]
    found = examine_checkpoints(both, {}).findings
    assert [(each.fault.value, each.batch) for each in found] == [("forked", 2)]


async def test_a_checkpoint_the_ledger_contradicts_is_found_without_one_kept(as_, owner, sealed):
    """The chain is sealed anew, and the old signatures are left where they were."""
    body = "(select body from ledger_batches where number = 3)"
    forged = f"replace({body}, '\"entries\": 2', '\"entries\": 2 ')"
    await tamper(
        owner,
        f"update ledger_batches set body = {forged} where number = 3",
        "update ledger_batches set hash = encode(sha256(convert_to(body, 'UTF8')), 'hex')"
        " where number = 3",
    )
    assert await faults(as_) == [("forked", 3)]


@pytest.mark.parametrize("column", ["hash", "total"])
async def test_a_checkpoint_that_says_something_else_than_was_signed_is_found(
    as_, owner, sealed, column
):
    await tamper(owner, f"update ledger_checkpoints set {column} = '7' where batch = 2")
    assert await faults(as_) == [("signature", 2)]


async def test_a_checkpoint_signed_by_another_is_found(as_, owner, checkpoint, tmp_path):
    """A stranger signs a chain of its own under the id of the key that is known."""
    keys = SigningKeys.from_file(tmp_path / "signing.json", utc)
    forged, _ = LocalIssuer(BASE_URL, BASE_URL, keys, utc).checkpoint(batch=3, total=6, chain="0")
    header = checkpoint.jws.split(".")[0]
    jws = ".".join([header, *forged.split(".")[1:]])
    await tamper(owner, f"update ledger_checkpoints set jws = '{jws}' where batch = 3")
    assert await faults(as_, checkpoint) == [("signature", 3)]


async def test_a_key_that_nobody_gave_proves_nothing(as_, owner, checkpoint, tmp_path):
    keys = SigningKeys.from_file(tmp_path / "signing.json", utc)
    jws, key = LocalIssuer(BASE_URL, BASE_URL, keys, utc).checkpoint(
        batch=3, total=6, chain=checkpoint.hash
    )
    await tamper(
        owner,
        f"update ledger_checkpoints set jws = '{jws}', key = '{json.dumps(key)}' where batch = 3",
    )
    done = await examined(as_, checkpoint)
    assert done.findings == []
    assert done.remarks == [
        (
            "The checkpoint of the export of batch 3 is signed by a key that you did not give:"
            f" {key['kid']}."
        )
    ]


@pytest.mark.parametrize("changed", ["alg", "typ", "extra", "short"])
async def test_a_checkpoint_in_another_form_is_refused(checkpoint, changed):
    from app.identity.compact import decode_part, encode_part

    header, claims, signature = checkpoint.jws.split(".")
    told = json.loads(decode_part(header))
    told |= {"alg": {"alg": "none"}, "typ": {"typ": "at+jwt"}, "extra": {"crit": []}}.get(
        changed, {}
    )
    parts = [encode_part(json.dumps(told).encode()), claims, signature]
    jws = ".".join(parts[:2] if changed == "short" else parts)
    found = examine_checkpoints([checkpoint.model_copy(update={"jws": jws})], {}).findings
    assert [each.fault.value for each in found] == ["signature"]


async def test_a_rotated_key_still_verifies_what_was_kept(as_, given, house, tmp_path, owner):
    """The service no longer publishes the old key; who kept a checkpoint has it."""
    keys = SigningKeys.from_file(tmp_path / "signing.json", utc)
    witness = Witness(house.sessions, LocalIssuer(BASE_URL, BASE_URL, keys, utc))
    await given(an_entry())
    await witness.seal(sign=True)
    first = await kept(as_)
    keys.rotate(keep_previous=False)
    await given(an_entry())
    await witness.seal(sign=True)
    second = await kept(as_)
    assert first.key["kid"] != second.key["kid"]
    done = await examined(as_, first, second)
    assert (done.findings, done.remarks, done.checkpoints) == ([], [], 4)


async def test_the_chain_alone_convicts_without_the_entries(as_, owner, checkpoint):
    """What a member can export: batches and checkpoints."""
    chain = [each for each in await brought_out(as_) if type(each).__name__ != "Entry"]
    done = examine(chain, [checkpoint], {}, with_entries=False)
    assert (done.findings, done.entries) == ([], 0)
    done = examine(chain[:-2], [checkpoint], {}, with_entries=False)
    assert [(each.fault.value, each.batch) for each in done.findings] == [("cut", 3)]


async def test_what_was_sealed_is_shown_though_the_text_of_entries_is_a_function_of_the_database(
    as_, owner, sealed
):
    """A digest is that of the text handed out, whatever has become of the function meanwhile."""
    for each in await brought_out(as_):
        if type(each).__name__ == "Entry":
            assert digest_of(each.text) == each.digest
    async with owner.connect() as connection:
        told = await connection.execute(text(f"select {MENDED} from ledger l order by xid, id"))
        assert [row[0] for row in told] == [
            each.digest for each in await brought_out(as_) if type(each).__name__ == "Entry"
        ]
