"""Who gets what of accounts: those who keep an organisation's roster."""

from typing import Annotated

from app.accounts.repository import ServiceAccountReadings, UserReadings
from app.accounts.service import AccountService
from app.policy import Action, allowed

ReadUsers = Annotated[UserReadings, allowed(UserReadings, Action.ACCOUNT_READ)]
ReadServiceAccounts = Annotated[
    ServiceAccountReadings, allowed(ServiceAccountReadings, Action.ACCOUNT_READ)
]
RegisterAccount = Annotated[AccountService, allowed(AccountService, Action.ACCOUNT_REGISTER)]
ReviseAccount = Annotated[
    AccountService, allowed(AccountService, Action.ACCOUNT_REGISTER, match=True)
]
