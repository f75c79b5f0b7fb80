"""The endpoints of consents and of what they show."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.consents.access import GiveConsent, ReadConsents, ReadSharedAnswers, RevokeConsent
from app.consents.schemas import ConsentDraft, ConsentsView, ConsentView, SharedAnswersView
from app.paging import Asked, Page
from app.rendered import Rendered
from app.scalars import Code, Id
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["sharing"], route_class=Route)
Items = Annotated[list[Code] | None, Query(max_length=60, description="Codes of items.")]
Rounds = Annotated[list[Id] | None, Query(max_length=60, description="Rounds.")]


@router.post("/districts/{district_id}/consents", status_code=status.HTTP_201_CREATED)
async def give_consent(district_id: Id, draft: ConsentDraft, consents: GiveConsent) -> ConsentsView:
    """Show your district's answer to one item to members you name, or to all of them (TR-26).

    One consent is made for each recipient. One that stands on the same terms is kept, and one on
    other terms stands beside it until you revoke it. An outcome is shared
    after its round's release. Refused by DR-11 where too few would stay unknown behind a released
    figure: that would expose somebody who did not consent. What was known stays known for later
    releases, also after you revoke.
    """
    return await consents.give(district_id, draft)


@router.get("/districts/{district_id}/consents")
async def list_consents(
    district_id: Id,
    consents: ReadConsents,
    asked: Asked,
    item: Items = None,
    round_id: Rounds = None,
) -> Rendered[Page[ConsentView]]:
    """List what your district shows or has shown to others, in the order of its consents."""
    return await consents.given(district_id, asked, {"item": item, "round_id": round_id})


@router.get("/districts/{district_id}/consents/received")
async def list_received_consents(
    district_id: Id,
    consents: ReadConsents,
    asked: Asked,
    item: Items = None,
    round_id: Rounds = None,
) -> Rendered[Page[ConsentView]]:
    """List what other members show or have shown your district, in the order of their consents."""
    return await consents.received(district_id, asked, {"item": item, "round_id": round_id})


@router.post("/consents/{consent_id}/revoke", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_consent(consent_id: Id, consents: RevokeConsent) -> None:
    """End one of your district's consents from now on; a second time changes nothing."""
    await consents.revoke(consent_id)


@router.get("/districts/{district_id}/shared-answers")
async def list_shared_answers(
    district_id: Id,
    shared: ReadSharedAnswers,
    round_id: Annotated[Id, Query(description="The round.")],
    item: Annotated[Code, Query(description="The code of one item of it.")],
) -> SharedAnswersView:
    """Read what other members show your district of one item, by their names.

    Each of them sees in its ledger that you looked. A mutual consent shows nothing until your
    district shows its own answer back. TR-24 asks that your district attested its answers.
    """
    return await shared.shown(district_id, round_id, item)
