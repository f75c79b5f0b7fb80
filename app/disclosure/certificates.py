"""The certificate of a release (DR-15), and what a member checks of it offline."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.disclosure.canonical import canonical, digest, wire_text
from app.disclosure.inclusion import Proof, Tree, is_included, leaf
from app.disclosure.signatures import is_signed
from app.disclosure.verdict import Outcome

FORM: Final = "c34-release-certificate/1"
PARTS: Final = frozenset(
    {"form", "release", "charter", "seed", "audit", "cell_members", "cells", "inclusion"}
)
Cell = Mapping[str, Any]
"""A cell as it is shown: a member of it is null, a text, a truth value or a number."""


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate says of a release besides its cells.

    ``seed`` is the audit's, so that the auditor can run it again. ``figures`` counts those that
    were audited together, ``earlier_releases`` the releases they were audited with.
    """

    release: str
    round: str
    number: int
    charter: int
    parameters: Mapping[str, int]
    seed: int
    outcome: Outcome
    figures: int
    earlier_releases: int


def certificate_of(
    certified: Certified,
    cells: Sequence[Cell],
    members: Sequence[str],
    inclusion: Tree,
    sign: Callable[[bytes], str],
) -> dict[str, Any]:
    """Certify a release; ``sign`` makes the detached signature over the bytes it is given.

    ``cells`` are all of the release, in public order, withheld ones too, each with an ``id``;
    ``members`` names what of a cell never changes, so that a mark put on it later does not break
    the certificate. Raises ``ValueError`` for what no audit certified.
    """
    if certified.outcome is not Outcome.CERTIFIED:
        raise ValueError("Only what the audit certified gets a certificate.")
    if max(Counter(cell["id"] for cell in cells).values(), default=1) > 1:
        raise ValueError("A cell occurs twice.")
    if "id" not in members:
        raise ValueError("A cell is certified with its id.")
    certificate = {
        "form": FORM,
        "release": {
            "id": certified.release,
            "round": certified.round,
            "number": certified.number,
        },
        "charter": {"version": certified.charter, "parameters": dict(certified.parameters)},
        "seed": certified.seed,
        "audit": {
            "outcome": certified.outcome.value,
            "figures": certified.figures,
            "earlier_releases": certified.earlier_releases,
        },
        "cell_members": list(members),
        "cells": [{"id": str(cell["id"]), "sha256": cell_hash(cell, members)} for cell in cells],
        "inclusion": {"places": inclusion.places, "root": inclusion.root.hex()},
    }
    return {"certificate": certificate, "signature": sign(canonical(certificate))}


def cell_hash(cell: Cell, members: Iterable[str]) -> str:
    """Hash the named members of a cell, numbers as texts; raises ``KeyError`` for one it lacks."""
    return digest({name: as_shown(cell[name]) for name in members})


def as_shown(value: object) -> object:
    """Give a number as the text that whoever reads it from JSON would write."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return wire_text(value)
    return value


def inclusion_of(tree: Tree, secret: bytes, release: str, answers: Mapping[str, int]) -> Cell:
    """Write what one district gets: its secret, and a proof for its version of each item.

    Raises ``KeyError`` for an answer that the tree does not have.
    """
    return {
        "secret": secret.hex(),
        "answers": [
            proof_of(tree, item, version, leaf(secret, release, item, version))
            for item, version in sorted(answers.items())
        ],
    }


def proof_of(tree: Tree, item: str, version: int, leaf: bytes) -> dict[str, Any]:
    """Write the proof for one answer."""
    proof = tree.proof(leaf)
    path = [each.hex() for each in proof.path]
    return {"item": item, "version": version, "place": proof.place, "path": path}


def verify(
    signed: Mapping[str, Any],
    cells: Iterable[Cell],
    jwks: Mapping[str, Any],
    inclusion: Cell | None = None,
) -> list[str]:
    """List what is wrong with a certificate, the cells as they are shown, and one's own inclusion.

    Nothing is found when all is well. ``jwks`` is the key set that the member trusts, and must not
    come with the certificate. That the audit was done as it says is for the auditor to check.
    """
    certificate, signature = signed.get("certificate"), signed.get("signature")
    if not isinstance(certificate, dict) or not isinstance(signature, str):
        return ["This is no certificate of a release."]
    try:
        content = canonical(certificate)
    except (TypeError, ValueError):
        return ["This is no certificate of a release."]
    if not is_signed(content, signature, jwks):
        return ["The signature does not hold."]
    if certificate.get("form") != FORM or certificate.keys() != PARTS:
        return ["The certificate has a form that is not known here."]
    found = [] if certificate["audit"]["outcome"] == Outcome.CERTIFIED else ["The audit failed."]
    found += cell_findings(certificate, cells)
    return found if inclusion is None else found + inclusion_findings(certificate, inclusion)


def cell_findings(certificate: Mapping[str, Any], cells: Iterable[Cell]) -> list[str]:
    """Compare cells with those that were certified, in order."""
    members = certificate["cell_members"]
    certified = {each["id"]: each["sha256"] for each in certificate["cells"]}
    shown, found = [], []
    for cell in cells:
        name = str(cell.get("id"))
        shown.append(name)
        if name not in certified:
            found.append(f"Cell {name} was not certified.")
        elif not has_hash(cell, members, certified[name]):
            found.append(f"Cell {name} is not as it was certified.")
    found += [f"Cell {name} is missing." for name in certified if name not in shown]
    if not found and shown != list(certified):
        found.append("The cells are not those that were certified, once each and in order.")
    return found


def has_hash(cell: Cell, members: Iterable[str], expected: str) -> bool:
    """Say whether a cell has all members, and they have the hash."""
    try:
        return cell_hash(cell, members) == expected
    except (KeyError, TypeError, ValueError):
        return False


def inclusion_findings(certificate: Mapping[str, Any], inclusion: Cell) -> list[str]:
    """Say of which answers the release was not computed, as far as the proofs go."""
    release, tree = certificate["release"]["id"], certificate["inclusion"]
    root, places = bytes.fromhex(tree["root"]), tree["places"]
    found = []
    try:
        secret = bytes.fromhex(inclusion["secret"])
        for answer in inclusion["answers"]:
            item, version = answer["item"], answer["version"]
            path = tuple(bytes.fromhex(each) for each in answer["path"])
            own = leaf(secret, release, item, version)
            if not is_included(own, Proof(answer["place"], path), root, places):
                found.append(f"Version {version} of the answer to {item} was not included.")
    except (KeyError, TypeError, ValueError, AttributeError):
        found.append("The proof of inclusion has a form that is not known here.")
    return found
