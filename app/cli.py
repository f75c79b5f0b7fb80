"""``c34``: the command line of the service."""

import asyncio
import sys
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from app.chosen import settings
from app.key_commands import keys
from app.trouble import Trouble

app: Final = typer.Typer(
    name="c34", help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False
)
db: Final = typer.Typer(help="The database: its roles, its schema, its state.")
app.add_typer(db, name="db")
import_: Final = typer.Typer(help="Bring in many rows from a file, over the API.")
app.add_typer(import_, name="import")
app.add_typer(keys, name="keys")
audit: Final = typer.Typer(help="The ledger: brought out of a service, and verified offline.")
app.add_typer(audit, name="audit")
release: Final = typer.Typer(help="Releases: checked offline by those who kept them.")
app.add_typer(release, name="release")

AdminUrl = Annotated[
    str, typer.Option(help="Address of a login that may create roles and own the schema.")
]
Check = Annotated[bool, typer.Option("--check", help="Change nothing; fail where it is stale.")]


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
    from demo.command import run  # noqa: PLC0415

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
    from app.database import head, reaching, upgrade  # noqa: PLC0415
    from app.policy.lock import APP, RELEASE  # noqa: PLC0415

    given = {APP: app_password, RELEASE: release_password}
    passwords = {login: password for login, password in given.items() if password}
    with reaching("--admin-url"):
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
    """Write the pages and pictures that are made from the code, or say whether they are fresh."""
    from app.contract import generated_pages  # noqa: PLC0415
    from demo.pictures import pictures  # noqa: PLC0415

    pages = {ROOT / "docs" / name: text for name, text in generated_pages().items()}
    drawn = {ROOT / "docs" / "pictures" / name: text for name, text in pictures().items()}
    keep(pages | drawn, check=check)


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


@import_.command("districts")
def import_districts(
    file: Annotated[Path, typer.Argument(help="CSV; its columns are in the contract.")],
    key: Annotated[str, typer.Option(envvar="C34_KEY", help="Key of an administrator.")],
    url: Annotated[str | None, typer.Option(help="Instead of C34_PUBLIC_URL.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try.")] = False,
    best_effort: Annotated[
        bool, typer.Option("--best-effort", help="Take the sound rows; else all or none.")
    ] = False,
) -> None:
    """Admit or correct many districts over the API, each found by its identifiers."""
    from app.importing import send, show  # noqa: PLC0415
    from app.wire.batch import BatchMode  # noqa: PLC0415

    mode = BatchMode.BEST_EFFORT if best_effort else BatchMode.ATOMIC
    done = send(file, url or str(settings().c34_public_url), key, mode, dry_run=dry_run)
    show(done, dry_run=dry_run)
    raise typer.Exit(1 if done.faults else 0)


@release.command("verify")
def release_verify(
    certificate: Annotated[Path, typer.Option(help="What /v1/releases/{id}/certificate gave.")],
    cells: Annotated[Path, typer.Option(help="The cells of the release: JSON, or JSON Lines.")],
    jwks: Annotated[Path, typer.Option(help="The issuer's public keys that you kept (a JWK Set).")],
    inclusion: Annotated[
        Path | None, typer.Option(help="What /v1/releases/{id}/inclusion gave your district.")
    ] = None,
) -> None:
    """Check a release offline; exit code 1 where something does not hold, 2 where it is unreadable.

    That its audit passed is signed; to run it again is for the auditor, inside the vault.
    """
    from app.verifying import VerifyTrouble, verified  # noqa: PLC0415

    try:
        done = verified(certificate, cells, jwks, inclusion)
    except VerifyTrouble as trouble:
        typer.echo(f"c34: {trouble}", err=True)
        raise typer.Exit(2) from None
    for cell in done.retracted:
        typer.echo(f"Cell {cell} was retracted since.")
    for finding in done.findings:
        typer.echo(finding, err=True)
    if done.findings:
        raise typer.Exit(1)
    typer.echo(f"The certificate holds, for {done.cells} cells.")


@audit.command("export")
def audit_export(
    file: Annotated[Path, typer.Argument(help="Where to write it, as JSON Lines.")],
    key: Annotated[str, typer.Option(envvar="C34_KEY", help="Key of an auditor, or any member.")],
    url: Annotated[str | None, typer.Option(help="Instead of C34_PUBLIC_URL.")] = None,
) -> None:
    """Bring the ledger out: chain, checkpoints, and the entries where the key may read them."""
    import httpx  # noqa: PLC0415

    from app.auditing import SECONDS, bring_out  # noqa: PLC0415

    base = (url or str(settings().c34_public_url)).rstrip("/")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=base, headers=headers, timeout=SECONDS) as client:
        brought = bring_out(client, file)
    entries = "no entry: the key may not read any" if brought.entries is None else brought.entries
    typer.echo(f"{brought.batches} batches, entries: {entries}")


@audit.command("verify")
def audit_verify(
    export: Annotated[
        Path | None, typer.Option(help="What `c34 audit export` wrote; the chain is recomputed.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that you kept; may be given often.")
    ] = None,
    jwks: Annotated[
        Path | None, typer.Option(help="Public keys of the service that you kept (a JWK Set).")
    ] = None,
) -> None:
    """Verify the ledger offline; exit code 1 where it was tampered with, 2 where it is unreadable.

    Without an export the checkpoints are held against one another.
    """
    from app.auditing import AuditTrouble, show, verify  # noqa: PLC0415

    if export is None and not checkpoint:
        raise typer.BadParameter("Give --export, --checkpoint, or both.")
    try:
        examined = verify(export, checkpoint or [], jwks)
    except AuditTrouble as trouble:
        typer.echo(f"c34: {trouble}", err=True)
        raise typer.Exit(2) from None
    show(examined)
    raise typer.Exit(1 if examined.findings else 0)


@app.command()
def doctor() -> None:
    """Say what is wrong with this set-up, and how to mend it; exit code 1 where something is."""
    from app.doctor import examine  # noqa: PLC0415

    wrong = 0
    for finding in examine():
        wrong += finding.mend is not None
        typer.echo(
            f"{'ok   ' if finding.mend is None else 'WRONG'} {finding.about}: {finding.says}"
        )
        if finding.mend is not None:
            typer.echo(f"      {finding.mend}")
    raise typer.Exit(1 if wrong else 0)


def main() -> None:
    """Run a command; what is wrong with the surroundings is told in one sentence."""
    try:
        app()
    except Trouble as trouble:
        sys.exit(f"c34: {trouble}")
