"""Demo payments of three years: most past ones are paid, a few are late or half paid, future ones are pending."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count as numbers

from app.core.cash_accounts.service import CashAccountService
from app.core.currencies.service import CurrencyService
from app.infra.context import Context
from app.kernel.money import Currency, round_cents
from app.kernel.paging import PageRequest
from app.kernel.periods import Month
from app.kernel.tax import tax_within
from app.suites.fresco.payments.models import Payment
from app.suites.fresco.payments.rules import Excess, PaymentStatus, Withholding, WithholdingType
from app.suites.fresco.payments.service import (
    GenerationService,
    LoadService,
    PaymentService,
    PaymentValues,
    ReceiptService,
    ReceiptValues,
)
from app.suites.fresco.projects.service import ProjectService

_LATE_EVERY = 9
_RECENT = timedelta(days=90)
_CHUNK = 10_000
_HALF_PAID = 3
_WITHHOLDING = {"Agenda de citas", "Historia clínica"}
"""Projects whose client pays IVA and withholds taxes."""
_PAID_IN_PESOS = {"Data warehouse"}
"""Projects whose client's dollars are received in pesos, by a bank that charges for it."""
_PAID_TOO_MUCH = "Pedidos por WhatsApp"
"""Project whose client once paid more than was owed."""
_IVA, _RETEFUENTE, _RETEIVA = Decimal("0.19"), Decimal("0.11"), Decimal("0.15")
_BANKS_SHARE = Decimal("0.98")
"""Rate of the bank, as a part of the rate of the day."""
_TRANSFER = "Transferencia"
_PESOS = Currency.COP


def seed(context: Context, today: date) -> None:
    """Generate the payments of all plans up to six months from now, and receive most past ones."""
    seeding, late, number = _Seeding(context, today), list[Payment](), numbers(1)
    for project in ProjectService(context).page(PageRequest(per_page=100)).items:
        for payment in seeding.past_payments(project.id, project.start_date):
            place = next(number)
            if place % _LATE_EVERY == 0 and payment.date > today - _RECENT:
                late.append(payment)
            else:
                seeding.receive(project.name, payment, place)
    for payment in [one for one in late if one.currency is _PESOS][:_HALF_PAID]:
        seeding.receive_half(payment)


class _Seeding:
    """Generates payments, and receives them as the clients of the projects pay."""

    def __init__(self, context: Context, today: date) -> None:
        self.payments, self.receipts = PaymentService(context), ReceiptService(context)
        self.generation, self.currencies = GenerationService(context), CurrencyService(context)
        self.accounts = CashAccountService(context)
        self.today = today

    def past_payments(self, project_id: int, start: date) -> list[Payment]:
        """Past payments of a project, once those up to six months from now are generated."""
        months = Month.of(self.today) - Month.of(start) + 6
        made = self.generation.generate(project_id, months=months, today=self.today, start_from=start)
        return [payment for payment in made if payment.status is PaymentStatus.OVERDUE]

    def receive(self, project: str, payment: Payment, number: int) -> None:
        """Invoice a payment, and receive it some days after it was due."""
        day = min(self.today, payment.date + timedelta(days=number % 12))
        values: PaymentValues = {"invoice_number": f"FV-{payment.date.year}-{number:04}"}
        received = self._into_account(payment, day, self._received(project, payment, day))
        if received is None:
            values |= {"status": PaymentStatus.PAID, "paid_date": day}
        elif "withholdings" in received:
            values |= {"tax_amount": tax_within(payment.amount, _IVA, payment.currency), "tags": ["retenciones"]}
        self.payments.update(payment.id, today=self.today, **values)
        if received is not None:
            self.receipts.add(payment.id, today=self.today, **received)

    def receive_half(self, payment: Payment) -> None:
        """Receive half of a late payment, of which the client withheld Retefuente."""
        half = round_cents(payment.amount / 2)
        withheld = [Withholding(WithholdingType.RETEFUENTE, round_cents(half * _RETEFUENTE))]
        self.receipts.add(
            payment.id,
            today=self.today,
            amount=half,
            withholdings=withheld,
            payment_method=_TRANSFER,
            notes="Abono; el resto a fin de mes",
        )

    def _into_account(self, payment: Payment, day: date, received: ReceiptValues | None) -> ReceiptValues | None:
        """The receipt with the bank account that it reached, if there was one by then."""
        currency = payment.currency if received is None else received.get("currency_received", payment.currency)
        account_id = self.accounts.find_bank(currency, day)
        if account_id is None:
            return received
        simple: ReceiptValues = {"amount": payment.amount, "date": day, "payment_method": _TRANSFER}
        return {**(received or simple), "cash_account_id": account_id}

    def _received(self, project: str, payment: Payment, day: date) -> ReceiptValues | None:
        """Receipt of a payment that is not simply received whole."""
        amount, currency = payment.amount, payment.currency
        whole: ReceiptValues = {"amount": amount, "date": day, "payment_method": _TRANSFER}
        if project in _WITHHOLDING:
            tax = tax_within(amount, _IVA, currency)
            return {**whole, "withholdings": _withheld(amount - tax, tax)}
        if project in _PAID_IN_PESOS:
            rate = round_cents(self.currencies.price(currency, _PESOS, day).rate * _BANKS_SHARE)
            return {**whole, "bank_charge": Decimal(25), "currency_received": _PESOS, "bank_rate": rate}
        if project == _PAID_TOO_MUCH and payment.installment_number == 1:
            return {**whole, "amount": amount + 60_000, "excess": Excess.CREDIT}
        return None


def _withheld(base: Decimal, tax: Decimal) -> list[Withholding]:
    return [
        Withholding(WithholdingType.RETEFUENTE, round_cents(base * _RETEFUENTE)),
        Withholding(WithholdingType.RETEIVA, round_cents(tax * _RETEIVA)),
    ]


def load(context: Context, count: int, today: date, advance: Callable[[int], None]) -> None:
    """Insert `count` payments over five years up to two months from now: 250 a project, 25,000 a client."""
    loader = LoadService(context)
    loader.prepare(count, today)
    for first in range(0, count, _CHUNK):
        size = min(_CHUNK, count - first)
        loader.payments(first, size, today)
        advance(size)
