"""A random company and its expected figures, as plain sums of Decimals without the program's code."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext
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
from tests.stories.company_receipts import (
    FROM_CREDIT,
    LARGEST,
    NONE,
    Debt,
    Move,
    Receipt,
    cents,
    planned_receipt,
    refund,
)
from tests.support import Caller

CATEGORIES = ("Marketing", "Nómina", "Cliente", "Software", "Dividendos")
TYPES = ("Aporte de socio", "Cliente", "Intereses")
DAY = timedelta(days=1)


@dataclass
class Company:
    """Movements, payments and rates, and sums of them."""

    today: date
    others: list[Move] = field(default_factory=list)
    """Movements of all but payments."""
    debts: list[Debt] = field(default_factory=list)
    rates: dict[str, list[tuple[date, Decimal]]] = field(default_factory=dict)
    """Rates in pesos of dollars and euros, by day."""
    clients: list[Client] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    """All movements, as of the last `settle`."""

    def settle(self) -> None:
        """Write down all movements by the rates of now."""
        self.moves = [*self.others, *(move for debt in self.debts for move in debt.moves(self.exchanged))]

    def worth(self, move: Move, day: date, target: str) -> Decimal:
        found = self.exchanged(move.amount, move.currency, target, day)
        assert found is not None, f"no rate of {move.currency} or {target}"
        return found

    def exchanged(self, amount: Decimal, currency: str, target: str, day: date) -> Decimal | None:
        """Worth of an amount in another currency; None without a rate."""
        if currency == target:
            return amount
        given, asked = self.pesos(currency, day), self.pesos(target, day)
        with localcontext(prec=60):
            return None if given is None or asked is None else amount * given / asked

    def pesos(self, currency: str, day: date) -> Decimal | None:
        if currency == "COP":
            return Decimal(1)
        rates = sorted(self.rates.get(currency, []))
        return [rate for on, rate in rates if on <= day or on == rates[0][0]][-1] if rates else None

    def credit(self, client_id: int, currency: str) -> Decimal:
        """Amount that a client paid too much, less what of it was used or given back."""
        own = [debt for debt in self.debts if (debt.client[0], debt.currency) == (client_id, currency)]
        receipts = [one for debt in own for one in debt.receipts]
        kept = sum((one.excess - (one.amount if one.from_credit else 0) for one in receipts), NONE)
        given = [move for move in self.others if (move.source, move.client_id) == ("credit", client_id)]
        return kept - sum((move.amount for move in given if move.currency == currency), NONE)

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


def build(seed: int, today: date, caller: Caller | None = None) -> Company:
    """All sources, both currencies, the edges of months and years, and today's neighbours.

    With a caller, an administrator, also what requests do: receipts in parts, credits, and rates that change later.
    """
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

    _rates(company, chance)
    company.clients = [ClientFactory(start_date=day()) for _ in range(4)]
    projects = [ProjectFactory(client_id=client.id) for client in company.clients]
    _payments(company, chance, projects, day, money)
    _others(company, chance, projects, day, money)
    if caller is not None:
        _receipts(company, chance, caller)
        _credits(company, chance, caller)
        _later_rates(company, chance, caller)
    company.settle()
    return company


def _rates(company: Company, chance: random.Random) -> None:
    for base in ("USD", "EUR"):
        days = [company.today - DAY * n for n in chance.sample(range(-5, 800), 12)]
        company.rates[base] = [(on, Decimal(chance.randrange(3_000_000_000, 5_000_000_000)) / 10**6) for on in days]
        for on, rate in company.rates[base]:
            RateFactory(date=on, base=Currency(base), rate=rate)


def _later_rates(company: Company, chance: random.Random, caller: Caller) -> None:
    """Rates that change, come and go once differences rest on them."""
    listed = {(row["base"], row["date"]): row for row in caller.get("/api/exchange-rates", per_page=100)["data"]}
    for base in ("USD", "EUR"):
        for on, _ in chance.sample(company.rates[base], 2):
            company.rates[base] = [one for one in company.rates[base] if one[0] != on]
            if chance.random() < 0.5:
                caller.delete(f"/api/exchange-rates/{listed.pop((base, str(on)))['id']}")
                continue
            rate = Decimal(chance.randrange(3_000, 5_000))
            body = {"base": base, "quote": "COP", "date": str(on), "rate": str(rate)}
            caller.post("/api/exchange-rates", body, expect=200)
            company.rates[base].append((on, rate))
        on, rate = company.today - DAY * 810, Decimal(3500)  # the first one, of all days before
        caller.post("/api/exchange-rates", {"base": base, "quote": "COP", "date": str(on), "rate": str(rate)})
        company.rates[base].append((on, rate))


def _payments(company: Company, chance: random.Random, projects: list[Any], day: Any, money: Any) -> None:
    names = {client.id: client.name for client in company.clients}
    for _ in range(25):
        project, due, given = chance.choice(projects), day(), money()
        client, sums = (project.client_id, names[project.client_id]), (given["amount"], given["currency"].value)
        debt = Debt(0, due, *sums, client, given["tax_amount"])
        if chance.random() < 0.3:
            debt.receive(Receipt(given["amount"], min(day(), company.today)))
        status, paid = PaymentStatus(debt.status(company.today)), debt.paid_on
        debt.row_id = PaymentFactory(project=project, date=due, paid_date=paid, status=status, **given).id
        company.debts.append(debt)


def _receipts(company: Company, chance: random.Random, caller: Caller) -> None:
    """Receive in parts, and undo some, by requests."""
    for debt in company.debts:
        if debt.receipts:
            debt.receipts[0].row_id = caller.get(f"/api/payments/{debt.row_id}/receipts")["data"][0]["id"]
            continue
        for _ in range(chance.choice([0, 1, 2, 3])):
            if debt.balance:
                receive(company, chance, caller, debt, company.today - DAY * chance.randrange(600))
        if debt.receipts and chance.random() < 0.2:
            undo(company, caller, debt, debt.receipts[-1])


def _credits(company: Company, chance: random.Random, caller: Caller) -> None:
    """Use credits for what is owed, and give some back."""
    for debt in company.debts:
        if debt.balance:
            use_credit(company, caller, debt, company.today)
    for client in company.clients:
        for currency in ("COP", "USD"):
            left = company.credit(client.id, currency)
            if left and chance.random() < 0.5:
                give_back(company, caller, client, cents(left / 2), currency, company.today)


def receive(company: Company, chance: random.Random, caller: Caller, debt: Debt, day: date) -> None:
    """Receive a random part; the answer is as the model has it."""
    body, receipt = planned_receipt(chance, debt, day)
    made = caller.post(f"/api/payments/{debt.row_id}/receipts", body)["data"]
    receipt.row_id = made["id"]
    arrived = receipt.net if receipt.arrived is None else receipt.arrived[1]
    assert Decimal(str(made["received_amount"])) == arrived
    assert Decimal(str(made["exchange_difference"])) == receipt.difference(debt.currency, company.exchanged)
    assert Decimal(str(made["credit_amount"])) == receipt.excess
    debt.receive(receipt)


def undo(company: Company, caller: Caller, debt: Debt, receipt: Receipt) -> None:
    """Undo a receipt, unless its excess was used."""
    used = bool(receipt.excess) and company.credit(debt.client[0], debt.currency) < receipt.excess
    path = f"/api/payments/{debt.row_id}/receipts/{receipt.row_id}"
    answer = caller.delete(path, expect=409 if used else 200)
    assert not used or answer["code"] == "credit_used"
    if not used:
        debt.undo(receipt)


def use_credit(company: Company, caller: Caller, debt: Debt, day: date) -> None:
    """Pay by credit as much as there is; a cent more is refused."""
    left = company.credit(debt.client[0], debt.currency)
    amount, path = min(left, debt.balance), f"/api/payments/{debt.row_id}/receipts"
    body = {"date": str(day), "payment_method": FROM_CREDIT}
    if left < debt.balance:
        refused = caller.post(path, {**body, "amount": str(left + Decimal("0.01"))}, expect=409)
        assert refused["code"] == "credit_insufficient"
    if amount:
        made = caller.post(path, {**body, "amount": str(amount)})["data"]
        debt.receive(Receipt(amount, day, from_credit=True, row_id=made["id"]))


def give_back(company: Company, caller: Caller, client: Client, amount: Decimal, currency: str, day: date) -> None:
    """Give a part of a credit back."""
    body = {"amount": str(amount), "currency": currency, "date": str(day)}
    made = caller.post(f"/api/clients/{client.id}/credits/refund", body)["data"]
    company.others.append(refund(made["id"], day, amount, currency, (client.id, client.name)))


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
            company.others += Move("income", "income", row.id, on, on, amount, currency, kind, *client).split(tax)
            continue
        category, client = chance.choice(CATEGORIES), (client_id, names.get(client_id))
        if number % 3 == 1:
            row = ExpenseFactory(date=on, category=category, client_id=client_id, **given)
            move = Move("expense", "expense", row.id, on, on, amount, currency, category, *client)
            company.others += move.split(tax)
            continue
        paid = min(day(), company.today) if chance.random() < 0.7 else None
        status = AccruedStatus.PAID if paid else AccruedStatus.PENDING
        recurring = number % 2 == 0
        due = on + DAY * number  # of one origin, at most one a day
        if recurring and any(move.recurring and move.due == due for move in company.others):
            continue
        another = min(cents(amount * chance.randrange(50, 150) / 100), LARGEST)
        paid_amount = another if paid and chance.random() < 0.6 else amount
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
        company.others += owed.split(tax)
