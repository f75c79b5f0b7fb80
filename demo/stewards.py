"""What the data stewards of the districts do in a demo, each with its own key."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from demo.caller import CONNECTIONS, Caller
from demo.keyring import Keyring
from demo.office import STEWARD, named
from demo.scenario import Course, Entry, Member

Thing = TypeVar("Thing")


class Stewards:
    """The stewards at work on one round."""

    def __init__(
        self, caller: Caller, keyring: Keyring, round_id: str, districts: Mapping[str, str]
    ) -> None:
        self._caller = caller
        self._keyring = keyring
        self._round = f"/v1/rounds/{round_id}/districts"
        self._districts = districts

    async def submit(self, member: Member, state: str) -> None:
        """Enter and attest what a district answers; ``state`` is how far it is already."""
        late = member.course is Course.STAYS_LATE
        if state == "not_started" or (state == "draft" and not late):
            await self._enter(member, member.answers[:3] if late else member.answers)
            if not late:
                await self._post(member, "submission/attest")
                state = "attested"
        if member.course is Course.WITHDRAWS and state == "attested":
            reason = {"reason": "The board wants to look at the answers first."}
            await self._post(member, "submission/withdraw", reason)

    async def correct(self, member: Member) -> None:
        """Enter and attest what a district corrects while the round is in review."""
        own = await self._caller.get(f"{self._of(member)}/submission", self._key(member))
        if own["revision"] == 1:
            await self._enter(member, member.corrections)
        if own["attested_revision"] == 1:
            await self._post(member, "submission/attest")

    async def _enter(self, member: Member, answers: Iterable[Entry]) -> None:
        path = f"{self._of(member)}/answers/batch"
        await self._caller.post_once(path, self._key(member), {"items": list(answers)})

    async def _post(self, member: Member, verb: str, body: Any = None) -> None:
        await self._caller.post(f"{self._of(member)}/{verb}", self._key(member), body)

    def _of(self, member: Member) -> str:
        return f"{self._round}/{self._districts[member.code]}"

    def _key(self, member: Member) -> str:
        return self._keyring[named(STEWARD, member.code)]


async def some_at_once(things: Iterable[Thing], do: Callable[[Thing], Awaitable[None]]) -> None:
    """Do something to each of many, as many at once as there are connections.

    Raises the first error, and lets nothing go on behind it.
    """
    waiting = iter(things)

    async def work() -> None:
        for thing in waiting:
            await do(thing)

    workers = [asyncio.create_task(work()) for _ in range(CONNECTIONS)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
