"""Rounds of a consortium of ten districts, in review or locked."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from answers import attested
from fastapi import FastAPI
from members import Given, among, join
from paths import Caller, open_round, step
from ten import GROUPS, TEN, answers_of

Locked = Callable[..., Awaitable[dict[str, Any]]]
Answers = dict[UUID, dict[str, dict[str, Any]]]


@pytest.fixture
async def everyone(app: FastAPI, as_: Caller, given: Given) -> Caller:
    """Callers of the ten districts, and of the consortium."""
    for number in range(1, 9):
        await join(given, number)
    return among(app, as_)


@pytest.fixture
async def reviewed(everyone: Caller) -> Locked:
    """Give a round that is in review, and can be locked at once, with what districts attested."""

    async def make(changes: Answers | None = None, groups: Any = GROUPS) -> dict[str, Any]:
        opened = await open_round(everyone, review_days=0, groups=groups)
        for place, district in enumerate(TEN):
            answers = (changes or {}).get(district, answers_of(place))
            if answers:
                await attested(everyone, opened, answers, district)
        return await step(everyone, opened["id"], "close", "review")

    return make


@pytest.fixture
async def locked(everyone: Caller, reviewed: Locked) -> Locked:
    """Give a locked round with what districts attested; of ``{}`` nothing is attested."""

    async def make(changes: Answers | None = None, groups: Any = GROUPS) -> dict[str, Any]:
        return await step(everyone, (await reviewed(changes, groups))["id"], "lock")

    return make
