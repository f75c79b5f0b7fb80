"""Values sealed at rest: who opens what, where, and after which rotation."""

import json
import logging
import os
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from app.keyfile import KeyFileRefused
from app.sealing import (
    DataKey,
    Fingerprints,
    MasterKey,
    MasterKeys,
    SealBroken,
    SystemSeal,
    answer_aad,
    joined,
)

NORTH, SOUTH = UUID(int=1), UUID(int=2)
SECRET = bytes(range(32))
OTHER = bytes(range(100, 132))
KEY, AAD = DataKey(SECRET), b"here"
RING = MasterKeys([MasterKey(SECRET)])


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "master.json"


# One value


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_what_is_sealed_opens_in_its_place(value: bytes, aad: bytes) -> None:
    assert KEY.open(KEY.seal(value, aad), aad) == value


@pytest.mark.parametrize(
    "value", [b"", b"\x80", b"\0", b"\x80\0\0", b"a" * 63, b"a" * 64, b"\0" * 64]
)
def test_values_that_look_like_padding_open_as_they_were(value: bytes) -> None:
    assert KEY.open(KEY.seal(value, AAD), AAD) == value


def test_a_long_record_opens_as_it_was() -> None:
    record = os.urandom(1_000_000)
    assert KEY.open(KEY.seal(record, AAD), AAD) == record


@given(st.binary(max_size=80), st.binary(max_size=20), st.binary(max_size=20))
def test_it_does_not_open_in_another_place(value: bytes, aad: bytes, other: bytes) -> None:
    sealed = KEY.seal(value, aad)
    if aad != other:
        with pytest.raises(SealBroken):
            KEY.open(sealed, other)


def test_it_does_not_open_under_another_key() -> None:
    with pytest.raises(SealBroken):
        DataKey(OTHER).open(KEY.seal(b"412.50", AAD), AAD)


