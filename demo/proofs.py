"""What a member keeps of a demo, and verifies with no service: a release and the ledger."""

import sys
from asyncio import to_thread
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

import httpx

from app.auditing import SECONDS, bring_out, verify
from app.verifying import verified
from demo.caller import Caller, DemoTrouble
from demo.keyring import Keyring
from demo.office import AUDITOR, SUPERINTENDENT, named
from demo.play import Played
from demo.scenario import Scenario

JSON_LINES: Final = "application/jsonl"
PDF: Final = "application/pdf"
OWN_FOLDER: Final = 0o700


@dataclass(frozen=True, slots=True)
class Proofs:
    """The files that are kept; the ledger comes last, so that with it all are there."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """Name the file of what the release vouches for."""
        return self.folder / "certificate.json"

    @property
    def cells(self) -> Path:
        """Name the file of what was released."""
        return self.folder / "cells.jsonl"

    @property
    def keys(self) -> Path:
        """Name the file of the public keys of the service."""
        return self.folder / "jwks.json"

    @property
    def inclusion(self) -> Path:
        """Name the file that proves which answers of its own district are in the release."""
        return self.folder / "inclusion.json"

    @property
    def preview(self) -> Path:
        """Name the page that a superintendent reads before attesting."""
        return self.folder / "exposure.pdf"

    @property
    def checkpoint(self) -> Path:
        """Name the file of a signed statement of how far the ledger had come."""
        return self.folder / "checkpoint.json"

    @property
    def ledger(self) -> Path:
        """Name the file of the ledger as the auditor brought it out."""
        return self.folder / "ledger.jsonl"

    async def keep(self, caller: Caller, keyring: Keyring, show: Scenario, played: Played) -> None:
        """Write what is not kept yet, or raise ``DemoTrouble``."""
        if self.ledger.exists():
            return
        lead = keyring[named(SUPERINTENDENT, show.shown)]
        own = {"district_id": played.districts[show.shown]}
        release = f"/v1/releases/{played.release_id}"
        page = f"/v1/rounds/{played.round_id}/districts/{own['district_id']}/exposure"
        told = {
            self.certificate: await caller.whole(f"{release}/certificate", lead),
            self.cells: await caller.whole(f"{release}/cells", lead, JSON_LINES),
            self.keys: await caller.whole("/.well-known/jwks.json", lead),
            self.inclusion: await caller.whole(f"{release}/inclusion", lead, **own),
            self.preview: await caller.whole(page, lead, PDF, format="pdf"),
            self.checkpoint: await caller.whole("/v1/ledger/checkpoints/latest", lead),
        }
        try:
            self.folder.mkdir(mode=OWN_FOLDER, exist_ok=True)
            for path, content in told.items():
                path.write_bytes(content)
            await to_thread(self._bring_out, caller.url, keyring[AUDITOR])
        except OSError as error:
            raise DemoTrouble(f"{self.folder} cannot be written to: {error.strerror}.") from None

    def _bring_out(self, url: str, key: str) -> None:
        """Write the ledger whole, or not at all."""
        draft, headers = self.ledger.with_suffix(".new"), {"Authorization": f"Bearer {key}"}
        with httpx.Client(
            base_url=url, headers=headers, timeout=SECONDS, trust_env=False
        ) as client:
            bring_out(client, draft)
        draft.replace(self.ledger)

    def checked(self) -> Iterator[str]:
        """Verify what is kept and say so, or raise ``DemoTrouble`` with what does not hold."""
        release = verified(self.certificate, self.cells, self.keys, self.inclusion)
        ledger = verify(self.ledger, [self.checkpoint], self.keys)
        wrong = [*release.findings, *(each.says for each in ledger.findings)]
        if wrong:
            raise DemoTrouble(f"What is kept in {self.folder} does not hold: {' '.join(wrong)}")
        yield f"The certificate holds, for {release.cells} cells:"
        yield self._command(
            "release verify",
            certificate=self.certificate,
            cells=self.cells,
            jwks=self.keys,
            inclusion=self.inclusion,
        )
        count = f"{ledger.batches} batches with {ledger.entries} entries"
        yield f"The ledger is as it was sealed, in {count}:"
        yield self._command(
            "audit verify", export=self.ledger, checkpoint=self.checkpoint, jwks=self.keys
        )
        yield f"What a superintendent reads before attesting: {self.preview}"

    def _command(self, verb: str, **files: Path) -> str:
        """Write the command that verifies the same again."""
        options = " ".join(f"--{name} {quote(str(path))}" for name, path in files.items())
        return f"    {quote(sys.argv[0])} {verb} {options}"
