"""``c34``: the command line of the service."""

import asyncio
import logging
import sys
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from app.settings import Settings

app: Final = typer.Typer(
    name="c34", help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False
)
db: Final = typer.Typer(help="The database: its roles, its schema, its state.")
app.add_typer(db, name="db")

AdminUrl = Annotated[
    str, typer.Option(help="Address of a login that may create roles and own the schema.")
]
Check = Annotated[bool, typer.Option("--check", help="Change nothing; fail where it is stale.")]


def settings() -> Settings:
    """Read the settings, or stop with a sentence for each that is wrong."""
    try:
        return Settings()
    except ValidationError as faults:
        for fault in faults.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in fault["loc"]).upper()
            typer.echo(f"{name}: {fault['msg']}", err=True)
        raise typer.Exit(2) from None


@app.command()
def serve() -> None:
    """Serve the API on C34_HOST and C34_PORT; on an embedded PostgreSQL unless another is set."""
    from app.logs import configure  # noqa: PLC0415 - a command imports what it runs
    from app.serving import database_of, listening, serve  # noqa: PLC0415

    configure()
    chosen = settings()
    with (
        listening(chosen.c34_host, chosen.c34_port) as taken,
        database_of(chosen) as database,
    ):
        serve(chosen, database, taken)


class Members(IntEnum):
    """How large a demo is."""

    CALIFORNIA = 420
    INVENTED = 12


@app.command()
def demo(
    members: Annotated[
        Members, typer.Option(help="420 real districts of 1998-99, or 12 invented ones.")
    ] = Members.CALIFORNIA,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Instead of C34_PORT.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Drop the demo and start afresh.")] = False,
) -> None:
    """Load a consortium up to a released benchmark, in a database of its own, and serve it.

    The figures of the 420 are public facts, which the demo treats as confidential. Stop with
    Ctrl-C; running it again goes on where it was.
    """
    from app.logs import configure  # noqa: PLC0415
    from demo.command import run  # noqa: PLC0415

    configure(logging.WARNING)
    chosen = settings()
    if port is not None:
        chosen = chosen.model_copy(update={"c34_port": port})
    run(chosen, members, reset=reset)


@db.command("upgrade")
def db_upgrade(
    admin_url: AdminUrl,
    app_password: Annotated[
        str | None, typer.Option(envvar="C34_APP_PASSWORD", help="Password to give to c34_app.")
    ] = None,
    release_password: Annotated[
        str | None,
        typer.Option(envvar="C34_RELEASE_PASSWORD", help="Password to give to c34_release."),
    ] = None,
) -> None:
    """Create the roles where they are missing and migrate the schema to the newest revision."""
    from app.database import head, upgrade  # noqa: PLC0415
    from app.policy.lock import APP, RELEASE  # noqa: PLC0415

    given = {APP: app_password, RELEASE: release_password}
    passwords = {login: password for login, password in given.items() if password}
    asyncio.run(upgrade(admin_url, passwords=passwords))
    typer.echo(f"The schema is at revision {head()}.")


@db.command("status")
def db_status() -> None:
    """Say at which revision the database is, and which one this version needs."""
    from app.database import standing  # noqa: PLC0415
    from app.serving import database_of  # noqa: PLC0415

    with database_of(settings()) as database:
        told = asyncio.run(standing(database.url))
    typer.echo(f"at {told['at']}, needs {told['head']}")


@app.command()
def openapi(check: Check = False) -> None:
    """Write the contract to openapi/openapi.json, or say whether it is fresh."""
    from app.contract import contract_text  # noqa: PLC0415

    keep({ROOT / "openapi" / "openapi.json": contract_text()}, check=check)


@app.command()
def docs(check: Check = False) -> None:
    """Write the pages that are made from the code, or say whether they are fresh."""
    from app.contract import generated_pages  # noqa: PLC0415

    keep({ROOT / "docs" / name: text for name, text in generated_pages().items()}, check=check)


ROOT: Final = Path(__file__).parent.parent


def keep(files: dict[Path, str], *, check: bool) -> None:
    """Write files, or stop with the names of those that are stale."""
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if check and stale:
        typer.echo(f"stale: {', '.join(path.name for path in stale)}", err=True)
        raise typer.Exit(1)
    for path in stale:
        path.write_text(files[path])
        typer.echo(f"wrote {path.relative_to(ROOT)}")


def main() -> None:
    """Run a command; what is wrong with the surroundings is told in one sentence."""
    from app.database import SchemaTrouble  # noqa: PLC0415
    from app.embedded.trouble import ServerTrouble  # noqa: PLC0415
    from app.keyfile import KeyFileRefused  # noqa: PLC0415
    from app.policy.logins import LoginTooPowerful  # noqa: PLC0415
    from app.serving import PortTrouble  # noqa: PLC0415
    from demo.caller import DemoTrouble  # noqa: PLC0415

    known = (SchemaTrouble, ServerTrouble, KeyFileRefused, LoginTooPowerful, PortTrouble)
    troubles = (*known, DemoTrouble)
    try:
        app()
    except troubles as trouble:
        sys.exit(f"c34: {trouble}")
