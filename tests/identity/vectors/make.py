"""Writes ``tokens.json``: run it when a vector is added. The same tokens come out on each run."""

import json
from pathlib import Path

from identity.forge import NOW
from identity.vectors.claims import claim_vectors
from identity.vectors.headers import header_vectors
from identity.vectors.parts import part_vectors
from identity.vectors.signatures import signature_vectors
from identity.vectors.world import ISSUERS, Vector

FILE = Path(__file__).with_name("tokens.json")


def every_vector() -> list[Vector]:
    return [*part_vectors(), *header_vectors(), *signature_vectors(), *claim_vectors()]


def document() -> str:
    lines = [json.dumps(vector, ensure_ascii=True) for vector in every_vector()]
    issuers = json.dumps(ISSUERS, indent=1)
    return f'{{"now": {NOW},\n"issuers": {issuers},\n"vectors": [\n' + ",\n".join(lines) + "\n]}\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="ascii")
