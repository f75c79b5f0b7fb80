"""DR-15: whoever changes a certificate, a cell or a proof is found out, offline."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jose import jws

from app.disclosure.canonical import canonical
from app.disclosure.certificates import Certified, certificate_of, inclusion_of, verify
from app.disclosure.inclusion import Tree, leaf
from app.disclosure.signatures import CERTIFICATE, decoded, detached, encoded, is_signed
from app.disclosure.verdict import Outcome
from app.identity.signing import SigningKey, new_key

KEY, OTHER = (new_key(datetime(2026, 11, 22, tzinfo=UTC)) for _ in range(2))
JWKS = {"keys": [OTHER.published(), KEY.published()]}
MEMBERS = ("id", "item", "status", "n", "value")
CELLS: list[dict[str, Any]] = [
    {"id": UUID(int=1), "item": "a", "status": "published", "n": 12, "value": Decimal("71.50")},
    {"id": UUID(int=2), "item": "a", "status": "withheld", "n": None, "value": None},
    {"id": UUID(int=3), "item": "b", "status": "published", "n": 7, "value": Decimal("7.0")},
]
SHOWN: list[dict[str, Any]] = json.loads(
    json.dumps(
        [
            {"id": str(UUID(int=1)), "item": "a", "status": "published", "n": 12, "value": 71.5},
            {"id": str(UUID(int=2)), "item": "a", "status": "withheld", "n": None, "value": None},
            {"id": str(UUID(int=3)), "item": "b", "status": "published", "n": 7, "value": 7},
        ]
    )
)
SAYS = Certified(
    release="release-1",
    round="round-1",
    number=1,
    charter=1,
    parameters={"fewest_districts": 5},
    seed=2034,
    outcome=Outcome.CERTIFIED,
    figures=2,
    earlier_releases=0,
)
OWN, VAULT = b"o" * 32, b"v" * 32
TREE = Tree.of([leaf(OWN, "release-1", item, 1) for item in "ab"], 24, VAULT)
UNKNOWN_FORM = "The certificate has a form that is not known here."
UNSIGNED = "The signature does not hold."


def signer(key: SigningKey = KEY, **headers: object) -> Any:
    said = {"typ": CERTIFICATE, "kid": key.kid, **headers}
    return lambda content: detached(jws.sign(content, key.private, said, "ES256"))


SIGNED = certificate_of(SAYS, CELLS, MEMBERS, TREE, signer())
PROOF = inclusion_of(TREE, OWN, "release-1", {"b": 1, "a": 1})


def signed_anew(**parts: object) -> dict[str, Any]:
    certificate = {**SIGNED["certificate"], **parts}
    return {"certificate": certificate, "signature": signer()(canonical(certificate))}


def test_a_certificate_says_what_was_released_and_what_it_was_held_against():
    certificate = deepcopy(SIGNED["certificate"])
    hashes = [cell.pop("sha256") for cell in certificate["cells"]]
    assert len(set(hashes)) == 3
    assert {len(each) for each in hashes} == {64}
    assert certificate == {
        "form": "c34-release-certificate/1",
        "release": {"id": "release-1", "round": "round-1", "number": 1},
        "charter": {"version": 1, "parameters": {"fewest_districts": 5}},
        "seed": 2034,
        "audit": {"outcome": "certified", "figures": 2, "earlier_releases": 0},
        "cell_members": ["id", "item", "status", "n", "value"],
        "cells": [{"id": str(UUID(int=each))} for each in (1, 2, 3)],
        "inclusion": {"places": 32, "root": TREE.root.hex()},
    }


def test_nothing_is_found_when_all_is_well():
    read = json.loads(json.dumps(SIGNED))
    assert verify(read, SHOWN, JWKS, json.loads(json.dumps(PROOF))) == []
    assert verify(SIGNED, CELLS, JWKS) == []


def test_a_mark_put_on_a_cell_later_does_not_break_the_certificate():
    marked = [{**SHOWN[0], "retracted_at": "2027-01-01"}, *SHOWN[1:]]
    assert verify(SIGNED, marked, JWKS) == []


def places_of(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the paths of everything in a document that is no container."""
    if not isinstance(document, dict | list):
        return [path]
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    return [each for name, part in inside for each in places_of(part, (*path, name))]


def tampered(document: Any, path: tuple[Any, ...]) -> Any:
    """Change one place of a document a little."""
    copy = deepcopy(document)
    at = copy
    for name in path[:-1]:
        at = at[name]
    value = at[path[-1]]
    at[path[-1]] = changed(value)
    return copy


