"""The policy layer: the only door between an endpoint and a row."""

from app.policy.actions import Action
from app.policy.gate import allowed
from app.policy.grant import Grant
from app.policy.listing import Listing, Made
from app.policy.operator import operated
from app.policy.reading import Reading
from app.policy.upserting import Put, Upsert

__all__ = ["Action", "Grant", "Listing", "Made", "Put", "Reading", "Upsert", "allowed", "operated"]
