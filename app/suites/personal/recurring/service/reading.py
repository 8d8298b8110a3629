"""Lists of recurring transactions, and their occurrences between two days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Unpack

from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.errors import Invalid
from app.kernel.money import Currency, in_digits, without_zeros
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import InBookService
from app.suites.personal.recurring.models import Recurring, RecurringRecord, RecurringSplitRecord, Scheduled
from app.suites.personal.recurring.queries import EnteredQueries
from app.suites.personal.recurring.repository import (
    OccurrenceRepository,
    RecurringFilter,
    RecurringRepository,
)
from app.suites.personal.recurring.rules import Every, ExpectedMovement, TransactionType, yearly_cost
from app.suites.personal.recurring.service.encrypting import RecurringCipher, SplitStore
from app.suites.personal.recurring.service.values import (
    RecurringFilters,
    TemplateData,
    UpcomingFilters,
    amounts_of,
    series_of,
)

IN_ORDER = (Sort("next_occurrence"),)
AHEAD = timedelta(days=30)
MOST_DAYS = 366
RecurringItem = Item[RecurringRecord]


class RecurringReader(InBookService):
    """Reads the recurring transactions of a book."""

    model: ClassVar = Recurring

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.recurring = RecurringRepository(access)
        self.splits = SplitStore(access)
        self.cipher = RecurringCipher(access)
        self.occurrences = OccurrenceRepository(access)
        self.entered = EnteredQueries(access.session, access.book_id)
        self.accounts = AccountService(access)
        self._known: dict[int, Currency] = {}

    def page(self, request: PageRequest, **filters: Unpack[RecurringFilters]) -> Page[RecurringItem]:
        """One page, with the next dates of each; those that are due first come first."""
        asked = replace(request, sort=request.sort or IN_ORDER)
        found = self.recurring.page(RecurringFilter(**filters), asked)
        return Page(self._shown(list(found.items)), found.total, request)

    def get(self, recurring_id: int) -> RecurringItem:
        """One recurring transaction with its next dates."""
        return self._shown([self.recurring.get(recurring_id)])[0]

    def scheduled(self, first: date, last: date) -> list[Scheduled]:
        """The occurrences of these days, in the order of days; also those that were entered already.

        The amount of each is what is expected now, by the mode of its amounts.
        """
        active = self.recurring.active()
        ids = [one.id for one in active]
        ahead, expected = self.occurrences.ahead(ids), self.expected(active)
        currencies = self.currencies()
        found = [
            scheduled_of(one, number, day, expected[one.id], currencies[one.account_id], ahead.get(one.id, ()))
            for one in active
            for number, day in series_of(one).between(first, last)
        ]
        return sorted(found, key=lambda one: (one.date, one.recurring_id, one.occurrence))

    def named_payees(self) -> set[int]:
        """Ids of the payees of all recurring transactions."""
        return self.recurring.named_payees()

    def upcoming(self, request: PageRequest, **filters: Unpack[UpcomingFilters]) -> Page[Scheduled]:
        """One page of the occurrences of these days that are still to come, by default of the next thirty days."""
        first = filters.get("date_from", self.access.today)
        last = filters.get("date_to", max(first, self.access.today) + AHEAD)
        require_order(first, last)
        if (last - first).days > MOST_DAYS:
            raise Invalid.field("date_to", f"Must be at most {MOST_DAYS} days later.")
        of_account = filters.get("account_id")
        found = [
            one
            for one in self.scheduled(first, last)
            if not one.is_handled and of_account in {None, one.account_id, one.to_account_id}
        ]
        return Page(found[request.span], len(found), request)

    def expected(self, records: Sequence[RecurringRecord]) -> dict[int, Decimal]:
        """The amounts of the next occurrences, by the ids of these recurring transactions."""
        entered, currencies = self.entered.amounts([one.id for one in records]), self.currencies()
        return {
            one.id: amounts_of(one).expected(
                [before.amount for before in entered.get(one.id, [])], currencies[one.account_id]
            )
            for one in records
        }

    def currencies(self) -> dict[int, Currency]:
        """Currencies of the accounts of the book."""
        if not self._known:
            self._known = {account_id: currency for account_id, (_, currency) in self.accounts.all_keys().items()}
        return self._known

    def _shown(self, records: Sequence[RecurringRecord]) -> list[RecurringItem]:
        ids = [one.id for one in records]
        ahead, splits = self.occurrences.ahead(ids), self.splits.of(ids)
        expected, currencies = self.expected(records), self.currencies()
        return [
            self._item(one, splits.get(one.id, []), expected[one.id], currencies[one.account_id], ahead.get(one.id, ()))
            for one in records
        ]

    def _item(
        self,
        one: RecurringRecord,
        splits: Sequence[RecurringSplitRecord],
        expected: Decimal,
        currency: Currency,
        ahead: Collection[int],
    ) -> RecurringItem:
        own = {name: getattr(one, name) for name in TemplateData._fields if name != "splits"}
        own |= self.cipher.texts(one)
        own["amount"] = in_digits(one.amount, currency)
        own["to_amount"] = None if one.to_amount is None else without_zeros(one.to_amount)
        parts = [part._replace(amount=in_digits(part.amount, currency)) for part in splits]
        least, most = (None if each is None else in_digits(each, currency) for each in (one.min_amount, one.max_amount))
        return Item(
            one._replace(min_amount=least, max_amount=most),
            {
                "transaction_data": TemplateData(splits=parts, **own),
                "currency": currency,
                "expected_amount": in_digits(expected, currency),
                "next_dates": series_of(one, ahead).next_dates() if one.is_active else [],
                "yearly_cost": yearly_cost(expected, Every(one.frequency, one.interval), currency),
            },
        )


def is_plain(one: Scheduled, split: Collection[int], currencies: Mapping[int, Currency]) -> bool:
    """Whether as much arrives as leaves, in one currency."""
    target = one.account_id if one.to_account_id is None else one.to_account_id
    return one.recurring_id not in split and currencies[one.account_id] is currencies[target]


def movement_of(one: Scheduled, account_id: int, *, is_plain: bool) -> ExpectedMovement | None:
    """The movement of an account; None where a transfer arrives as another amount than it left."""
    arrives = one.to_account_id == account_id
    if arrives and not is_plain:
        return None
    sign = 1 if arrives or one.type is TransactionType.INCOME else -1
    bounds = (one.least, one.most) if is_plain or one.type is not TransactionType.TRANSFER else (one.amount, one.amount)
    least, most = sorted(sign * bound for bound in bounds)
    return ExpectedMovement(
        recurring_id=one.recurring_id,
        occurrence=one.occurrence,
        type=one.type,
        account_id=account_id,
        date=one.date,
        least=least,
        most=most,
        text=one.description or one.template_name,
        payee_id=one.payee_id,
    )


def scheduled_of(
    one: RecurringRecord | Recurring,
    number: int,
    day: date,
    expected: Decimal,
    currency: Currency,
    ahead: Collection[int],
) -> Scheduled:
    """An occurrence with the transaction that is expected then."""
    least, most = (expected if each is None else each for each in (one.min_amount, one.max_amount))
    return Scheduled(
        recurring_id=one.id,
        template_name=one.template_name,
        occurrence=number,
        date=day,
        is_handled=number <= one.handled or number in ahead,
        type=one.type,
        amount=in_digits(expected, currency),
        currency=currency,
        least=in_digits(least, currency),
        most=in_digits(most, currency),
        account_id=one.account_id,
        to_account_id=one.to_account_id,
        category_id=one.category_id,
        payee_id=one.payee_id,
        description=one.description,
    )