@given(st.data())
def test_no_bit_of_it_can_be_changed(data: st.DataObject) -> None:
    sealed = KEY.seal(b"412.50", AAD)
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    spoilt = bytearray(sealed)
    spoilt[place // 8] ^= 1 << place % 8
    with pytest.raises(SealBroken):
        KEY.open(bytes(spoilt), AAD)


@given(st.binary(max_size=200))
def test_other_bytes_do_not_open(noise: bytes) -> None:
    with pytest.raises(SealBroken):
        KEY.open(noise, AAD)


def test_it_cannot_be_cut_or_lengthened() -> None:
    sealed = KEY.seal(b"412.50", AAD)
    for spoilt in [*(sealed[:size] for size in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(SealBroken):
            KEY.open(spoilt, AAD)


def test_a_broken_seal_says_nothing_of_what_was_sealed() -> None:
    with pytest.raises(SealBroken) as broken:
        KEY.open(KEY.seal(b"412.50", AAD), b"there")
    assert str(broken.value) == "The seal is broken."
    assert broken.value.__cause__ is None


def test_sealed_twice_it_looks_different() -> None:
    sealed = {KEY.seal(b"yes", AAD) for _ in range(1000)}
    assert len(sealed) == 1000
    assert len({one[1:13] for one in sealed}) == 1000


def test_the_value_is_not_in_what_is_stored() -> None:
    assert KEY.seal(b"canary-7", AAD).count(b"canary-7") == 0


def test_the_length_tells_a_value_only_to_within_64_bytes() -> None:
    lengths = [len(KEY.seal(b"x" * size, AAD)) for size in (0, 2, 3, 63, 64, 127, 128)]
    assert lengths == [93, 93, 93, 93, 157, 157, 221]


def test_the_form_is_aes_256_gcm_with_a_96_bit_nonce() -> None:
    sealed = KEY.seal(b"yes", AAD)
    assert sealed[0] == 1
    assert AESGCM(SECRET).decrypt(sealed[1:13], sealed[13:], AAD) == b"yes\x80" + bytes(60)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_data_key_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="A data key has 32 bytes"):
        DataKey(bytes(size))


# The place of an answer


def test_every_part_of_an_answers_place_counts() -> None:
    ids = [uuid4() for _ in range(3)]
    places = {
        answer_aad(ids[0], ids[1], ids[2], 1),
        answer_aad(ids[0], ids[1], ids[2], 2),
        answer_aad(ids[1], ids[0], ids[2], 1),
        answer_aad(ids[0], ids[2], ids[1], 1),
        answer_aad(ids[2], ids[1], ids[0], 1),
    }
    assert len(places) == 5
    assert {len(place) for place in places} == {12 + 3 * 16 + 8}


@pytest.mark.parametrize("version", [-1, 2**64])
def test_a_version_out_of_range_names_no_place(version: int) -> None:
    with pytest.raises(OverflowError):
        answer_aad(NORTH, NORTH, NORTH, version)


PARTS = st.lists(st.binary(max_size=12), max_size=4)


@given(PARTS, PARTS)
def test_parts_are_joined_without_ambiguity(one: list[bytes], other: list[bytes]) -> None:
    assert (joined(*one) == joined(*other)) == (one == other)


def test_parts_that_run_together_are_told_apart() -> None:
    assert len({joined(b"ab", b"c"), joined(b"a", b"bc"), joined(b"abc"), joined(b"abc", b"")}) == 4


# The data key of a district


def test_a_wrapped_data_key_opens_what_it_sealed() -> None:
    key = DataKey.new()
    sealed = key.seal(b"412.50", AAD)
    wrapped = RING.wrap(NORTH, 1, key)
    assert len(wrapped) == 1 + 8 + 12 + 32 + 16
    assert RING.unwrap(NORTH, 1, wrapped).open(sealed, AAD) == b"412.50"


def test_a_data_key_is_not_in_what_is_stored() -> None:
    assert RING.wrap(NORTH, 1, DataKey(OTHER)).count(OTHER[:8]) == 0


@pytest.mark.parametrize(("district", "version"), [(SOUTH, 1), (NORTH, 2)])
def test_a_data_key_is_its_districts_and_its_versions_alone(district: UUID, version: int) -> None:
    with pytest.raises(SealBroken):
        RING.unwrap(district, version, RING.wrap(NORTH, 1, DataKey.new()))


def test_a_wrapped_key_does_not_open_under_another_ring() -> None:
    with pytest.raises(SealBroken):
        MasterKeys([MasterKey(OTHER)]).unwrap(NORTH, 1, RING.wrap(NORTH, 1, DataKey.new()))


def test_no_byte_of_a_wrapped_key_can_be_changed_or_left_out() -> None:
    wrapped = RING.wrap(NORTH, 1, DataKey.new())
    for place in range(len(wrapped)):
        spoilt = wrapped[:place] + bytes([wrapped[place] ^ 1]) + wrapped[place + 1 :]
        for bad in (spoilt, wrapped[:place], wrapped + b"\0"):
            with pytest.raises(SealBroken):
                RING.unwrap(NORTH, 1, bad)


def test_two_new_data_keys_are_not_the_same() -> None:
    with pytest.raises(SealBroken):
        DataKey.new().open(DataKey.new().seal(b"", AAD), AAD)


# The ring of master keys


def test_a_ring_is_made_only_when_that_is_asked_for(path: Path) -> None:
    with pytest.raises(KeyFileRefused, match="There is no key file"):
        MasterKeys.from_file(path)
    assert path.exists() is False
    made = MasterKeys.from_file(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert MasterKeys.from_file(path).ids == made.ids
    assert MasterKeys.from_file(path, create=True).ids == made.ids


def test_a_ring_open_to_others_is_refused(path: Path) -> None:
    MasterKeys.from_file(path, create=True)
    path.chmod(0o640)
    with pytest.raises(KeyFileRefused, match="Others can read"):
        MasterKeys.from_file(path, create=True)


def test_the_same_ring_can_be_given_as_text(path: Path) -> None:
    ring = MasterKeys.from_file(path, create=True)
    sealed = SystemSeal(ring, "record").seal(b"x", AAD)
    text = path.read_text()
    secret = json.loads(text)["master_keys"][0]["key"]
    for one in (text, f"\n{text}", secret, secret.rstrip("="), f" {secret} "):
        assert SystemSeal(MasterKeys.from_text(one), "record").open(sealed, AAD) == b"x"


def test_a_text_may_name_several_keys_the_current_one_first() -> None:
    ring = MasterKeys.from_text(f"{b64(OTHER)}, {b64(SECRET)}")
    assert ring.ids == (MasterKey(OTHER).id.hex(), MasterKey(SECRET).id.hex())
    wrapped = RING.wrap(NORTH, 1, DataKey(OTHER))
    assert ring.unwrap(NORTH, 1, wrapped).open(DataKey(OTHER).seal(b"x", AAD), AAD) == b"x"


def test_after_a_rotation_the_new_key_wraps_and_the_old_one_opens(path: Path) -> None:
    ring = MasterKeys.from_file(path, create=True)
    (old,) = ring.ids
    before = ring.wrap(NORTH, 1, KEY)
    new = ring.rotate()
    after = ring.wrap(NORTH, 1, KEY)
    assert ring.ids == (new, old)
    assert [one[1:9].hex() for one in (before, after)] == [old, new]
    assert ring.rewrap(NORTH, 1, before)[1:9].hex() == new
    for wrapped in (before, after):
        assert ring.unwrap(NORTH, 1, wrapped).open(KEY.seal(b"x", AAD), AAD) == b"x"


def test_other_workers_follow_a_rotation_when_they_meet_it(path: Path) -> None:
    one = MasterKeys.from_file(path, create=True)
    two = MasterKeys.from_file(path)
    one.rotate()
    wrapped = one.wrap(NORTH, 1, KEY)
    record = SystemSeal(one, "record").seal(b"x", AAD)
    mark = Fingerprints(one, "cursor").of(b"place")
    assert Fingerprints(two, "cursor").matches(mark, b"place") is True
    assert two.ids == one.ids
    three, four = (MasterKeys.from_text(path.read_text()) for _ in range(2))
    assert three.unwrap(NORTH, 1, wrapped).open(KEY.seal(b"y", AAD), AAD) == b"y"
    assert SystemSeal(four, "record").open(record, AAD) == b"x"


def test_a_worker_reads_the_ring_anew_for_a_key_it_does_not_know(path: Path) -> None:
    one = MasterKeys.from_file(path, create=True)
    two, three = MasterKeys.from_file(path), MasterKeys.from_file(path)
    one.rotate()
    wrapped = one.wrap(NORTH, 1, KEY)
    record = SystemSeal(one, "record").seal(b"x", AAD)
    assert two.unwrap(NORTH, 1, wrapped).open(KEY.seal(b"y", AAD), AAD) == b"y"
    assert SystemSeal(three, "record").open(record, AAD) == b"x"


def test_a_forgotten_key_opens_nothing_any_more(path: Path) -> None:
    ring = MasterKeys.from_file(path, create=True)
    (old,) = ring.ids
    wrapped = ring.wrap(NORTH, 1, KEY)
    record = SystemSeal(ring, "record").seal(b"x", AAD)
    new = ring.rotate()
    ring.forget(old)
    assert ring.ids == (new,)
    assert path.read_text().count(old) == 0
    with pytest.raises(SealBroken):
        ring.unwrap(NORTH, 1, wrapped)
    with pytest.raises(SealBroken):
        SystemSeal(ring, "record").open(record, AAD)


def test_the_current_key_and_unknown_ones_are_not_forgotten(path: Path) -> None:
    ring = MasterKeys.from_file(path, create=True)
    new = ring.rotate()
    for name in (new, "00" * 8, ""):
        with pytest.raises(KeyFileRefused, match="is not a previous master key"):
            ring.forget(name)
    assert len(MasterKeys.from_file(path).ids) == 2


def test_a_ring_given_as_text_is_not_changed() -> None:
    ring = MasterKeys.from_text(b64(SECRET))
    with pytest.raises(KeyFileRefused, match="These master keys are a setting"):
        ring.rotate()
    with pytest.raises(KeyFileRefused, match="These master keys are a setting"):
        ring.forget("00")


def test_a_file_spoilt_by_hand_ends_no_service(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ring = MasterKeys.from_file(path, create=True)
    mark = Fingerprints(ring, "cursor").of(b"place")
    path.write_text("{")
    with caplog.at_level(logging.ERROR):
        assert Fingerprints(ring, "cursor").matches(b"forged", b"place") is False
        assert Fingerprints(ring, "cursor").matches(b"forged", b"place") is False
        assert Fingerprints(ring, "cursor").matches(mark, b"place") is True
    assert [record.getMessage() for record in caplog.records] == [
        "Master keys stay as they were: A key file is JSON."
    ]


REFUSED = {
    "nothing": "",
    "a word": "secret",
    "a password": "correct horse battery staple 1234",
    "zeros": b64(bytes(32)),
    "one byte over and over": b64(b"\xff" * 32),
    "an ASCII pattern": b64(b"0123456789" * 3 + b"01"),
    "31 bytes": b64(SECRET[:31]),
    "33 bytes": b64(SECRET + b"!"),
    "a comma too many": b64(SECRET) + ",",
    "a key twice": f"{b64(SECRET)},{b64(SECRET)}",
    "a space inside": b64(SECRET)[:9] + " " + b64(SECRET)[9:],
    "hexadecimal": SECRET.hex(),
    "stray bits": b64(SECRET)[:-1] + "9",
    "strange letters inside": b64(SECRET)[:8] + "!!!!" + b64(SECRET)[8:],
    "15 different bytes": b64(bytes(range(15)) * 2 + b"\0\0"),
    "letters of another alphabet": "é" * 43,
    "an empty ring": '{"master_keys":[]}',
    "no ring": "{}",
    "a ring of numbers": '{"master_keys":[1]}',
    "a ring without ids": f'{{"master_keys":[{{"key":"{b64(SECRET)}"}}]}}',
    "another's id": f'{{"master_keys":[{{"id":"{"00" * 8}","key":"{b64(SECRET)}"}}]}}',
    "no JSON": "{",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_ring_of_random_keys_is_refused_without_quoting_it(name: str) -> None:
    with pytest.raises(KeyFileRefused) as refused:
        MasterKeys.from_text(REFUSED[name])
    said = str(refused.value)
    assert said.count(b64(SECRET)[:12]) == 0
    assert said.startswith(("A master key is ", "A ring ", "A master key has ", "A key file is "))


def test_a_key_of_16_different_bytes_may_be_random() -> None:
    assert len(MasterKeys.from_text(b64(bytes(range(16)) * 2)).ids) == 1


# What the application seals and marks for itself


def test_a_record_opens_for_its_purpose_alone() -> None:
    sealed = SystemSeal(RING, "idempotency").seal(b"{}", AAD)
    assert SystemSeal(RING, "idempotency").open(sealed, AAD) == b"{}"
    with pytest.raises(SealBroken):
        SystemSeal(RING, "job").open(sealed, AAD)
    with pytest.raises(SealBroken):
        SystemSeal(RING, "idempotency").open(sealed, b"there")


def test_a_record_opens_after_a_rotation(path: Path) -> None:
    ring = MasterKeys.from_file(path, create=True)
    seal = SystemSeal(ring, "idempotency")
    before = seal.seal(b"1", AAD)
    ring.rotate()
    after = seal.seal(b"2", AAD)
    assert [seal.open(one, AAD) for one in (before, after)] == [b"1", b"2"]
    assert before[:8] != after[:8]


@given(st.binary(max_size=120))
def test_other_bytes_are_no_record(noise: bytes) -> None:
    with pytest.raises(SealBroken):
        SystemSeal(RING, "idempotency").open(noise, AAD)


def test_each_purpose_has_a_key_of_its_own() -> None:
    sealed = RING.system_key("a").seal(b"x", AAD)
    assert RING.system_key("a").open(sealed, AAD) == b"x"
    for other in (
        RING.system_key("b"),
        DataKey(SECRET),
        MasterKeys([MasterKey(OTHER)]).system_key("a"),
    ):
        with pytest.raises(SealBroken):
            other.open(sealed, AAD)


def test_purposes_of_different_kinds_do_not_meet() -> None:
    key = MasterKey(SECRET)
    purposes = ["id", "wrap", "system/a", "fingerprint/a", "system/fingerprint/a"]
    assert len({key.derived(purpose) for purpose in purposes}) == 5


# Computed apart from this code, by HMAC alone (RFC 5869).
MARK = "2beb6a9d91af301e2fca4f15909eaea767ec04c46a4c8bb32a1bc141d478565d"


def test_derived_keys_stay_what_they_are() -> None:
    assert RING.ids == ("2bd22d6f96846559",)
    assert Fingerprints(RING, "cursor").of(b"place").hex() == MARK


def test_a_fingerprint_is_of_its_parts_purpose_and_ring_alone() -> None:
    made = Fingerprints(RING, "cursor").of(b"a", b"b")
    assert len(made) == 32
    assert Fingerprints(RING, "cursor").matches(made, b"a", b"b") is True
    assert Fingerprints(RING, "cursor").matches(made, b"ab") is False
    assert Fingerprints(RING, "cursor").matches(made, b"a", b"b", b"") is False
    assert Fingerprints(RING, "cursor").matches(made[:-1], b"a", b"b") is False
    assert Fingerprints(RING, "cursor").matches(b"", b"a", b"b") is False
    assert Fingerprints(RING, "other").matches(made, b"a", b"b") is False
    assert Fingerprints(MasterKeys([MasterKey(OTHER)]), "cursor").matches(made, b"a", b"b") is False


def test_a_fingerprint_matches_after_a_rotation_until_its_key_is_forgotten(path: Path) -> None:
    ring = MasterKeys.from_file(path, create=True)
    marks = Fingerprints(ring, "cursor")
    (old,) = ring.ids
    made = marks.of(b"place")
    ring.rotate()
    assert marks.matches(made, b"place") is True
    assert marks.of(b"place") != made
    ring.forget(old)
    assert marks.matches(made, b"place") is False


def test_no_repr_shows_a_key(path: Path) -> None:
    ring = MasterKeys.from_file(path, create=True)
    (stored,) = json.loads(path.read_text())["master_keys"]
    secret = urlsafe_b64decode(stored["key"])
    shown = [repr(ring), repr(ring.current), repr(DataKey(secret)), f"{ring.system_key('a')}"]
    assert shown == [
        f"MasterKeys({stored['id']})",
        f"MasterKey({stored['id']})",
        "DataKey(…)",
        "DataKey(…)",
    ]
