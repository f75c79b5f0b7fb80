"""The toy application, and a caller of it."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from wire.toy import TOKEN, Shelf, toy


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def made() -> FastAPI:
    return toy()


@pytest.fixture
def app(made: FastAPI) -> FastAPI:
    made.state.shelf = Shelf()
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://toy", headers=TOKEN) as client:
        yield client