def changed(value: object) -> object:
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return value + 1 if isinstance(value, int | float) else 0


@pytest.mark.parametrize("path", places_of(SIGNED["certificate"]), ids=str)
def test_a_change_anywhere_in_a_certificate_breaks_its_signature(path):
    wrong = {**SIGNED, "certificate": tampered(SIGNED["certificate"], path)}
    assert verify(wrong, SHOWN, JWKS, PROOF) == [UNSIGNED]


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("member", MEMBERS[1:])
def test_a_change_anywhere_in_a_cell_is_found(place, member):
    name = SHOWN[place]["id"]
    wrong = tampered(SHOWN, (place, member))
    assert verify(SIGNED, wrong, JWKS) == [f"Cell {name} is not as it was certified."]


def test_a_cell_without_one_of_its_members_is_found():
    wrong = deepcopy(SHOWN)
    del wrong[0]["n"]
    assert verify(SIGNED, wrong, JWKS) == [f"Cell {SHOWN[0]['id']} is not as it was certified."]


def test_two_values_that_are_shown_alike_are_certified_alike():
    longer = [{**SHOWN[0], "value": Decimal("71.5000000000000000001")}, *SHOWN[1:]]
    assert verify(SIGNED, longer, JWKS) == []
    assert verify(SIGNED, tampered(SHOWN, (0, "value")), JWKS) != []


def test_a_cell_that_is_missing_added_or_moved_is_found():
    added = {**SHOWN[0], "id": str(UUID(int=9))}
    assert verify(SIGNED, SHOWN[:2], JWKS) == [f"Cell {UUID(int=3)} is missing."]
    assert verify(SIGNED, [*SHOWN, added], JWKS) == [f"Cell {UUID(int=9)} was not certified."]
    order = "The cells are not those that were certified, once each and in order."
    assert verify(SIGNED, SHOWN[::-1], JWKS) == [order]
    assert verify(SIGNED, [*SHOWN, SHOWN[0]], JWKS) == [order]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("member", ["item", "version", "place", "path"])
def test_a_change_anywhere_in_a_proof_is_found(place, member):
    path = (place, member, 2) if member == "path" else (place, member)
    wrong = tampered(PROOF, ("answers", *path))
    answer = wrong["answers"][place]
    finding = f"Version {answer['version']} of the answer to {answer['item']} was not included."
    assert verify(SIGNED, SHOWN, JWKS, wrong) == [finding]


def test_anothers_secret_proves_nothing():
    assert verify(SIGNED, SHOWN, JWKS, {**PROOF, "secret": VAULT.hex()}) == [
        "Version 1 of the answer to a was not included.",
        "Version 1 of the answer to b was not included.",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {**PROOF, "secret": "short"},
        {**PROOF, "secret": "00"},
        {**PROOF, "answers": [{"item": "a"}]},
        {**PROOF, "answers": ["a"]},
        {**PROOF, "answers": [{**PROOF["answers"][0], "path": [7]}]},
    ],
    ids=["empty", "no secret", "short secret", "no version", "no object", "no path"],
)
def test_a_proof_of_another_form_is_a_finding_and_no_error(wrong):
    assert verify(SIGNED, SHOWN, JWKS, wrong) == [
        "The proof of inclusion has a form that is not known here."
    ]


def test_no_proof_can_be_made_for_an_answer_that_was_not_included():
    with pytest.raises(KeyError, match=r"There is no such leaf\."):
        inclusion_of(TREE, OWN, "release-1", {"a": 2})


@pytest.mark.parametrize("missing", sorted(SIGNED["certificate"]))
def test_a_signed_document_that_is_no_certificate_is_a_finding(missing):
    certificate = {name: part for name, part in SIGNED["certificate"].items() if name != missing}
    signed = {"certificate": certificate, "signature": signer()(canonical(certificate))}
    assert verify(signed, SHOWN, JWKS) == [UNKNOWN_FORM]


def test_a_later_form_is_not_guessed_at():
    assert verify(signed_anew(form="c34-release-certificate/2"), SHOWN, JWKS) == [UNKNOWN_FORM]
    assert verify(signed_anew(more=1), SHOWN, JWKS) == [UNKNOWN_FORM]


def test_an_audit_that_did_not_pass_is_a_finding():
    audit = {"outcome": "undecided", "figures": 2, "earlier_releases": 0}
    assert verify(signed_anew(audit=audit), SHOWN, JWKS) == ["The audit failed."]


