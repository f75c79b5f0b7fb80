"""Who gets a token, and who reads what the issuer publishes: anyone may ask."""

from typing import Annotated

from app.policy import Action, allowed
from app.tokens.documents import IssuerDocuments
from app.tokens.service import TokenService

IssueToken = Annotated[TokenService, allowed(TokenService, Action.TOKEN_ISSUE)]
ReadIssuer = Annotated[IssuerDocuments, allowed(IssuerDocuments, Action.ISSUER_READ)]
