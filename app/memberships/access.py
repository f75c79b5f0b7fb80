"""Who gets what of memberships: those who keep an organisation's roster."""

from typing import Annotated

from app.memberships.repository import MembershipReadings
from app.memberships.service import MembershipService
from app.policy import Action, allowed, operated

ReadMemberships = Annotated[MembershipReadings, allowed(MembershipReadings, Action.MEMBERSHIP_READ)]
GrantMembership = Annotated[MembershipService, allowed(MembershipService, Action.MEMBERSHIP_GRANT)]
RevokeMembership = Annotated[
    MembershipService, allowed(MembershipService, Action.MEMBERSHIP_REVOKE)
]
ImportRoster = Annotated[
    MembershipService, allowed(MembershipService, Action.ROSTER_IMPORT, once=True)
]

importing_as_operator = operated(MembershipService, Action.ROSTER_IMPORT)
