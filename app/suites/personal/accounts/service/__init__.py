"""Services of accounts."""

from app.suites.personal.accounts.models import PersonalAccountRecord
from app.suites.personal.accounts.queries import AccountKey
from app.suites.personal.accounts.service.accounts import (
    AccountChanges,
    AccountFilters,
    AccountItem,
    AccountService,
    AccountTotals,
    NewAccount,
)
from app.suites.personal.accounts.service.converting import Converter
from app.suites.personal.accounts.service.numbers import AccountNumbers
from app.suites.personal.accounts.service.system import SystemAccounts
from app.suites.personal.accounts.service.valuations import ValuationService

__all__ = [
    "AccountChanges",
    "AccountFilters",
    "AccountItem",
    "AccountKey",
    "AccountNumbers",
    "AccountService",
    "AccountTotals",
    "Converter",
    "NewAccount",
    "PersonalAccountRecord",
    "SystemAccounts",
    "ValuationService",
]
