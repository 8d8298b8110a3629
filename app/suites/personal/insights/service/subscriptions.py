"""Subscriptions: listing them, confirming and dismissing them, and making recurring transactions of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypedDict, Unpack

from app.infra.audit_events import record_event
from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Currency, in_digits
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.rules import CategoryFlag
from app.suites.personal.insights.models import Subscription, SubscriptionRecord
from app.suites.personal.insights.repository import SubscriptionFilter, SubscriptionRepository
from app.suites.personal.insights.rules.subscriptions import (
    ActiveService,
    Price,
    SubscriptionKind,
    SubscriptionStatus,
    change_of,
    services_twice,
)
from app.suites.personal.insights.service.facts import Facts
from app.suites.personal.insights.service.finding import InsightFinder
from app.suites.personal.recurring.rules import AmountMode, Every
from app.suites.personal.recurring.service import NewRecurring, RecurringService
from app.suites.personal.transactions.rules import TransactionType

BY_NAME = (Sort("name"), Sort("id"))
_ANSWERS = ("confirm", "dismiss", "to_recurring")


class SubscriptionFilters(TypedDict, total=False):
    """The criteria of a list of subscriptions."""

    kind: SubscriptionKind
    status: SubscriptionStatus
    account_id: int
    include_dismissed: bool


class SubscriptionChanges(TypedDict, total=False):
    """The answer of a payer: one of the three; `false` takes back the first two."""

    confirm: bool
    dismiss: bool
    to_recurring: bool


SubscriptionItem = Item[SubscriptionRecord]


class SubscriptionService(InBookService):
    """Shows the subscriptions of a book, which are found anew where the book has changed."""

    model: ClassVar = Subscription

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.subscriptions = SubscriptionRepository(access)

    def page(self, request: PageRequest, **filters: Unpack[SubscriptionFilters]) -> Page[SubscriptionItem]:
        """One page of those that were not dismissed, by name."""
        InsightFinder(self.access).refresh()
        criteria = SubscriptionFilter(
            is_dismissed=None if filters.get("include_dismissed") else False,
            kind=filters.get("kind"),
            status=filters.get("status"),
            account_id=filters.get("account_id"),
        )
        found = self.subscriptions.page(
            criteria, replace(request, sort=request.sort or self.subscriptions.usual_sort(BY_NAME))
        )
        return Page(self._shown(list(found.items)), found.total, request)

    def answer(self, subscription_id: int, **changes: Unpack[SubscriptionChanges]) -> SubscriptionItem:
        """Store what a payer says of a subscription, or make a recurring transaction of it."""
        row = self.subscriptions.get_for_update(subscription_id)
        if sum(name in changes for name in _ANSWERS) != 1:
            raise Invalid("Send one of confirm, dismiss and to_recurring.", code="one_answer")
        values: dict[str, object] = {}
        if "to_recurring" in changes:
            if not changes["to_recurring"]:
                raise Invalid.field("to_recurring", "Must be true.")
            values = {"recurring_id": self._made_recurring(row), "is_confirmed": True, "is_dismissed": False}
        elif "confirm" in changes:
            values = {"is_confirmed": changes["confirm"], **({"is_dismissed": False} if changes["confirm"] else {})}
        else:
            values = {"is_dismissed": changes["dismiss"], **({"is_confirmed": False} if changes["dismiss"] else {})}
        self.subscriptions.change(row, values)
        session, book_id = self.access.session, self.access.book_id
        record_event(session, "answered", "subscriptions", subscription_id, {**changes}, book_id=book_id)
        return self._shown([self.subscriptions.get(subscription_id)])[0]

    def _made_recurring(self, row: Subscription) -> int:
        """Make a recurring transaction that goes on with the next charge, and return its id."""
        if row.recurring_id is not None:
            raise Conflict("It is a recurring transaction already.", code="already_recurring")
        if row.status is SubscriptionStatus.CANCELLED or row.next_date is None:
            raise Conflict("No more charges are expected.", code="subscription_cancelled")
        every, currency = Every(row.frequency, row.interval), Currency(row.currency)
        calendar = every.calendar(row.next_date)
        values: NewRecurring = {
            "template_name": row.name,
            "frequency": row.frequency,
            "interval": row.interval,
            "start_date": calendar.occurrence(calendar.index_on_or_after(self.access.today)),
            "transaction_data": {
                "type": TransactionType.EXPENSE,
                "amount": in_digits(row.amount, currency),
                "account_id": row.account_id,
                "category_id": row.category_id,
                "payee_id": row.payee_id,
                "description": row.name,
            },
        }
        if row.kind is SubscriptionKind.BILL:
            values["amount_mode"] = AmountMode.ESTIMATE
            values["min_amount"] = min(in_digits(row.min_amount, currency), in_digits(row.amount, currency))
            values["max_amount"] = max(in_digits(row.max_amount, currency), in_digits(row.amount, currency))
        return RecurringService(self.access).create(**values)

    def _shown(self, records: Sequence[SubscriptionRecord]) -> list[SubscriptionItem]:
        active = [
            ActiveService(one.id, one.payee, one.account_id, one.category_id)
            for one in self.subscriptions.all()
            if one.is_current and not one.is_dismissed and one.status is SubscriptionStatus.ACTIVE
        ]
        twice = services_twice(active, Facts(self.access).flagged(CategoryFlag.SUBSCRIPTION))
        return [_item(one, twice.get(one.id, [])) for one in records]


def _item(one: SubscriptionRecord, duplicates: list[int]) -> SubscriptionItem:
    currency, prices = one.currency, [_price(price, one.currency) for price in one.price_history]
    record = one._replace(
        amount=in_digits(one.amount, currency),
        min_amount=in_digits(one.min_amount, currency),
        max_amount=in_digits(one.max_amount, currency),
        yearly_cost=in_digits(one.yearly_cost, currency),
    )
    change = change_of(prices, Every(one.frequency, one.interval), currency)
    return Item(record, {"price_history": prices, "price_change": change, "duplicates": duplicates})


def _price(stored: Mapping[str, str | int], currency: Currency) -> Price:
    since, until = (date.fromisoformat(str(stored[name])) for name in ("since", "until"))
    return Price(in_digits(Decimal(str(stored["amount"])), currency), since, until, int(stored["charges"]))
