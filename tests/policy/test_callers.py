"""Whose subjects are accounts: those of our own issuer alone."""

import pytest
from conftest import NORTH, account, key_id, utc

from app.identity.issuer import LocalIssuer
from app.identity.signing import SigningKeys
from app.identity.verifier import Verifier
from app.policy.callers import Callers
from app.policy.holdings import Keys
from app.problems import Unauthenticated
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_a_trusted_issuer_that_is_not_ours_names_no_account(house, issuer, tmp_path):
    """A provider of a district may be trusted one day; it must not name whom it likes."""
    keys = SigningKeys.from_file(tmp_path / "theirs.json", utc)
    theirs = LocalIssuer("https://provider.example", issuer.audience, keys, utc)
    verifier = Verifier([issuer.trusted(), theirs.trusted()], utc)
    callers = Callers(Keys(house.pool), verifier, issuer.iss)
    who = account(Role.DATA_STEWARD, NORTH)
    told = {
        "subject": str(who),
        "client_id": str(who),
        "key_id": key_id(Role.DATA_STEWARD, NORTH),
        "scopes": ["me:read"],
    }
    assert (await callers.by_token(issuer.issue(**told).token)).account == who
    with pytest.raises(Unauthenticated):
        await callers.by_token(theirs.issue(**told).token)
