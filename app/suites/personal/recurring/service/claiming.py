"""Occurrences that lines of a bank bring before they are entered."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from app.infra.books import BookAccess
from app.suites.personal.recurring.models import Recurring
from app.suites.personal.recurring.repository import RecurringSplitRepository
from app.suites.personal.recurring.rules import ExpectedMovement, Key, Occurrence
from app.suites.personal.recurring.service.posting import OccurrencePoster
from app.suites.personal.recurring.service.reading import RecurringReader, is_plain, movement_of
from app.suites.personal.transactions.service import NewTransaction, TransactionChanges
from app.suites.personal.transactions.service.writing import Changing


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
        found = (movement_of(one, account_id, is_plain=is_plain(one, split, currencies)) for one in mine)
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

    def take(self, transactions: Mapping[Key, tuple[date, int]]) -> dict[int, tuple[int, int]]:
        """Let transactions of these days be occurrences; returns the versions of each before and now."""
        numbers = {recurring_id: set[int]() for recurring_id, _ in transactions}
        for recurring_id in numbers:
            lines = [Occurrence(key[1], day) for key, (day, _) in transactions.items() if key[0] == recurring_id]
            numbers[recurring_id] = self.poster.occurrences.claim(recurring_id, lines)
        writer = self.poster.transactions.writer
        named = {row_id: key for key, (_, row_id) in transactions.items() if key[1] in numbers[key[0]]}
        changing = []
        for one in writer.stored(named.keys()) if named else ():
            recurring_id, occurrence = named[one.record.id]
            state: TransactionChanges = {**one.state, "recurring_id": recurring_id, "occurrence": occurrence}
            changing.append(Changing(one, writer.draft(state, one)))
        writer.update(changing)
        now = writer.transactions.existing(named.keys()) if named else {}
        return {one.stored.record.id: (one.stored.record.version, now[one.stored.record.id]) for one in changing}

    def release(self, keys: Collection[Key]) -> None:
        """Let occurrences be due again, as when the import that brought them is undone."""
        numbers: dict[int, list[int]] = {}
        for recurring_id, number in keys:
            numbers.setdefault(recurring_id, []).append(number)
        for row in self.reader.recurring.lock_all(numbers.keys()) if numbers else ():
            for number in numbers[row.id]:
                self.poster.occurrences.release(row.id, number)
            row.handled = min(row.handled, max(row.numbered_from, min(numbers[row.id]) - 1))
            self._renew(row)

    def _values(self, row: Recurring, one: Occurrence, amount: Decimal) -> NewTransaction:
        """The transaction of a template, with the amount of the line; parts of another amount are left out."""
        values = self.poster.values(row, one, amount)
        if amount != row.amount:
            values["splits"] = []
        return values

    def _renew(self, row: Recurring) -> None:
        self.reader.recurring.change(row, {"next_occurrence": self.poster.next_day(row)})
