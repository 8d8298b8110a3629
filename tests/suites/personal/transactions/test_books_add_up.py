"""Balances, registers and totals of a random book are plain sums of what was entered, changed and deleted."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import TransactionReader, TransactionService
from tests import factories
from tests.factories.personal import Person

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
UNBALANCED = text(
    "SELECT count(*) FROM (SELECT FROM lines WHERE book_id = :book"
    " GROUP BY entry_id, currency HAVING sum(amount) <> 0) unbalanced"
)
KINDS = (TransactionType.INCOME, TransactionType.EXPENSE, TransactionType.TRANSFER)


class Book:
    """A book, and a plain list of what is in it."""

    def __init__(self, access: Any, chance: random.Random) -> None:
        self.chance = chance
        self.access = access
        self.transactions = TransactionService(access)
        opened = AccountService(access)
        self.accounts = [
            opened.create(name=name, type=kind, currency=Currency.COP).record.id
            for name, kind in (
                ("Banco", AccountType.CHECKING),
                ("Tarjeta", AccountType.CREDIT),
                ("Caja", AccountType.CASH),
            )
        ]
        types = CategoryService(access).types()
        self.categories = {kind: [one for one, of in types.items() if of is kind] for kind in CategoryType}
        self.rows: dict[int, dict[str, Any]] = {}

    def values(self) -> dict[str, Any]:
        """Values of a random transaction."""
        kind = self.chance.choice(KINDS)
        account, other = self.chance.sample(self.accounts, 2)
        amount = Decimal(self.chance.randint(2, 100_000)) / 100
        values: dict[str, Any] = {
            "type": kind,
            "date": self.chance.choice(DAYS),
            "amount": amount,
            "account_id": account,
            "splits": [],
            "category_id": None,
            "to_account_id": None,
            "is_refund": False,
        }
        of = self.categories[CategoryType.INCOME if kind is TransactionType.INCOME else CategoryType.EXPENSE]
        if kind is TransactionType.TRANSFER:
            return {**values, "to_account_id": other}
        if self.chance.random() < 0.3:
            part = amount - Decimal("0.01")
            splits = [
                {"amount": part, "category_id": self.chance.choice(of)},
                {"amount": amount - part, "account_id": other},
            ]
            return {**values, "splits": splits}
        refund = kind is TransactionType.EXPENSE and self.chance.random() < 0.2
        return {**values, "category_id": self.chance.choice([None, *of]), "is_refund": refund}

    def step(self) -> None:
        """Enter, change or delete a transaction."""
        if self.rows and self.chance.random() < 0.4:
            row_id = self.chance.choice(list(self.rows))
            if self.chance.random() < 0.5:
                self.transactions.delete(row_id)
                del self.rows[row_id]
                return
            values = self.values()
            self.transactions.update(row_id, **values)
        else:
            values = self.values()
            row_id = self.transactions.create(**values)
        self.rows[row_id] = values

    def gains(self, account_id: int) -> list[tuple[date, Decimal]]:
        """Day and gain of an account by each transaction."""
        found = []
        for values in self.rows.values():
            sign = 1 if values["type"] is TransactionType.INCOME or values["is_refund"] else -1
            gain = sign * values["amount"] * (values["account_id"] == account_id)
            gain += values["amount"] * (values["to_account_id"] == account_id)
            gain -= sign * sum(one["amount"] for one in values["splits"] if one.get("account_id") == account_id)
            found.append((values["date"], gain))
        return found


def test_a_random_book_adds_up(ana: Person) -> None:
    assert factories.app is not None
    with factories.app.app_context():
        access = program_access(make_context(db.session()), ana.book_id)
        book = Book(access, random.Random(7))
        for _ in range(60):
            book.step()
        accounts, reader = AccountService(access), TransactionReader(access)
        for account_id in book.accounts:
            gains = book.gains(account_id)
            for day in DAYS[::13]:
                balance = accounts.balances([account_id], day).get(account_id, Decimal(0))
                assert balance == sum((gain for on, gain in gains if on <= day), Decimal(0))
            listed = list(reader.page(PageRequest(per_page=100), account_id=account_id).items)
            running = Decimal(0)
            for one in reversed(listed):
                running += Decimal(str(one.extra["signed_amount"]))
                assert one.extra["running_balance"] == running
        totals = reader.page(PageRequest()).extra["totals"]
        income = sum(
            (
                one["amount"] - sum(part["amount"] for part in one["splits"] if "account_id" in part)
                for one in book.rows.values()
                if one["type"] is TransactionType.INCOME
            ),
            Decimal(0),
        )
        spent = sum(
            (
                -one["amount"]
                if one["is_refund"]
                else one["amount"] - sum(part["amount"] for part in one["splits"] if "account_id" in part)
                for one in book.rows.values()
                if one["type"] is TransactionType.EXPENSE
            ),
            Decimal(0),
        )
        assert (totals.income, totals.expenses, totals.net, totals.count) == (
            income,
            spent,
            income - spent,
            len(book.rows),
        )
        assert access.session.scalar(UNBALANCED, {"book": ana.book_id}) == 0


def test_totals_are_those_of_what_is_listed(ana: Person) -> None:
    """Compare each way in which they are found: kept sums, indexes, and rows."""
    assert factories.app is not None
    with factories.app.app_context():
        access = program_access(make_context(db.session()), ana.book_id)
        book = Book(access, random.Random(11))
        for _ in range(60):
            book.step()
        _enter_what_is_rare(book)
        account, category = book.accounts[0], book.categories[CategoryType.EXPENSE][0]
        days = {"date_from": DAYS[5], "date_to": DAYS[30]}
        for filters in (
            {},
            days,
            *({"account_id": one, **more} for one in book.accounts for more in ({}, days)),
            *({"category_id": one, **more} for one in book.categories[CategoryType.EXPENSE] for more in ({}, days)),
            {"category_id": book.categories[CategoryType.INCOME][0]},
            {"account_id": account, "category_id": category},
            {"tag": "rare"},
            {"tag": "rare", "category_id": category},
            {"amount_min": Decimal(1), "amount_max": Decimal(300)},
        ):
            assert _totals_found(access, filters) == _totals_listed(access, filters), filters


def _enter_what_is_rare(book: Book) -> None:
    """Fees of transfers, days of their own for arrivals, parts of one category, what is not reported, and tags."""
    bank, card, wallet = book.accounts
    first, second = book.categories[CategoryType.EXPENSE][:2]
    usual = {"date": DAYS[5], "amount": Decimal(100), "account_id": bank, "tags": ["rare"]}
    parts = [{"amount": Decimal(30), "category_id": first}, {"amount": Decimal(70), "category_id": first}]
    spent = {**usual, "type": TransactionType.EXPENSE}
    fees = [{"amount": Decimal(3), "category_id": first}, {"amount": Decimal(2), "category_id": second}]
    moved = {**usual, "type": TransactionType.TRANSFER, "to_account_id": card, "splits": fees}
    for values in (
        {**spent, "splits": parts},
        {**spent, "splits": [{"amount": Decimal(100), "account_id": wallet}]},
        {**spent, "category_id": first, "exclude_from_reports": True},
        {**spent, "splits": parts, "exclude_from_reports": True},
        {**moved, "date": DAYS[4], "to_date": DAYS[6]},
        {**moved, "date": DAYS[30], "to_date": DAYS[31]},
    ):
        book.transactions.create(**values)


def _totals_found(access: Any, filters: dict[str, Any]) -> tuple[Any, ...]:
    found = TransactionReader(access).page(PageRequest(), **filters).extra["totals"]
    return found.income, found.expenses, found.transfers, found.count


def _totals_listed(access: Any, filters: dict[str, Any]) -> tuple[Any, ...]:
    """The totals, added up from the transactions of the list."""
    items = list(TransactionReader(access).page(PageRequest(per_page=100), **filters).items)
    below = CategoryService(access).tree().below(filters["category_id"]) if "category_id" in filters else None
    sums = {kind: Decimal(0) for kind in KINDS}
    for one in items:
        record = one.record
        splits: Any = one.extra["splits"]
        parts = [(part.category_id, part.amount) for part in splits if part.account_id is None]
        if not record.is_split and record.type is not TransactionType.TRANSFER:
            parts.append((record.category_id, record.amount))
        kind = TransactionType.INCOME if record.type is TransactionType.INCOME else TransactionType.EXPENSE
        for category_id, amount in parts:
            if not record.exclude_from_reports and (below is None or category_id in below):
                sums[kind] += -amount if record.is_refund else amount
    transfers = sum(one.record.type is TransactionType.TRANSFER for one in items)
    return sums[TransactionType.INCOME], sums[TransactionType.EXPENSE], transfers, len(items)
