"""Payments of a company and their receipts, as the contract has them: no code of the program."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CAPITAL = ("Aporte de socio", "Dividendos")
FROM_CREDIT = "Saldo a favor"
WITHHELD = ("Retefuente", "ReteICA", "ReteIVA", "Otra")
NONE, LARGEST = Decimal(0), Decimal("9999999999.99")
Worth = Callable[[Decimal, str, str, date], Decimal | None]
"""Worth of an amount of one currency in another on a day; None without a rate."""


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Move:
    """A past or future movement of cash, or of what is owed."""

    kind: str
    source: str
    row_id: int
    paid: date | None
    due: date | None
    """Day on which accrual counts it; None if never."""
    amount: Decimal
    currency: str
    category: str
    client_id: int | None = None
    client: str | None = None
    recurring: bool = False
    owed: Decimal | None = None
    """Amount owed, where another one was paid."""
    nature: str = "operating"
    receipt: int | None = None

    @property
    def accrued(self) -> "Move":
        return self if self.owed is None else replace(self, amount=self.owed)

    @property
    def payer(self) -> tuple[int | None, str | None]:
        """The client, or the line of all others."""
        return (None, "Otros ingresos") if self.client_id is None else (self.client_id, self.client)

    @property
    def key(self) -> tuple[Any, ...]:
        """Values by which the list of movements tells it from others."""
        return self.source, self.row_id, self.receipt, self.category, self.nature

    def split(self, tax: Decimal | None) -> "Iterator[Move]":
        """The movement without its IVA, and that of the IVA; of what was paid it is the part that was owed."""
        part = cents((tax or NONE) * self.amount / (self.owed or self.amount))
        owed = None if self.owed is None else self.owed - (tax or 0)
        own = "capital" if self.category in CAPITAL else "operating"
        yield replace(self, amount=self.amount - part, owed=owed, nature=own)
        if tax:
            yield replace(self, amount=part, owed=None if self.owed is None else tax, nature="tax")


@dataclass(eq=False)
class Receipt:
    """Money received for a payment."""

    amount: Decimal
    """Part of the payment that it settles."""
    day: date
    excess: Decimal = NONE
    withheld: dict[str, Decimal] = field(default_factory=dict)
    charge: Decimal = NONE
    from_credit: bool = False
    arrived: tuple[str, Decimal] | None = None
    """Currency and amount, where it is another one than the payment's."""
    tax: Decimal = NONE
    row_id: int = 0

    @property
    def net(self) -> Decimal:
        """Amount that should reach the bank, in the payment's currency."""
        return self.amount + self.excess - sum(self.withheld.values(), self.charge)

    def difference(self, currency: str, worth: Worth) -> Decimal:
        """Exchange difference; none without a rate."""
        expected = None if self.arrived is None else worth(self.net, currency, self.arrived[0], self.day)
        return NONE if self.arrived is None or expected is None else cents(self.arrived[1] - expected)


@dataclass(eq=False)
class Debt:
    """A payment that a client owes, or has paid."""

    row_id: int
    due: date
    amount: Decimal
    currency: str
    client: tuple[int, str]
    tax: Decimal | None = None
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def received(self) -> Decimal:
        return sum((one.amount for one in self.receipts), NONE)

    @property
    def balance(self) -> Decimal:
        return self.amount - self.received

    @property
    def paid_on(self) -> date | None:
        return None if self.balance else max(one.day for one in self.receipts)

    def status(self, today: date) -> str:
        return "Pagado" if not self.balance else "Vencido" if self.due < today else "Pendiente"

    def receive(self, receipt: Receipt) -> None:
        """Add a receipt, with what it adds to the IVA of all that is received."""
        taxed = sum((one.tax for one in self.receipts), NONE)
        self.receipts.append(receipt)
        receipt.tax = min(receipt.amount, max(NONE, self._tax_of(self.received) - taxed))

    def undo(self, *gone: Receipt) -> None:
        """Take receipts away; the others share the IVA by their days."""
        self.receipts = [one for one in self.receipts if one not in gone]
        before = NONE
        for one in sorted(self.receipts, key=lambda one: (one.day, one.row_id)):
            one.tax = self._tax_of(before + one.amount) - self._tax_of(before)
            before += one.amount

    def _tax_of(self, amount: Decimal) -> Decimal:
        return cents((self.tax or NONE) * amount / self.amount)

    def moves(self, worth: Worth) -> Iterator[Move]:
        """Movements of its receipts, and its balance."""
        whole = Move("income", "payment", self.row_id, None, self.due, self.balance, self.currency, "Cliente")
        whole = replace(whole, client_id=self.client[0], client=self.client[1])
        yield from _taxed(whole, (self.tax or NONE) - self._tax_of(self.received))
        for one in self.receipts:
            paid = None if one.from_credit else one.day
            yield from _taxed(replace(whole, amount=one.amount, paid=paid, receipt=one.row_id), one.tax)
            part = replace(whole, row_id=one.row_id, receipt=one.row_id, paid=one.day, due=one.day)
            yield from (replace(move, currency=self.currency) for move in _beside(one, part) if move.amount)
            difference = one.difference(self.currency, worth)
            if difference and one.arrived:
                kind, sums = "income" if difference > 0 else "expense", (abs(difference), one.arrived[0])
                yield _other(part, kind, "exchange_difference", *sums, "Diferencia en cambio", "financial")


