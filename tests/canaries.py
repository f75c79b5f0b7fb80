"""Odd values that one district submits, the history that they go through, and the search for them."""

import base64
from collections.abc import Iterable
from typing import Any

from answers import FULL, at, attested, batch, once, rows, steward
from paths import (
    CHOICE,
    NARRATIVE,
    PLAIN,
    RATIO,
    RUBRIC,
    YES_NO,
    Caller,
    an_instrument,
    open_round,
    step,
    told,
)
from ten import GROUPS, TEN, published

VALUE, NUMERATOR = 73219.4471, 90817.3523
REMARK, TALE = "Odd remark of a quagga", "Odd tale of an okapi"
REASON, FAREWELL = "Odd reason of an axolotl", "Odd farewell of a narwhal"
CANARIES = (str(VALUE), str(NUMERATOR), REMARK, TALE, REASON, FAREWELL)
ITEMS = (
    RATIO | {"decimals": 4, "lowest": None, "highest": None},
    PLAIN | {"decimals": 4, "lowest": 0, "highest": 100_000},
    RUBRIC,
    CHOICE,
    YES_NO,
    NARRATIVE,
)
ODD = FULL | {
    "students-per-teacher": {"numerator": NUMERATOR, "denominator": 41.5},
    "expenditure": {"value": VALUE, "comment": REMARK},
    "learned": {"text": TALE},
}
Scene = dict[str, Any]


def forms_of(canary: str) -> set[bytes]:
    """A text as it is, in hexadecimal as PostgreSQL writes bytes, and within base64."""
    raw = canary.encode()
    encoded = {base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)}
    return {raw, raw.hex().encode(), *encoded}


def found_in(content: bytes, canaries: Iterable[str] = CANARIES) -> list[str]:
    """The canaries that are in there, in whatever form."""
    return [each for each in canaries if any(form in content for form in forms_of(each))]


async def scene_of(everyone: Caller) -> Scene:
    """A round that the north shared in, and that was released; and one that it left.

    What it entered last is asked for once more, to be done later, and waits.
    """
    instrument = await an_instrument(everyone, *ITEMS)
    left = await open_round(everyone, instrument=instrument)
    await attested(everyone, left, ODD)
    path = f"{at(left)}/submission/withdraw"
    told(await steward(everyone).post(path, json={"reason": FAREWELL}), 200)
    round_ = await open_round(everyone, instrument=instrument, groups=GROUPS, review_days=0)
    for district in TEN:
        await attested(everyone, round_, FULL, district)
    await step(everyone, round_["id"], "close", "review")
    done = await batch(everyone, round_, rows(ODD, reason=REASON))
    assert (done.status_code, done.json()["updated"]) == (200, 6)
    waiting = {"json": {"items": rows(ODD)}, "headers": once() | {"Prefer": "respond-async"}}
    told(await steward(everyone).post(f"{at(round_)}/answers/batch", **waiting), 202)
    told(await steward(everyone).post(f"{at(round_)}/submission/attest"), 200)
    await step(everyone, round_["id"], "lock")
    return {"round": round_, "left": left, "release": await published(everyone, round_)}
