"""Occurrences that lines of a bank bring before they are entered."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.infra.books import BookAccess
from app.suites.personal.recurring.models import Recurring, Scheduled
from app.suites.personal.recurring.repository import RecurringSplitRepository
from app.suites.personal.recurring.rules import Occurrence
from app.suites.personal.recurring.service.posting import OccurrencePoster
from app.suites.personal.recurring.service.reading import RecurringReader
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import NewTransaction

Key = tuple[int, int]
"""Id of a recurring transaction, and the number of an occurrence."""


class ExpectedMovement(NamedTuple):
    """An occurrence still to come, as the statement of an account will show it."""

    recurring_id: int
    occurrence: int
    date: date
    least: Decimal
    most: Decimal
    """Signed amounts between which a line is this occurrence."""
    text: str
    payee_id: int | None

    @property
    def key(self) -> Key:
        """The occurrence."""
        return self.recurring_id, self.occurrence


class OccurrenceClaiming:
    """Lets lines of a bank be occurrences of a book, each once."""

    def __init__(self, access: BookAccess) -> None:
        self.reader = RecurringReader(access)
        self.poster = OccurrencePoster(access)
        self.splits = RecurringSplitRepository(access)

    def lock(self, account_ids: Collection[int]) -> None:
        """Keep the job from entering occurrences of these accounts until the end of the transaction."""
        self.reader.recurring.lock_of_accounts(account_ids)

    def expected(self, account_id: int, first: date, last: date) -> list[ExpectedMovement]:
        """Occurrences of these days that move money of an account and that nobody has handled."""
        coming = [one for one in self.reader.scheduled(first, last) if not one.is_handled]
        mine = [one for one in coming if account_id in (one.account_id, one.to_account_id)]
        split = self.splits.of({one.recurring_id for one in mine}) if mine else {}
        currencies = self.reader.currencies()
        found = (
            _movement(
                one,
                account_id,
                is_plain=one.recurring_id not in split
                and currencies[one.account_id] is currencies[one.to_account_id or one.account_id],
            )
            for one in mine
        )
        return [one for one in found if one is not None]

    def claim(self, wanted: Mapping[Key, tuple[date, Decimal]]) -> dict[Key, NewTransaction]:
        """Handle occurrences by lines of these days and amounts; returns the transactions that they become.

        One that was handled meanwhile is not among them.
        """
        found: dict[Key, NewTransaction] = {}
        for row in self.reader.recurring.lock_all({recurring_id for recurring_id, _ in wanted}) if wanted else ():
            own = {number: given for (recurring_id, number), given in wanted.items() if recurring_id == row.id}
            lines = [Occurrence(number, day) for number, (day, _) in sorted(own.items())]
            new = self.poster.occurrences.claim(row.id, lines)
            for one in lines:
                if one.number in new:
                    found[row.id, one.number] = self._values(row, one, own[one.number][1])
            self._renew(row)
        return found

    def release(self, keys: Collection[Key]) -> None:
        """Let occurrences be due again, as when the import that brought them is undone."""
        numbers: dict[int, list[int]] = {}
        for recurring_id, number in keys:
            numbers.setdefault(recurring_id, []).append(number)
        for row in self.reader.recurring.lock_all(numbers.keys()) if numbers else ():
            for number in sorted(numbers[row.id], reverse=True):
                self.poster.occurrences.release(row.id, number)
                if row.handled == number:
                    row.handled = max(row.numbered_from, number - 1)
            self._renew(row)

    def _values(self, row: Recurring, one: Occurrence, amount: Decimal) -> NewTransaction:
        """The transaction of a template, with the amount of the line; parts of another amount are left out."""
        values = self.poster.values(row, one, amount)
        if amount != row.amount:
            values["splits"] = []
        return values

    def _renew(self, row: Recurring) -> None:
        self.reader.recurring.change(row, {"next_occurrence": self.poster.next_day(row)})


def _movement(one: Scheduled, account_id: int, *, is_plain: bool) -> ExpectedMovement | None:
    """The movement of an account; None where a transfer arrives as another amount than it left."""
    arrives = one.to_account_id == account_id
    if arrives and not is_plain:
        return None
    sign = 1 if arrives or one.type is TransactionType.INCOME else -1
    bounds = (one.least, one.most) if is_plain or one.type is not TransactionType.TRANSFER else (one.amount, one.amount)
    least, most = sorted(sign * bound for bound in bounds)
    text = one.description or one.template_name
    return ExpectedMovement(one.recurring_id, one.occurrence, one.date, least, most, text, one.payee_id)
