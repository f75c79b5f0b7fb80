"""What a release vouches for: its certificate, a member's part in it, and the audit run again."""

from secrets import randbits
from typing import Any
from uuid import UUID

from app import clock
from app.policy import Grant
from app.policy.charter import Charter
from app.policy.rules.disclosure import differences_are_safe
from app.policy.rules.rounds import has_shared
from app.releases.certifying import certified, new_secret, proofs_of, tree_of
from app.releases.made import ReleaseRepository
from app.releases.models import Release, ReleaseCertificate
from app.releases.schemas import InclusionView, ReleaseAuditView
from app.releases.standing import standing_of
from app.releases.vault import Vault, charter_of
from app.rounds.models import Round

SEED_BITS = 32


def new_seed() -> int:
    """Make a seed that nobody chose."""
    return randbits(SEED_BITS)


class Vouching:
    """Vouches for releases under a grant, wholly on the login of the vault."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._releases = ReleaseRepository(grant)
        self._vault = Vault(grant)

    async def certify(self, release: Release, locked: Round, charter: Charter) -> None:
        """Audit all that is out with a release, from another seed, and sign what it vouches for.

        Raises ``Conflict`` (DR-05) unless the audit passes: then nothing is released.
        """
        seed = new_seed()
        audited = await self._vault.audited(release, charter, seed)
        for each in audited:
            differences_are_safe.require(each.audit)
        secret = new_secret()
        await self._releases.add([self._vault.sealed_secret(release.id, secret)])
        _, behind = await self._vault.included(release.id)
        cells = await self._releases.shown(release.id)
        items = len({cell.item for cell in cells})
        places = 2 * items * await self._releases.districts()
        tree = tree_of(release.id, secret, behind, locked.period, places)
        keys: list[dict[str, object]] = []

        def sign(content: bytes) -> str:
            signature, key = self._grant.certify(content)
            keys.append(key)
            return signature

        figures = sum(each.figures for each in audited)
        made = certified(release, charter, seed, figures, cells, tree, sign)
        await self._releases.add(
            [
                ReleaseCertificate(
                    release_id=release.id,
                    certificate=made["certificate"],
                    signature=made["signature"],
                    key=keys[0],
                )
            ]
        )

    async def inclusion(self, release_id: UUID, district_id: UUID) -> InclusionView:
        """Prove to a district which of its answers a release was computed from.

        Raises ``NotFound`` for another district as for an absent release, or the refusal of TR-24.
        """
        self._grant.reach.require_own(district_id)
        standing = await self._releases.standing(release_id, district_id)
        mine = [] if standing is None else [standing]
        has_shared.require(standing_of(mine, clock.now().date(), staff=False))
        release = await self._releases.release(release_id)
        of_round = await self._releases.round(release.round_id)
        certificate = await self._releases.certificate(release_id)
        secret, behind = await self._vault.included(release_id)
        places = certificate.certificate["inclusion"]["places"]
        tree = tree_of(release_id, secret, behind, of_round.period, places)
        proofs = proofs_of(tree, secret, release_id, district_id, behind, of_round.period)
        return InclusionView(release_id=release_id, district_id=district_id, **proofs)

    async def audit(self, release_id: UUID) -> ReleaseAuditView:
        """Audit anew all that was ever released of what a release tells of."""
        release = await self._releases.release(release_id)
        charter = await charter_of(
            self._grant.session, await self._releases.round(release.round_id)
        )
        seed = new_seed()
        audited = await self._vault.audited(release, charter, seed)
        passed = all(each.audit.passed for each in audited)
        detail: dict[str, Any] = {"step": "audit", "passed": passed, "systems": len(audited)}
        self._grant.record(f"release:{release_id}", rule="DR-15", detail=detail)
        return ReleaseAuditView(
            release_id=release_id,
            passed=passed,
            systems=len(audited),
            seed=seed,
            audited_at=clock.now(),
        )