def _taxed(whole: Move, tax: Decimal) -> Iterator[Move]:
    parts = (replace(whole, amount=whole.amount - tax), replace(whole, amount=tax, nature="tax"))
    return (move for move in parts if move.amount)


def _other(part: Move, kind: str, source: str, amount: Decimal, currency: str, category: str, nature: str) -> Move:
    own = {"kind": kind, "source": source, "amount": amount, "currency": currency}
    return replace(part, **own, category=category, nature=nature)


def _beside(one: Receipt, part: Move) -> Iterator[Move]:
    """Withholdings, charge and excess."""
    for name, amount in one.withheld.items():
        yield _other(part, "expense", "withholding", amount, part.currency, name, "tax")
    yield _other(part, "expense", "bank_charge", one.charge, part.currency, "Gastos bancarios", "operating")
    excess = _other(part, "income", "credit", one.excess, part.currency, "Anticipo de clientes", "operating")
    yield replace(excess, due=None)


def refund(row_id: int, day: date, amount: Decimal, currency: str, client: tuple[int, str]) -> Move:
    """The movement of a credit that is given back."""
    return Move("expense", "credit", row_id, day, None, amount, currency, "Devoluciones", *client)


def planned_receipt(chance: random.Random, debt: Debt, day: date) -> tuple[dict[str, Any], Receipt]:
    """A random receipt of a payment that is owed, and the body of the request for it."""
    whole = chance.random() < 0.4
    amount = debt.balance if whole else max(cents(debt.balance * chance.randrange(1, 100) / 100), Decimal("0.01"))
    most = min(debt.amount, LARGEST - amount)
    excess = cents(most * chance.randrange(1, 50) / 100) if whole and chance.random() < 0.4 else NONE
    total = amount + excess
    kinds = chance.sample(WITHHELD, chance.choice([0, 0, 1, 2]))
    withheld = {kind: cents(total * chance.randrange(1, 20) / 100) for kind in kinds}
    withheld = {kind: part for kind, part in withheld.items() if part}
    charge = cents(total * chance.choice([0, 0, 1, 7]) / 100)
    receipt = Receipt(amount, day, excess, withheld, charge)
    body: dict[str, Any] = {"amount": str(total), "date": str(day)}
    if withheld:
        body["withholdings"] = [{"type": kind, "amount": str(part)} for kind, part in withheld.items()]
    body |= {"bank_charge": str(charge)} if charge else {}
    body |= {"excess": "credit"} if excess or chance.random() < 0.1 else {}
    return body | _arriving(chance, debt, receipt), receipt


def _arriving(chance: random.Random, debt: Debt, receipt: Receipt) -> dict[str, Any]:
    """Fields of what is received in another currency, sometimes."""
    if chance.random() < 0.5:
        return {}
    currency = chance.choice([code for code in ("COP", "USD", "EUR") if code != debt.currency])
    rate = Decimal(chance.randrange(3_500_000, 4_500_000)) / 1000
    if debt.currency == "COP" or currency == "EUR":
        arrived = cents(receipt.net / rate if debt.currency == "COP" else receipt.net * rate / 4_000) or Decimal("0.01")
        told = {"received_amount": str(arrived)}
    else:
        arrived, told = cents(receipt.net * rate), {"exchange_rate": str(rate)}
    if arrived > LARGEST:
        return {}
    receipt.arrived = currency, arrived
    return {"currency": currency, **told}
