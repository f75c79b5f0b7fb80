"""A typed client made from the contract by a public generator works on a real socket."""

import importlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
import uvicorn
from conftest import NORTH, PLACES, account
from openapi_spec_validator import validate

from app.contract import contract_text
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
ONLY_JSON = "Unsupported content type text/csv"


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> str:
    """The name of a package that openapi-python-client made of the contract."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(contract_text())
    (folder / "config.yml").write_text("post_hooks: []\n")
    program = Path(sys.executable).parent / "openapi-python-client"
    done = subprocess.run(
        [program, "generate", "--path", "openapi.json", "--config", "config.yml"]
        + ["--output-path", "c34_client", "--meta", "none"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    said = [line for line in done.stdout.splitlines() if line.startswith(("Unsupported", "Cannot"))]
    assert set(said) <= {ONLY_JSON}
    sys.path.insert(0, str(folder))
    yield "c34_client"
    sys.path.remove(str(folder))


@pytest.fixture
async def served(app, roster):
    """The application on a real socket."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.serve, [listening])
        while not server.started:
            await anyio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True


async def test_a_generated_client_reads_what_is_typed(generated, served, secret_of):
    client_of = importlib.import_module(f"{generated}.client").AuthenticatedClient
    me = importlib.import_module(f"{generated}.api.me.get_me")
    districts = importlib.import_module(f"{generated}.api.districts.list_districts")
    who = account(Role.VIEWER, NORTH)
    async with client_of(served, token=secret_of(Role.VIEWER, NORTH)) as client:
        told = await me.asyncio(client=client)
        page = await districts.asyncio(client=client, limit=1)
        second = await districts.asyncio(client=client, limit=1, cursor=page.next_cursor)
    assert (told.account.id, [role.role.value for role in told.roles]) == (who, ["viewer"])
    assert ([each.name for each in page.data], page.has_more) == ([PLACES[NORTH]], True)
    assert [each.name for each in second.data] == [sorted(PLACES.values())[1]]


async def test_a_generated_client_is_told_a_problem(generated, served):
    client_of = importlib.import_module(f"{generated}.client").AuthenticatedClient
    one = importlib.import_module(f"{generated}.api.districts.get_district")
    async with client_of(served, token="c34_none") as client:
        answer = await one.asyncio_detailed(NORTH, client=client)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "unauthenticated")


def test_the_contract_is_valid():
    document = json.loads(contract_text())
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_operation_says_what_an_integrator_needs():
    document = json.loads(contract_text())
    missing = [
        (path, method, what)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for what in ("operationId", "summary", "description", "tags", "x-action", "security")
        if what not in operation
    ]
    assert missing == []
