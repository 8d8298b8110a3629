"""A random company and its expected figures, as plain sums of Decimals without the program's code."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.clients.models import Client
from app.suites.fresco.expenses.rules import AccruedStatus
from app.suites.fresco.payments.rules import PaymentStatus
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory

CATEGORIES = ("Marketing", "Nómina", "Cliente", "Software", "Dividendos")
CAPITAL = ("Aporte de socio", "Dividendos")
OTHERS = (None, "Otros ingresos")
TYPES = ("Aporte de socio", "Cliente", "Intereses")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Move:
    """A past or future movement of cash."""

    kind: str
    source: str
    row_id: int
    paid: date | None
    due: date
    amount: Decimal
    currency: str
    category: str
    client_id: int | None = None
    client: str | None = None
    recurring: bool = False
    owed: Decimal | None = None
    """Amount owed, where another one was paid."""
    nature: str = "operating"

    @property
    def accrued(self) -> "Move":
        return self if self.owed is None else replace(self, amount=self.owed)

    @property
    def payer(self) -> tuple[int | None, str | None]:
        """The client, or the line of all others."""
        return OTHERS if self.client_id is None else (self.client_id, self.client)

    def split(self, tax: Decimal | None) -> "Iterator[Move]":
        """The movement without its IVA, and that of the IVA; of what was paid it is the part that was owed."""
        part = cents((tax or Decimal(0)) * self.amount / (self.owed or self.amount))
        owed = None if self.owed is None else self.owed - (tax or 0)
        own = "capital" if self.category in CAPITAL else "operating"
        yield replace(self, amount=self.amount - part, owed=owed, nature=own)
        if tax:
            yield replace(self, amount=part, owed=None if self.owed is None else tax, nature="tax")


@dataclass
class Company:
    """Movements and rates, and sums of them."""

    today: date
    moves: list[Move] = field(default_factory=list)
    rates: dict[str, list[tuple[date, Decimal]]] = field(default_factory=dict)
    """Rates in pesos of dollars and euros."""
    clients: list[Client] = field(default_factory=list)

    def worth(self, move: Move, day: date, target: str) -> Decimal:
        if move.currency == target:
            return move.amount
        with localcontext(prec=60):
            return move.amount * self.pesos(move.currency, day) / self.pesos(target, day)

    def pesos(self, currency: str, day: date) -> Decimal:
        if currency == "COP":
            return Decimal(1)
        rates = self.rates[currency]
        return [rate for on, rate in rates if on <= day or on == rates[0][0]][-1]

    def total(self, moves: Iterable[Move], target: str, day: Callable[[Move], date | None]) -> Decimal:
        with localcontext(prec=60):
            return sum((self.worth(move, on, target) for move in moves if (on := day(move))), Decimal(0))

    def cash(self, kind: str, target: str, first: date = date.min, last: date = date.max, **more: Any) -> Decimal:
        return self.total(self.moved(first, last, kind=kind, **more), target, lambda move: move.paid)

    def earned(self, kind: str, target: str, first: date = date.min, last: date = date.max, **more: Any) -> Decimal:
        return self.cash(kind, target, first, last, nature="operating", **more)

    def net(self, target: str, first: date = date.min, last: date = date.max, **more: Any) -> Decimal:
        return self.cash("income", target, first, last, **more) - self.cash("expense", target, first, last, **more)

    def moved(self, first: date = date.min, last: date = date.max, **equal: Any) -> list[Move]:
        found = [move for move in self.moves if move.paid and first <= move.paid <= last]
        return [move for move in found if all(getattr(move, name) == value for name, value in equal.items())]


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def months(first: date, last: date) -> list[tuple[str, date, date]]:
    """Every month from one day to another: its name, and the days of it that lie between."""
    found, day = [], first
    while day <= last:
        following = (day.replace(day=1) + 32 * DAY).replace(day=1)
        found.append((f"{day:%Y-%m}", day, min(last, following - DAY)))
        day = following
    return found


def back(today: date, count: int) -> date:
    """The first day of the month that lies so many months before."""
    place = today.year * 12 + today.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)


def build(seed: int, today: date) -> Company:
    """All sources, both currencies, the edges of months and years, and today's neighbours."""
    chance = random.Random(seed)
    company = Company(today)
    edges = [back(today, count) for count in range(0, 30, 3)]
    days = [*edges, *(edge - DAY for edge in edges), today, today - DAY, today + DAY, date(today.year, 1, 1)]

    def day() -> date:
        return chance.choice(days) if chance.random() < 0.6 else today - DAY * chance.randrange(-40, 900)

    def money() -> dict[str, Any]:
        amount = cents(Decimal(chance.choice([1, 99, 33_333, 1_000_000_01])) / 100 * chance.randrange(1, 9_999))
        tax = chance.choice([None, Decimal(0), cents(amount * 19 / 119)])
        taxed = None if tax is not None and tax >= amount else tax
        return {"amount": amount, "currency": chance.choice(COP_AND_USD), "tax_amount": taxed}

    for base in ("USD", "EUR"):
        company.rates[base] = sorted(
            (today - DAY * n, Decimal(chance.randrange(3_000_000_000, 5_000_000_000)) / 10**6)
            for n in chance.sample(range(-5, 800), 12)
        )
        for on, rate in company.rates[base]:
            RateFactory(date=on, base=Currency(base), rate=rate)
    company.clients = [ClientFactory(start_date=day()) for _ in range(4)]
    projects = [ProjectFactory(client_id=client.id) for client in company.clients]
    _payments(company, chance, projects, day, money)
    _others(company, chance, projects, day, money)
    return company