@pytest.mark.parametrize(
    "signed",
    [
        {},
        {"certificate": SIGNED["certificate"]},
        {**SIGNED, "signature": None},
        {**SIGNED, "certificate": [1]},
        {**SIGNED, "certificate": {"seed": 0.5}},
        {**SIGNED, "certificate": {"seed": 2**60}},
    ],
)
def test_what_is_no_certificate_is_a_finding_and_no_error(signed):
    assert verify(signed, SHOWN, JWKS) == ["This is no certificate of a release."]


CONTENT = canonical(SIGNED["certificate"])


@pytest.mark.parametrize(
    "sign",
    [
        signer(typ="at+jwt"),
        signer(kid="unknown"),
        signer(kid=OTHER.kid),
        signer(crit=["b64"], b64=False),
        signer(jwk=OTHER.published()),
        lambda content: detached(
            jws.sign(content, "0" * 32, {"typ": CERTIFICATE, "kid": KEY.kid}, "HS256")
        ),
    ],
    ids=["a token", "unknown key", "another key", "critical", "a key of its own", "a shared key"],
)
def test_a_signature_says_its_key_and_type_and_nothing_else(sign):
    assert not is_signed(CONTENT, sign(CONTENT), JWKS)


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        {"keys": []},
        {"keys": None},
        {"keys": ["key"]},
        {"keys": [OTHER.published()]},
        {"keys": [KEY.published(), KEY.published()]},
        {"keys": [{**KEY.published(), "kty": "RSA"}]},
        {"keys": [{**KEY.published(), "crv": "P-384"}]},
        {"keys": [{**KEY.published(), "alg": "ES384"}]},
        {"keys": [{**KEY.published(), "x": "AA"}]},
        {"keys": [{**KEY.published(), "x": encoded(bytes(32))}]},
        {"keys": [{**OTHER.published(), "kid": KEY.kid}]},
    ],
    ids=[
        "none",
        "empty",
        "null",
        "texts",
        "another",
        "twice",
        "RSA",
        "P-384",
        "ES384",
        "short",
        "off the curve",
        "another under its name",
    ],
)
def test_no_other_key_set_signs(jwks):
    assert is_signed(CONTENT, SIGNED["signature"], JWKS)
    assert not is_signed(CONTENT, SIGNED["signature"], jwks)


HEADER, _, RAW = SIGNED["signature"].split(".")


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "..",
        RAW,
        f"{HEADER}.{RAW}",
        f"{HEADER}.{encoded(CONTENT)}.{RAW}",
        f"{HEADER}..{RAW}=",
        f"{HEADER}..{RAW}.",
        f"{HEADER}..",
        f"{HEADER}..{encoded(bytes(64))}",
        f"{HEADER}..{encoded(decoded(RAW) + bytes(1))}",
        f"{HEADER}..{encoded(decoded(RAW)[:63])}",
        f"{encoded(b'[]')}..{RAW}",
        f"{encoded(b'1')}..{RAW}",
        f"{encoded(b'{')}..{RAW}",
        f"é..{RAW}",
        f"{encoded(b'[' * 1500)}..{RAW}",
        "a" * 3000,
    ],
    ids=count(),  # one that is signed anew has no name that stays
)
def test_a_signature_of_another_form_holds_nowhere(signature):
    assert not is_signed(CONTENT, signature, JWKS)


@settings(max_examples=60)
@given(st.integers(0, 63), st.integers(0, 7))
def test_a_bit_turned_in_a_signature_is_found(place, bit):
    raw = bytearray(decoded(RAW))
    raw[place] ^= 1 << bit
    wrong = {**SIGNED, "signature": f"{HEADER}..{encoded(bytes(raw))}"}
    assert verify(wrong, SHOWN, JWKS) == [UNSIGNED]


@pytest.mark.parametrize("outcome", [Outcome.BREACHED, Outcome.UNDECIDED])
def test_only_what_was_certified_gets_a_certificate(outcome):
    says = replace(SAYS, outcome=outcome)
    with pytest.raises(ValueError, match="Only what the audit certified gets a certificate"):
        certificate_of(says, CELLS, MEMBERS, TREE, signer())


def test_a_release_has_each_cell_once_and_by_its_id():
    with pytest.raises(ValueError, match="A cell occurs twice"):
        certificate_of(SAYS, [*CELLS, CELLS[0]], MEMBERS, TREE, signer())
    with pytest.raises(ValueError, match="A cell is certified with its id"):
        certificate_of(SAYS, CELLS, MEMBERS[1:], TREE, signer())


def test_a_release_without_cells_has_a_certificate():
    signed = certificate_of(SAYS, [], MEMBERS, TREE, signer())
    assert verify(signed, [], JWKS) == []
