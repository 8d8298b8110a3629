"""Rules of accounts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.core.ledger.rules import AccountKind

FIRST_ACCOUNT = "Cash"
"""Name of the account that a new book gets."""


class AccountType(StrEnum):
    """Type of an account: what somebody owns, or owes."""

    CHECKING = "checking"
    SAVINGS = "savings"
    CREDIT = "credit"
    INVESTMENT = "investment"
    CASH = "cash"
    LOAN = "loan"
    PROPERTY = "property"
    OTHER = "other"

    @property
    def kind(self) -> AccountKind:
        """Kind of the account in the ledger."""
        return AccountKind.LIABILITY if self in (AccountType.CREDIT, AccountType.LOAN) else AccountKind.ASSET

    @property
    def on_budget(self) -> bool:
        """Whether its money is budgeted, unless somebody says otherwise."""
        return self in (AccountType.CHECKING, AccountType.SAVINGS, AccountType.CASH, AccountType.CREDIT)


class SystemAccount(StrEnum):
    """Code of an account of the ledger that stands behind those of people."""

    OPENING = "opening"
    VALUATION = "valuation"
    CONVERSION = "conversion"
    RECONCILIATION = "reconciliation"
    CONTRIBUTION = "contribution"


_WORD = re.compile(r"[^\W_]+")
_NUMBER_START = re.compile(r"[^\W\d]{2}(?=\d)|(?<=[^\W\d])(?=\d)")
"""Places in a word from which on it may be a number: its first digit after letters, or two letters before."""
_MOST_WORDS, _MOST_GROUPS = 100, 9
_SHORTEST, _LONGEST = 4, 34
"""Digits of a number at least, and characters at most."""
_LONGEST_WORD = _LONGEST + 10
"""Characters of a number with the word right before it."""


class Opening(NamedTuple):
    """The balance with which an account begins, and its day: none for an account that always was."""

    balance: Decimal
    date: date | None


class Totals(NamedTuple):
    """Assets and liabilities, each as a positive number, in one currency."""

    assets: Decimal
    liabilities: Decimal

    @property
    def net_worth(self) -> Decimal:
        """Assets less liabilities."""
        return self.assets - self.liabilities


def totals_of(balances: list[tuple[AccountType, Decimal]]) -> Totals:
    """Totals of balances that were rounded; of an account that is overdrawn, the type decides where it counts."""
    assets = sum((amount for kind, amount in balances if kind.kind is AccountKind.ASSET), Decimal(0))
    liabilities = sum((-amount for kind, amount in balances if kind.kind is AccountKind.LIABILITY), Decimal(0))
    return Totals(assets, liabilities)


def running(before: Mapping[int, Decimal], changes: Sequence[Mapping[int, Decimal]]) -> list[dict[int, Decimal]]:
    """Balances by account after each of the changes."""
    balances, found = dict(before), []
    for change in changes:
        for account_id, amount in change.items():
            balances[account_id] = balances.get(account_id, Decimal(0)) + amount
        found.append(dict(balances))
    return found


def plain_number(number: str) -> str:
    """An account's number without blanks and marks, to be compared."""
    return "".join(one for one in number.upper() if one.isalnum())


def numbers_in(text: str) -> set[str]:
    """Possible numbers of accounts in a text, as they are compared: words with digits, and up to nine in a row.

    Numbers are written in groups, and words like `IBAN` stand right before them.
    """
    words = _WORD.findall(text.upper())[:_MOST_WORDS]
    found: set[str] = set()
    for first, word in enumerate(words):
        if len(word) > _LONGEST_WORD:
            continue
        for start in (word, *(word[place.start() :] for place in _NUMBER_START.finditer(word))):
            found.update(_joined([start, *words[first + 1 : first + _MOST_GROUPS]]))
    return found


def shown_number(number: str) -> str:
    """The last four characters of an account's number."""
    return number[-4:]


def _joined(words: Sequence[str]) -> Iterator[str]:
    """Possible numbers: of the first word, of the first two, and so on."""
    joined = ""
    for word in words:
        joined += word
        if len(joined) > _LONGEST or not any(map(str.isdigit, word)):
            return
        if sum(map(str.isdigit, joined)) >= _SHORTEST:
            yield joined
