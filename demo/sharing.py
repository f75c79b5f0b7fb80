"""What districts of a demo show each other by name; whatever is done already is not done again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demo.caller import Caller
from demo.keyring import Keyring
from demo.office import STEWARD, SUPERINTENDENT, named
from demo.scenario import Sharing


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of it: what one showed another, what it could not show, and whom it met.

    ``refusal`` is what the service says, ``introduction`` is as it tells it.
    """

    shown: Mapping[str, Any]
    refusal: Mapping[str, Any]
    introduction: Mapping[str, Any]


async def share(
    caller: Caller,
    keyring: Keyring,
    sharing: Sharing,
    districts: Mapping[str, str],
    round_id: str,
) -> Shared:
    """Have one district show an answer by name, meet another, and tell of a practice."""
    between = Between(caller, keyring, sharing, districts, round_id)
    if not await between.introductions():
        await between.consent()
        await between.tell()
        await between.ask()
    await between.meet()
    refusal = await between.expose()
    return Shared(await between.shown(), refusal, (await between.introductions())[-1])


class Between:
    """The people of the districts that share, each with a key of its own."""

    def __init__(
        self,
        caller: Caller,
        keyring: Keyring,
        sharing: Sharing,
        districts: Mapping[str, str],
        round_id: str,
    ) -> None:
        self._caller = caller
        self._sharing = sharing
        self._districts = districts
        self._round = round_id
        self._lead = keyring[named(SUPERINTENDENT, sharing.giver)]
        self._met = keyring[named(SUPERINTENDENT, sharing.meets)]
        self._reader = keyring[named(STEWARD, sharing.recipient)]

    async def consent(self) -> None:
        """Show the other an answer, unless it is shown."""
        path = self._of(self._sharing.giver, "consents")
        if await self._caller.first(path, self._lead, {}) is None:
            await self._caller.post(path, self._lead, self._consent_to(self._sharing.item))

    async def expose(self) -> Mapping[str, Any]:
        """Try to show what would expose others, which the service refuses."""
        path = self._of(self._sharing.giver, "consents")
        draft = self._consent_to(self._sharing.too_telling)
        return await self._caller.refused(path, self._lead, draft)

    async def shown(self) -> Mapping[str, Any]:
        """Read what is shown, as the other reads it."""
        path = self._of(self._sharing.recipient, "shared-answers")
        asked = {"round_id": self._round, "item": self._sharing.item}
        told: Mapping[str, Any] = await self._caller.get(path, self._reader, **asked)
        return told

    async def ask(self) -> None:
        """Ask to meet who does something, which is the last step that is not done again."""
        draft = {
            "round_id": self._round,
            "item": self._sharing.about,
            "sought": self._sharing.sought,
            "contact": "The superintendent's office, 555-0106",
        }
        path = self._of(self._sharing.giver, "introductions")
        await self._caller.post_once(path, self._lead, draft)

    async def meet(self) -> None:
        """Say yes to being introduced; others who are asked stay silent."""
        path = self._of(self._sharing.meets, "inquiries")
        first = (await self._caller.get(path, self._met))["data"][-1]
        if first["meets"] is None:
            answer = {"meets": True, "contact": "Food services, 555-0108"}
            await self._caller.post(f"/v1/inquiries/{first['id']}/answer", self._met, answer)

    async def introductions(self) -> Sequence[Mapping[str, Any]]:
        """Read what the district asked for and whom it met, the first one last."""
        path = self._of(self._sharing.giver, "introductions")
        found: Sequence[Mapping[str, Any]] = (await self._caller.get(path, self._lead))["data"]
        return found

    async def tell(self) -> None:
        """Tell the members of a practice, unless it is told."""
        sharing = self._sharing
        asked = {"district_id": self._districts[sharing.giver]}
        like = {"code": sharing.practice}
        if await self._caller.first("/v1/practices", self._lead, like, **asked) is None:
            path = self._of(sharing.giver, f"practices/{sharing.practice}")
            await self._caller.put(path, self._lead, sharing.tells)

    def _consent_to(self, item: str) -> Mapping[str, Any]:
        """Write a consent to show an item to the other."""
        recipients = [self._districts[self._sharing.recipient]]
        return {"round_id": self._round, "item": item, "recipients": recipients}

    def _of(self, code: str, noun: str) -> str:
        """Write the address of something of a district."""
        return f"/v1/districts/{self._districts[code]}/{noun}"
