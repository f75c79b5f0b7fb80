"""A process that shreds, and is killed when it has written the tombstone and deleted nothing."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import make_url

from app.clock import now
from app.identity.issuer import LocalIssuer
from app.identity.signing import SigningKeys, new_key
from app.identity.verifier import Verifier
from app.policy.house import house
from app.policy.key_store import KeyStore
from app.sealing import MasterKeys
from app.shredding.keeping import brought_in_line


async def die(*_: object) -> None:
    """Take the place of the deletion."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, release_url: str, file: str) -> None:
    base = "https://c34.example"
    issuer = LocalIssuer(base, base, SigningKeys((new_key(now()),), now), now)
    KeyStore.shred = die  # type: ignore[assignment,method-assign]
    async with house(
        url=make_url(url),
        release_url=make_url(release_url),
        keys=MasterKeys.from_file(Path(file)),
        issuer=issuer,
        verifier=Verifier([issuer.trusted()], now),
    ) as opened:
        await brought_in_line(opened)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
