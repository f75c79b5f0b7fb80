"""The endpoints of keys: one's own, and those of the accounts whose roster one keeps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.keys.access import (
    CreateKey,
    CreateOwnKey,
    ReadKeys,
    ReadOwnKeys,
    RevokeKey,
    RevokeOwnKey,
    RotateKey,
    RotateOwnKey,
)
from app.keys.making import MadeKey
from app.keys.schemas import (
    KeptKeyDraft,
    KeyDraft,
    KeyOrder,
    KeyRotation,
    KeyView,
    MadeKeyView,
)
from app.paging import SORT, Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Id, Instant
from app.wire.route import Route

own_keys = APIRouter(prefix="/v1/me/keys", tags=["me"], route_class=Route)
keys = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=Route)
AS_USUAL = KeyRotation()


Order = Annotated[KeyOrder | None, Query(description=SORT)]
Since = Annotated[Instant | None, Query(description="Made at this time or later.")]


def shown(made: MadeKey, response: Response, at: str) -> MadeKeyView:
    """Show a key with its secret, once."""
    response.headers["location"] = f"{at}/{made.key.id}"
    told = KeyView.model_validate(made.key).model_dump()
    return MadeKeyView(**told, secret=made.secret)


@own_keys.get("")
async def list_own_keys(
    readings: ReadOwnKeys, asked: Asked, sort: Order = None, created_at_gte: Since = None
) -> Rendered[Page[KeyView]]:
    """List the caller's own keys in the order they were made, those that have ended too."""
    return await readings.page(asked, sort, since=created_at_gte)


@own_keys.get("/{key_id}")
async def get_own_key(
    key_id: UUID, readings: ReadOwnKeys, fields: Fields = None
) -> Rendered[KeyView]:
    """Read one of the caller's own keys, without its secret."""
    return await readings.get(key_id, fields)


@own_keys.post("", status_code=status.HTTP_201_CREATED)
async def create_own_key(draft: KeyDraft, service: CreateOwnKey, response: Response) -> MadeKeyView:
    """Make a key for the caller; its `secret` is shown in this answer and never again.

    `scopes` narrow what the caller's roles allow. They cannot be wider than those of the credential
    that asks (TR-01); without them the new key has the same. Nor does the new key outlive the key
    that asks, by itself or through a token: without `expires_at` it ends with it.
    """
    return shown(await service.create_own(draft), response, "/v1/me/keys")


@own_keys.post("/{key_id}/rotate", status_code=status.HTTP_201_CREATED)
async def rotate_own_key(
    key_id: UUID, service: RotateOwnKey, response: Response, rotation: KeyRotation = AS_USUAL
) -> MadeKeyView:
    """Make the key that takes the place of one of the caller's own.

    The old key holds for `overlap_hours` more, so that nothing stops while the new one is put in
    its place; with 0 it ends at once. The new key has the scopes of the old one, and ends with
    the key that asks at the latest.
    """
    return shown(await service.rotate(key_id, rotation), response, "/v1/me/keys")


@own_keys.post("/{key_id}/revoke")
async def revoke_own_key(key_id: UUID, service: RevokeOwnKey) -> KeyView:
    """End one of the caller's own keys: it and every token bought with it, at the next request."""
    return KeyView.model_validate(await service.revoke(key_id))


@keys.get("")
async def list_keys(
    readings: ReadKeys,
    asked: Asked,
    sort: Order = None,
    created_at_gte: Since = None,
    account_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
    district_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
) -> Rendered[Page[KeyView]]:
    """List the keys of the accounts whose roster the caller keeps, in the order they were made."""
    return await readings.page(
        asked, sort, since=created_at_gte, account_id=account_id, district_id=district_id
    )


@keys.get("/{key_id}")
async def get_key(key_id: UUID, readings: ReadKeys, fields: Fields = None) -> Rendered[KeyView]:
    """Read one key, without its secret."""
    return await readings.get(key_id, fields)


@keys.post("", status_code=status.HTTP_201_CREATED)
async def create_key(draft: KeptKeyDraft, service: CreateKey, response: Response) -> MadeKeyView:
    """Make a key for an account; its `secret` is shown in this answer and never again.

    For service accounts, and for people until a provider of their district signs them in. The
    ledger tells the district who made a key for which of its accounts. Where a district has a
    superintendent, the consortium makes no key (TR-04).
    """
    return shown(await service.create(draft), response, "/v1/keys")


@keys.post("/{key_id}/rotate", status_code=status.HTTP_201_CREATED)
async def rotate_key(
    key_id: UUID, service: RotateKey, response: Response, rotation: KeyRotation = AS_USUAL
) -> MadeKeyView:
    """Make the key that takes the place of another, which holds for `overlap_hours` more.

    Where a district has a superintendent, the consortium replaces no key (TR-04).
    """
    return shown(await service.rotate(key_id, rotation), response, "/v1/keys")


@keys.post("/{key_id}/revoke")
async def revoke_key(key_id: UUID, service: RevokeKey) -> KeyView:
    """End a key: it and every token bought with it, at the next request."""
    return KeyView.model_validate(await service.revoke(key_id))
