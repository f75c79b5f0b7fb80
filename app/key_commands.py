"""``c34 keys``: what lets people in, and what seals the answers."""

from collections.abc import Iterable
from typing import Annotated, Final
from uuid import UUID

import typer

from app.chosen import settings
from app.data_keys.masters import Standing
from app.vocabulary import Role

keys: Final = typer.Typer(help="Keys, made and ended by the operator.")
KeyId = Annotated[UUID, typer.Argument(help="The id of the key, which is not secret.")]


@keys.command("create")
def keys_create(
    role: Annotated[Role, typer.Option(help="What the holder is to be.")],
    subject: Annotated[str, typer.Option(help="What identifies the person; never an e-mail.")],
    name: Annotated[str, typer.Option(help="Name to show.")],
    district_id: Annotated[UUID | None, typer.Option(help="The district of its role.")] = None,
    nces_id: Annotated[str | None, typer.Option(help="The same, by its NCES id.")] = None,
    external_id: Annotated[str | None, typer.Option(help="The same, as SCHEME=VALUE.")] = None,
    key_name: Annotated[str, typer.Option(help="What the key is for.")] = "personal",
    scopes: Annotated[str | None, typer.Option(help="Actions with a blank between two.")] = None,
) -> None:
    """Let somebody in: register the person, give the role, and print a new key, once.

    The first key also writes down what the consortium is. The ledger tells who was let in.
    """
    from app.operating import create, district_named  # noqa: PLC0415

    district = district_named(district_id, nces_id, external_id)
    told = {"subject": subject, "name": name, "key_name": key_name}
    made = create(settings(), role, district=district, scopes=scopes, **told)
    print_key(made.account_id, made.key_id, made.secret)


@keys.command("rotate")
def keys_rotate(
    key_id: KeyId,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=168, help="Hours for which the old one holds.")
    ] = 24,
) -> None:
    """Make the key that takes the place of another, and print it, once."""
    from app.operating import rotate  # noqa: PLC0415

    made = rotate(settings(), key_id, overlap_hours)
    print_key(made.account_id, made.key_id, made.secret)


@keys.command("revoke")
def keys_revoke(key_id: KeyId) -> None:
    """End a key: access ends with the next request, on every worker."""
    from app.operating import revoke  # noqa: PLC0415

    revoke(settings(), key_id)
    typer.echo(f"The key {key_id} is revoked.", err=True)


@keys.command("make-master")
def keys_make_master() -> None:
    """Make the file of master keys for a PostgreSQL of yours; one that is there stays."""
    from app.serving import make_master_keys  # noqa: PLC0415

    chosen = settings()
    made = "Made" if make_master_keys(chosen) else "There is already"
    typer.echo(f"{made} {chosen.master_key_file}. Without it no answer can be opened: keep a copy")
    typer.echo("apart from the backups of the database.")


@keys.command("masters")
def keys_masters() -> None:
    """List the master keys, the current one first, and what needs each."""
    from app.operating import standing  # noqa: PLC0415

    print_masters(standing(settings()))


@keys.command("rotate-master")
def keys_rotate_master() -> None:
    """Make a new master key: it wraps and seals from now on, and the older ones still open."""
    from app.operating import rotate_master  # noqa: PLC0415

    typer.echo(rotate_master(settings()))
    typer.echo("Keep a copy of the key file; then run c34 keys rewrap.", err=True)


@keys.command("rewrap")
def keys_rewrap() -> None:
    """Wrap every data key under the current master key, while the service runs or not."""
    from app.operating import rewrap  # noqa: PLC0415

    typer.echo(f"{rewrap(settings())} data keys are wrapped anew.")


@keys.command("forget-master")
def keys_forget_master(
    master_id: Annotated[str, typer.Argument(help="The id of a previous master key.")],
) -> None:
    """Drop a previous master key for good; refused while anything needs it."""
    from app.operating import forget_master  # noqa: PLC0415

    forget_master(settings(), master_id)
    typer.echo(f"The master key {master_id} is forgotten.", err=True)


@keys.command("shred")
def keys_shred(
    final: Annotated[
        bool, typer.Option("--final", help="Also drop the master keys that old backups need.")
    ] = False,
) -> None:
    """Shred what is due, and again what a restored backup brought back; exit code 1 if not final.

    With --final it rotates the master key, wraps the other districts' keys anew and forgets the
    older ones. What still needs one is told; run it again when that is over.
    """
    from app.operating import shred  # noqa: PLC0415

    done = shred(settings(), final=final)
    for each in done.shredded:
        again = ", again after a restore" if each.restored else ""
        typer.echo(f"district {each.district_id}: {each.data_keys} data keys deleted{again}")
    typer.echo(f"{len(done.shredded)} districts shredded.")
    if final:
        print_masters(done.standing)
        raise typer.Exit(1 if len(done.standing) > 1 else 0)


def print_masters(standing: Iterable["Standing"]) -> None:
    """Print a line for each master key."""
    for each in standing:
        needed = "; ".join(each.needed_by) or "nothing"
        typer.echo(f"{each.master}{' (current)' if each.current else ''}: needed by {needed}")


def print_key(account_id: UUID, key_id: UUID, secret: str) -> None:
    """Print a key alone, so that a shell can take it; the rest goes to standard error."""
    typer.echo(f"account {account_id}, key {key_id}; the key is shown once:", err=True)
    typer.echo(secret)
