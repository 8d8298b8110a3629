"""Random books for the envelopes, and their balances by another way than that of the program."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from app.kernel.books import CardHandling
from app.kernel.currencies import Currency
from app.kernel.money import round_worth
from app.kernel.periods import Month, MonthCalendar
from app.suites.personal.budgets.rules.envelopes import Envelopes, MonthPlan
from app.suites.personal.budgets.rules.flows import Book, BudgetAccount, Cell, Kind, envelopes_of

D = Decimal
EUR, USD, KWD = Currency.EUR, Currency.USD, Currency.KWD
CASH, SAVINGS, CARD, OTHER_CARD, DOLLARS, DOLLAR_CARD = range(1, 7)
ACCOUNTS = {
    one.id: one
    for one in (
        BudgetAccount(CASH, EUR),
        BudgetAccount(SAVINGS, EUR),
        BudgetAccount(CARD, EUR, is_card=True),
        BudgetAccount(OTHER_CARD, EUR, is_card=True),
        BudgetAccount(DOLLARS, USD),
        BudgetAccount(DOLLAR_CARD, USD, is_card=True),
    )
}
AT_HOME = {id_: one for id_, one in ACCOUNTS.items() if one.currency is EUR}
FIRST, LAST = Month(2025, 11), Month(2026, 4)
CATEGORIES = (1, 2, 3)


class Case(NamedTuple):
    """A book with its postings and assignments."""

    book: Book
    cells: list[Cell]
    plans: dict[Month, MonthPlan]
    carrying: frozenset[int | None]

    @property
    def envelopes(self) -> Envelopes:
        """Its envelopes."""
        return envelopes_of(self.book, self.cells, self.plans, self.carrying, month_rate, LAST)

    def balances(self, month: Month) -> Decimal:
        """Balances of all accounts of the budget at the month's end; of cash accounts only, where cards are paid."""
        last = self.book.calendar.days(month).end
        total = D(0)
        for account in self.book.accounts.values():
            if account.is_card and self.book.handling is CardHandling.PAYMENT:
                continue
            own = sum((one.amount for one in self.cells if one.account == account.id and one.day <= last), D(0))
            total += own if account.currency is EUR else round_worth(own * month_rate(USD, month), EUR)
        return total


def month_rate(_currency: Currency, month: Month) -> Decimal:
    """A dollar in euros at a month's end."""
    return D("0.9") + D(month.month) / 100


def day_rate(day: date) -> Decimal:
    """A dollar in euros on a day."""
    return D("0.87654321") + D(day.day) / 1000


def worth(account: int, amount: Decimal, day: date) -> Decimal:
    return amount if ACCOUNTS[account].currency is EUR else amount * day_rate(day)


def cell(day: date, account: int, kind: Kind, amount: Decimal, category=None, other=None) -> Cell:
    return Cell(day, account, kind, amount, worth(account, amount, day), category, other)


def amount(random: Random, least: int = -20000) -> Decimal:
    return D(random.randint(least, 20000)) / 100


def entry(random: Random, accounts: list[int]) -> list[Cell]:
    """Postings of a random entry."""
    day, account = date(2025, 11, 1) + timedelta(random.randrange(151)), random.choice(accounts)
    kind = random.choice([Kind.LINE, Kind.LINE, Kind.LINE, *Kind])
    if kind is Kind.LINE:
        return [cell(day, account, kind, amount(random), random.choice([None, *CATEGORIES]))]
    if kind is not Kind.TRANSFER:
        return [cell(day, account, kind, amount(random))]
    other = random.choice([one for one in accounts if one != account])
    left = amount(random, 1)
    same = ACCOUNTS[account].currency is ACCOUNTS[other].currency
    return [
        cell(day, account, kind, -left, other=other),
        cell(day, other, kind, left if same else amount(random, 1), other=account),
    ]


def plan(random: Random) -> MonthPlan:
    """Random assignments of a month."""
    envelopes = {key: amount(random) for key in [None, *CATEGORIES] if random.random() < 0.5}
    cards = {card: amount(random) for card in (CARD, OTHER_CARD, DOLLAR_CARD) if random.random() < 0.2}
    return MonthPlan(envelopes, cards, random.choice([D(0), amount(random, 1)]))


@st.composite
def cases(draw, accounts=None, handling=None):
    """A book of some months; only its number of entries shrinks, which is fast to draw."""
    random, entries = Random(draw(st.integers(0, 2**32))), draw(st.integers(0, 40))
    accounts = accounts or random.choice([AT_HOME, ACCOUNTS])
    handling = handling or random.choice(list(CardHandling))
    book = Book(EUR, accounts, handling, MonthCalendar(random.choice([1, 1, 25])))
    cells = [one for _ in range(entries) for one in entry(random, sorted(accounts))]
    plans = {month: plan(random) for month in (FIRST.plus(k) for k in range(5)) if random.random() < 0.6}
    carrying = frozenset(key for key in [None, *CATEGORIES] if random.random() < 0.5)
    return Case(book, sorted(cells, key=lambda one: one.day), plans, carrying)
