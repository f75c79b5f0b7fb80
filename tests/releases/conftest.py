"""Rounds of a consortium of ten districts, in review or locked."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from answers import attested
from fastapi import FastAPI
from members import Given, among, join
from paths import Caller, open_round, step
from scenes import Scenes
from ten import GROUPS, TEN, answers_of, published

Locked = Callable[..., Awaitable[dict[str, Any]]]
Answers = dict[UUID, dict[str, dict[str, Any]]]


@pytest.fixture
async def everyone(app: FastAPI, as_: Caller, given: Given) -> Caller:
    """Callers of the ten districts, and of the consortium."""
    for number in range(1, 9):
        await join(given, number)
    return among(app, as_)


@pytest.fixture
async def reviewed(everyone: Caller, scenes: Scenes) -> Locked:
    """Give a round that is in review, and can be locked at once, with what districts attested."""

    async def make(changes: Answers | None = None, groups: Any = GROUPS) -> dict[str, Any]:
        name = ("reviewed", repr(changes), repr(groups))
        return await scenes.scene(name, partial(a_reviewed_round, everyone, changes, groups))

    return make


async def a_reviewed_round(
    everyone: Caller, changes: Answers | None, groups: Any
) -> dict[str, Any]:
    opened = await open_round(everyone, review_days=0, groups=groups)
    for place, district in enumerate(TEN):
        answers = (changes or {}).get(district, answers_of(place))
        if answers:
            await attested(everyone, opened, answers, district)
    return await step(everyone, opened["id"], "close", "review")


@pytest.fixture
async def locked(everyone: Caller, scenes: Scenes) -> Locked:
    """Give a locked round with what districts attested; of ``{}`` nothing is attested."""

    async def make(changes: Answers | None = None, groups: Any = GROUPS) -> dict[str, Any]:
        name = ("locked", repr(changes), repr(groups))
        return await scenes.scene(name, partial(a_locked_round, everyone, changes, groups))

    return make


async def a_locked_round(everyone: Caller, changes: Answers | None, groups: Any) -> dict[str, Any]:
    reviewed = await a_reviewed_round(everyone, changes, groups)
    return await step(everyone, reviewed["id"], "lock")


@pytest.fixture
async def released(everyone: Caller, scenes: Scenes) -> Locked:
    """Give the release of such a round."""

    async def make(changes: Answers | None = None, groups: Any = GROUPS) -> dict[str, Any]:
        name = ("released", repr(changes), repr(groups))
        return await scenes.scene(name, partial(a_release, everyone, changes, groups))

    return make


async def a_release(everyone: Caller, changes: Answers | None, groups: Any) -> dict[str, Any]:
    return await published(everyone, await a_locked_round(everyone, changes, groups))
