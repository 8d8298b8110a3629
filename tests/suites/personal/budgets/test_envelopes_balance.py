"""The envelopes of random books, entered by the services, hold exactly the money that is on the accounts."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.currencies.service import CurrencyService
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.books import CardHandling
from app.kernel.money import Currency, round_worth
from app.kernel.periods import Month
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import PersonalBookService, program_access
from app.suites.personal.budgets.service import EnvelopeService, MonthView
from app.suites.personal.categories.rules import CategoryType, Overspending
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import TransactionService
from tests import factories
from tests.factories.auth import UserFactory
from tests.factories.currencies import RateFactory
from tests.soak import SOAK

EXAMPLES = 300 if SOAK else 5
FIRST, MONTHS = date(2025, 12, 20), [Month(2025, 12).plus(n) for n in range(6)]
KINDS = (
    ("Banco", AccountType.CHECKING, Currency.COP),
    ("Visa", AccountType.CREDIT, Currency.COP),
    ("Master", AccountType.CREDIT, Currency.COP),
    ("Dólares", AccountType.SAVINGS, Currency.USD),
    ("Amex", AccountType.CREDIT, Currency.USD),
    ("Bolsa", AccountType.INVESTMENT, Currency.COP),
)


@pytest.fixture
def owner(database: None) -> Iterator[int]:
    """Somebody without a book, and rates of the dollar that change."""
    for n in range(12):
        RateFactory(date=FIRST + timedelta(days=9 * n), rate=str(4000 + 37 * n))
    assert factories.app is not None
    with factories.app.app_context():
        yield UserFactory().id


class RandomBook:
    """A book with accounts on both sides of the budget, filled at random."""

    def __init__(self, owner: int, random: Random) -> None:
        self.random = random
        handling = random.choice(list(CardHandling))
        context = make_context(db.session())
        book = PersonalBookService(context).open(
            owner, name="Al azar", card_handling=handling, month_start_day=random.choice([1, 25]), with_defaults=False
        )
        self.access = program_access(context, book.id)
        self.handling = handling
        self.accounts = {self._account(*kind): kind for kind in KINDS}
        categories = CategoryService(self.access)
        self.expenses = [self._category(categories, name, CategoryType.EXPENSE) for name in "ABC"]
        self.income = self._category(categories, "Salario", CategoryType.INCOME)
        self.envelopes = EnvelopeService(self.access)
        self.transactions = TransactionService(self.access)

    def fill(self, transactions: int) -> None:
        """Enter transactions, and assign money in some months."""
        for _ in range(transactions):
            self.transactions.create(**self._values())
        for month in self.random.sample(MONTHS, 3):
            assignments: Any = [
                {"category_id": one, "assigned": self._amount()}
                for one in [None, *self.random.sample(self.expenses, 2)]
            ]
            if self.handling is CardHandling.PAYMENT:
                assignments.append({"account_id": self._of_type(AccountType.CREDIT), "assigned": self._amount()})
            self.envelopes.assign(month, assignments, held=self._amount())

    def balances(self, view: MonthView) -> Decimal:
        """Balances at the end of a month of the accounts that hold the money of the envelopes."""
        own = {id_: currency for id_, (_, kind, currency) in self.accounts.items() if self._counts(kind)}
        found = AccountService(self.access).balances(list(own), view.date_to)
        rates = CurrencyService(self.access.context)
        total = Decimal(0)
        for account_id, amount in found.items():
            price = rates.price(own[account_id], Currency.COP, view.date_to)
            total += round_worth(price.worth(amount), Currency.COP)
        return total

    def _counts(self, kind: AccountType) -> bool:
        return kind.on_budget and (kind is not AccountType.CREDIT or self.handling is CardHandling.PLAIN)

    def _values(self) -> dict[str, Any]:
        kind = self.random.choice([*TransactionType, TransactionType.EXPENSE, TransactionType.EXPENSE])
        account, other = self.random.sample(list(self.accounts), 2)
        amount, day = self._amount(), FIRST + timedelta(days=self.random.randrange(130))
        values: dict[str, Any] = {"type": kind, "date": day, "amount": amount, "account_id": account}
        if kind is TransactionType.INCOME:
            return {**values, "category_id": self.random.choice([None, self.income])}
        if kind is TransactionType.TRANSFER:
            return {**values, **self._transfer(account, other, amount, day)}
        if self.random.random() < 0.3 and amount > 1:
            part = amount - 1
            second = {"amount": Decimal(1), "category_id": self.random.choice([None, *self.expenses])}
            if self.accounts[account][2] is self.accounts[other][2]:
                second = {"amount": Decimal(1), "account_id": other}
            return {**values, "splits": [{"amount": part, "category_id": self.random.choice(self.expenses)}, second]}
        refund = self.random.random() < 0.2
        excluded = self.random.random() < 0.1
        category = self.random.choice([None, *self.expenses])
        return {**values, "category_id": category, "is_refund": refund, "exclude_from_reports": excluded}

    def _transfer(self, account: int, other: int, amount: Decimal, day: date) -> dict[str, Any]:
        values: dict[str, Any] = {"to_account_id": other}
        if self.accounts[account][2] is not self.accounts[other][2]:
            values["to_amount"] = self._amount()
        if self.random.random() < 0.3 and amount > 1:
            values["splits"] = [{"amount": Decimal(1), "category_id": self.random.choice(self.expenses)}]
        if self.random.random() < 0.4:
            values["budget_category_id"] = self.random.choice(self.expenses)
        if self.random.random() < 0.3:
            values["to_date"] = day + timedelta(days=3)
        return values

    def _account(self, name: str, kind: AccountType, currency: Currency) -> int:
        opening = self._amount() if self.random.random() < 0.5 else Decimal(0)
        sign = -1 if kind is AccountType.CREDIT else 1
        values: Any = {"opening_balance": sign * opening, "opening_date": FIRST} if opening else {}
        opened = AccountService(self.access).create(name=name, type=kind, currency=currency, **values)
        return opened.record.id

    def _category(self, categories: CategoryService, name: str, kind: CategoryType) -> int:
        overspending = self.random.choice(list(Overspending))
        return categories.create(name=name, type=kind, overspending=overspending).record.id

    def _of_type(self, kind: AccountType) -> int:
        return self.random.choice([one for one, (_, own, _) in self.accounts.items() if own is kind])

    def _amount(self) -> Decimal:
        return Decimal(self.random.randint(1, 50_000)) / 100


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), transactions=st.integers(5, 25))
def test_the_envelopes_hold_the_money_on_the_accounts(owner: int, seed: int, transactions: int) -> None:
    book = RandomBook(owner, Random(seed))
    try:
        book.fill(transactions)
        for month in MONTHS:
            view = book.envelopes.get(month)
            held = sum((one.available for one in view.categories), Decimal(0)) + view.to_assign + view.held
            held += sum((one.available for one in view.cards), Decimal(0))
            lent = sum((one.credit_over for one in view.categories), Decimal(0))
            assert held + lent == book.balances(view), (month, book.handling)
    finally:
        db.session.rollback()
