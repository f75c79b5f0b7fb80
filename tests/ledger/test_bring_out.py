"""The ledger brought out of a service that seals meanwhile."""

import json
from pathlib import Path
from typing import Any

import httpx

from app.auditing import Brought, bring_out


class Sealing:
    """A service that writes an entry and seals one, in a batch of its own, before each answer."""

    def __init__(self) -> None:
        self.written = 3

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.written += 1
        ids = range(1, self.written + 1)
        lists: dict[str, list[dict[str, Any]]] = {
            "unsealed": [{"id": n} for n in ids[-3:]],
            "checkpoints": [{"batch": n} for n in ids[:-3]],
            "sealed": [{"entry_id": n, "batch": n} for n in ids[:-3]],
            "batches": [{"number": n} for n in ids[:-3]],
        }
        rows = lists[request.url.path.removeprefix("/v1/ledger/")]
        if request.url.params.get("sort") == "-number":
            rows = rows[::-1]
        rows = rows[: int(request.url.params.get("limit", "100"))]
        return httpx.Response(200, text="\n".join(json.dumps(row) for row in rows))


def test_what_is_brought_out_is_whole_up_to_one_moment(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    transport = httpx.MockTransport(Sealing().answer)
    with httpx.Client(transport=transport, base_url="https://c34.example") as client:
        brought = bring_out(client, file)
    _, *lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert brought == Brought(batches=4, entries=4)
    assert lines == [
        *[
            {"kind": kind, **row}
            for n in (1, 2, 3)
            for kind, row in (
                ("batch", {"number": n}),
                ("entry", {"entry_id": n, "batch": n}),
                ("checkpoint", {"batch": n}),
            )
        ],
        {"kind": "batch", "number": 4},
        {"kind": "entry", "entry_id": 4, "batch": 4},
        {"kind": "unsealed", "id": 5},
    ]
