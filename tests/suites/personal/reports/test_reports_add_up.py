"""All reports of random books are plain sums of what was entered: several currencies, refunds, splits, exclusions."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency, round_worth
from app.kernel.paging import PageRequest
from app.kernel.periods import DateRange
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.reports.rules.summary import ReportPeriod
from app.suites.personal.reports.service import (
    CashFlowReports,
    CategoryReports,
    LineReports,
    SummaryReports,
    WorthReports,
)
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import TransactionService
from tests import factories
from tests.factories.currencies import RateFactory
from tests.factories.personal import Person
from tests.soak import daily

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(73)]
RATES = {FIRST: Decimal("4000.123457"), date(2026, 2, 10): Decimal("4111.5"), date(2026, 3, 1): Decimal("3900.000001")}
TAGS = ("viaje", "casa", "trabajo")


def rate_of(day: date) -> Decimal:
    """The rate of the dollar on a day."""
    return next(rate for since, rate in sorted(RATES.items(), reverse=True) if since <= day)


class RandomBook:
    """A book with random transactions, and plain lists of its lines."""

    def __init__(self, access: Any, chance: random.Random) -> None:
        self.access, self.chance = access, chance
        accounts = AccountService(access)
        self.currencies: dict[int, Currency] = {}
        for name, kind, currency, opening in (
            ("Banco", AccountType.CHECKING, Currency.COP, "150000.50"),
            ("Tarjeta", AccountType.CREDIT, Currency.COP, "-20000"),
            ("Dólares", AccountType.SAVINGS, Currency.USD, "80.25"),
        ):
            made = accounts.create(
                name=name,
                type=kind,
                currency=currency,
                opening_balance=Decimal(opening),
                opening_date=chance.choice([None, FIRST]),
            )
            self.currencies[made.record.id] = currency
        accounts.create(
            name="Casa", type=AccountType.PROPERTY, opening_balance=Decimal(9), opening_date=date(2026, 2, 3)
        )
        types = CategoryService(access).types()
        self.of = {kind: [one for one, of in types.items() if of is kind] for kind in CategoryType}
        self.lines: list[dict[str, Any]] = []

    def enter(self) -> None:
        """Enter a random transaction and note its lines."""
        chance = self.chance
        kind = chance.choice([TransactionType.INCOME, *[TransactionType.EXPENSE] * 3, TransactionType.TRANSFER])
        account, other = chance.sample(list(self.currencies), 2)
        amount, day = Decimal(chance.randint(300, 90_000)) / 100, chance.choice(DAYS)
        values: Any = {"type": kind, "date": day, "amount": amount, "account_id": account}
        values["tags"] = chance.sample(TAGS, chance.randint(0, 2))
        values["exclude_from_reports"] = chance.random() < 0.15
        if kind is TransactionType.TRANSFER:
            values["to_account_id"] = other
            if self.currencies[account] is not self.currencies[other]:
                values["to_amount"] = Decimal(chance.randint(100, 90_000)) / 100
            elif chance.random() < 0.5:
                fee = {"amount": Decimal("1.07"), "category_id": chance.choice(self.of[CategoryType.EXPENSE])}
                values["splits"] = [fee]
                self._note(values, CategoryType.EXPENSE, fee["category_id"], fee["amount"], ())
        else:
            of = CategoryType(kind.value)
            refund = values["is_refund"] = kind is TransactionType.EXPENSE and chance.random() < 0.2
            sign = -1 if refund else 1
            if chance.random() < 0.4:
                part = (amount / 3).quantize(Decimal("0.01"))
                tag = chance.choice(TAGS)
                values["splits"] = [
                    {"amount": part, "category_id": chance.choice(self.of[of]), "tags": [tag]},
                    {"amount": amount - part, "category_id": chance.choice([None, *self.of[of]])},
                ]
                for one in values["splits"]:
                    self._note(values, of, one["category_id"], sign * one["amount"], one.get("tags", ()))
            else:
                values["category_id"] = chance.choice([None, *self.of[of]])
                self._note(values, of, values["category_id"], sign * amount, ())
        TransactionService(self.access).create(**values)

    def _note(
        self, values: dict[str, Any], kind: CategoryType, category: int | None, amount: Decimal, tags: Any
    ) -> None:
        currency = self.currencies[values["account_id"]]
        worth = amount if currency is Currency.COP else amount * rate_of(values["date"])
        self.lines.append(
            {
                "kind": kind,
                "category": category,
                "date": values["date"],
                "worth": worth,
                "account": values["account_id"],
                "tags": {*values["tags"], *tags},
                "excluded": values["exclude_from_reports"],
            }
        )

    def sum(self, kind: CategoryType, days: DateRange, **wanted: Any) -> Decimal:
        """Rounded sum of the noted lines."""
        return round_worth(self.exact(kind, days, **wanted), Currency.COP)

    def exact(self, kind: CategoryType, days: DateRange, *, excluded: bool = False, **wanted: Any) -> Decimal:
        """Sum of the noted lines."""
        found = [
            one["worth"]
            for one in self.lines
            if one["kind"] is kind
            and days.contains(one["date"])
            and one["excluded"] is excluded
            and all(value in one[name] if name == "tags" else one[name] == value for name, value in wanted.items())
        ]
        return sum(found, Decimal(0))


@pytest.mark.parametrize("seed", daily(1, 2))
def test_all_reports_of_a_random_book_say_the_same(ana: Person, seed: int) -> None:
    for day, rate in RATES.items():
        RateFactory(date=day, rate=rate)
    assert factories.app is not None
    with factories.app.app_context():
        access = program_access(make_context(db.session()), ana.book_id)
        book = RandomBook(access, random.Random(seed))
        for _ in range(45):
            book.enter()
        days = DateRange(date(2026, 1, 20), date(2026, 3, 10))
        income, expenses = (book.sum(kind, days) for kind in CategoryType)
        _check_summary(access, book, days, (income, expenses))
        _check_categories(access, book, days, (income, expenses))
        _check_lines(access, book, days, (income, expenses))
        _check_flow(access, book, days)


def _check_summary(access: Any, book: RandomBook, days: DateRange, result: tuple[Decimal, Decimal]) -> None:
    summary = SummaryReports([access], None, None).summary(None, days.start, days.end)
    assert (summary.income, summary.expenses) == result
    change = summary.change
    before = WorthReports(access).on(days.start - timedelta(days=1)).net_worth
    assert summary.net_worth == AccountService(access).totals(days.end).totals["net_worth"]  # type: ignore[index]  # there are rates
    assert change.total == summary.net_worth - before
    assert change.total == sum(
        (change.net, change.excluded, change.contributions, change.valuations, change.reconciliations),
        change.opening + change.transfers + change.fx_effect,
    )
    excluded = [book.exact(kind, days, excluded=True) for kind in CategoryType]
    assert change.excluded == round_worth(excluded[0] - excluded[1], Currency.COP)
    assert (change.opening, change.transfers) == (9, 0)
    of_account = SummaryReports([access], None, (next(iter(book.currencies)),)).summary(None, days.start, days.end)
    assert of_account.expenses == book.sum(CategoryType.EXPENSE, days, account=next(iter(book.currencies)))
    everything = SummaryReports([access], None, None).summary(ReportPeriod.ALL)
    assert everything.previous is None


def _check_categories(access: Any, book: RandomBook, days: DateRange, result: tuple[Decimal, Decimal]) -> None:
    reports = CategoryReports(access)
    report = reports.by_category(days, depth=4)
    assert (report.income, report.expenses) == result
    for kind, total in zip(CategoryType, result, strict=True):
        assert sum((one.amount for one in report.items if one.type is kind), Decimal(0)) == total
    months = [one for one in reports.monthly() if one.month == reports.calendar.month_of(access.today)]
    assert all(one.net == one.income - one.expenses for one in months)


def _check_lines(access: Any, book: RandomBook, days: DateRange, result: tuple[Decimal, Decimal]) -> None:
    reports = LineReports(access)
    tags = reports.tags(PageRequest(per_page=100), days)
    for one in tags.items:
        wanted: dict[str, Any] = {"tags": one.tag} if one.tag is not None else {}
        if one.tag is not None:
            assert (one.income, one.expenses) == tuple(book.sum(kind, days, **wanted) for kind in CategoryType)
    payees = list(reports.payees(PageRequest(per_page=100), days).items)
    assert (payees[0].payee_id, payees[0].income, payees[0].expenses) == (None, *result)


def _check_flow(access: Any, book: RandomBook, days: DateRange) -> None:
    flow = CashFlowReports(access).cash_flow(days, tuple(book.currencies))
    parts: dict[str, Decimal] = defaultdict(Decimal)
    for month in flow.months:
        moved = month.income - month.expenses + month.transfers + month.other + month.fx_effect
        assert month.opening_balance + moved == month.closing_balance
        for name in ("income", "expenses"):
            parts[name] += getattr(month, name)
    whole = tuple(book.sum(kind, days) for kind in CategoryType)
    assert (flow.income, flow.expenses) == (parts["income"], parts["expenses"]) == whole
    assert flow.closing_balance == WorthReports(access).on(days.end, flow.accounts).net_worth