def _payments(company: Company, chance: random.Random, projects: list[Any], day: Any, money: Any) -> None:
    names = {client.id: client.name for client in company.clients}
    for _ in range(25):
        project, due, given = chance.choice(projects), day(), money()
        paid = min(day(), company.today) if chance.random() < 0.7 else None
        status = PaymentStatus.PAID if paid else PaymentStatus.PENDING
        row = PaymentFactory(project=project, date=due, paid_date=paid, status=status, **given)
        client = project.client_id, names[project.client_id]
        sums = given["amount"], given["currency"].value
        move = Move("income", "payment", row.id, paid, due, *sums, "Cliente", *client)
        company.moves += move.split(given["tax_amount"])


def _others(company: Company, chance: random.Random, projects: list[Any], day: Any, money: Any) -> None:
    names = {client.id: client.name for client in company.clients}
    origin = RecurringExpenseFactory()
    for number in range(60):
        given, on = money(), day()
        amount, currency, tax = given["amount"], given["currency"].value, given["tax_amount"]
        client_id = chance.choice([None, *names])
        if number % 3 == 0:
            text, kind = chance.choice([None, "Banco", "DIAN"]), chance.choice(TYPES)
            row = IncomeFactory(date=on, type=kind, client_id=client_id, client=text, **given)
            client = client_id, names.get(client_id, text)
            company.moves += Move("income", "income", row.id, on, on, amount, currency, kind, *client).split(tax)
            continue
        category, client = chance.choice(CATEGORIES), (client_id, names.get(client_id))
        if number % 3 == 1:
            row = ExpenseFactory(date=on, category=category, client_id=client_id, **given)
            move = Move("expense", "expense", row.id, on, on, amount, currency, category, *client)
            company.moves += move.split(tax)
            continue
        paid = min(day(), company.today) if chance.random() < 0.7 else None
        status = AccruedStatus.PAID if paid else AccruedStatus.PENDING
        recurring = number % 2 == 0
        due = on + DAY * number  # of one origin, at most one a day
        if recurring and any(move.recurring and move.due == due for move in company.moves):
            continue
        paid_amount = cents(amount * chance.randrange(50, 150) / 100) if paid and chance.random() < 0.6 else amount
        row = AccruedExpenseFactory(
            due_date=due,
            paid_date=paid,
            paid_amount=paid_amount if paid else None,
            status=status,
            category=category,
            **given,
            client_id=client_id,
            recurring_id=origin.id if recurring else None,
        )
        sums = paid_amount, currency
        owed = Move("expense", "accrued_expense", row.id, paid, due, *sums, category, *client, recurring, owed=amount)
        company.moves += owed.split(tax)
