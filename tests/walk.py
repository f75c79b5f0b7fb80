"""Asks for everything that can be read, at every address with ids of what is there."""

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.main import contract_of

IDS: Mapping[str, str] = {
    "account_id": "select account_id from accounts where kind = 'service' order by 1",
    "code": "select 'not_found'",
    "decision_id": "select id from board_decisions order by 1",
    "district_id": "select id from districts order by 1",
    "goal_id": "select id from goals order by 1",
    "indicator_id": "select id from indicators order by 1",
    "instrument_code": "select instrument_code from links order by 1",
    "instrument_id": "select id from instruments order by 1",
    "item_id": "select id from agenda_items order by 1",
    "job_id": "select id from jobs order by 1",
    "introduction_id": "select id from introductions order by 1",
    "item": "select code from items order by instrument_id, position",
    "item_code": "select item_code from links order by 1",
    "key_id": "select id from keys order by 1",
    "measure_id": "select id from measures order by 1",
    "meeting_id": "select id from meetings order by 1",
    "membership_id": "select id from memberships order by 1",
    "motion_id": "select id from motions order by 1",
    "nces_id": "select nces_id from districts where nces_id is not null order by 1",
    "observation_id": "select id from observations order by 1",
    "plan_id": "select id from plans order by 1",
    "practice_id": "select id from practices order by 1",
    "release_id": "select id from releases order by 1",
    "release_plan_id": "select id from release_plans order by 1",
    "report_id": "select id from progress_reports order by 1",
    "round_id": "select id from rounds order by 1",
    "school_id": "select id from schools order by 1",
    "scheme": "select scheme from district_external_ids order by value",
    "target_id": "select id from targets order by 1",
    "topic_id": "select id from topics order by 1",
    "user_id": "select account_id from accounts where kind = 'user' order by 1",
    "with": "select id from release_plans order by 1",
    "value": "select value from district_external_ids order by value",
}
"""What each parameter may be; a new one is added here, or the walk fails."""
FEW = 3
NOTHING = "00000000-0000-7000-8000-00000000abcd"


async def addresses_of(app: FastAPI, owner: AsyncEngine, few: int = FEW) -> list[str]:
    """List every address that takes GET, with up to a few ids of each kind."""
    known: dict[str, list[str]] = {}
    async with owner.connect() as connection:
        for name, query in IDS.items():
            found = (await connection.scalars(text(f"{query} limit {few}"))).all()
            known[name] = [str(each) for each in found] or [NOTHING]
    return [
        address
        for path, parameters in readable(app)
        for address in addresses_at(path, parameters, known)
    ]


@cache
def readable(app: FastAPI) -> list[tuple[str, Any]]:
    """List the paths that take GET, each with its parameters."""
    return [
        (path, operations["get"].get("parameters", ()))
        for path, operations in contract_of(app)["paths"].items()
        if "get" in operations
    ]


def addresses_at(path: str, parameters: Any, known: Mapping[str, list[str]]) -> list[str]:
    """List the addresses of one operation; lists are asked for whole, and as a spreadsheet too."""
    required = [each["name"] for each in parameters if each.get("required")]
    optional = {each["name"] for each in parameters} - set(required)
    queries = [{"limit": "200"}] if "limit" in optional else [{}]
    if "format" in optional:
        queries.append({"format": "csv"})
    made = []
    for values in product(*(known[name] for name in required)):
        told = dict(zip(required, values, strict=True))
        address = path
        for name, value in told.items():
            address = address.replace(f"{{{name}}}", value)
        asked = {name: value for name, value in told.items() if f"{{{name}}}" not in path}
        for query in queries:
            pairs = "&".join(f"{name}={value}" for name, value in (query | asked).items())
            made.append(f"{address}?{pairs}" if pairs else address)
    return made


async def answers_to(
    callers: Mapping[str, AsyncClient], addresses: list[str]
) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Ask for all of it as each caller; a request id is blanked."""
    told = {}
    for name, caller in callers.items():
        for address in addresses:
            answer = await caller.get(address)
            given = answer.headers["x-request-id"].encode()
            told[name, address] = (answer.status_code, answer.content.replace(given, b""))
    return told
