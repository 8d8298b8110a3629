"""Demo incomes: three years of income besides the projects."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from app.core.cash_accounts.service import CashAccountService
from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.kernel.periods import Month
from app.kernel.tax import tax_within
from app.suites.fresco.clients.service import ClientService
from app.suites.fresco.incomes.service import IncomeLoader, IncomeService

_CASH = "Efectivo"
_YEARS = 3
_CHUNK = 50_000
_IVA = Decimal("0.19")
_COP, _USD = Currency.COP, Currency.USD

# every so many months, type, description, client, lowest, highest, currency, payment method
_SOURCES: tuple[tuple[int, str, str, str | None, int, int, Currency, str], ...] = (
    (12, "Aporte de socio", "Aporte de capital", "Laura Mejía", 15_000_000, 40_000_000, _COP, "Transferencia"),
    (1, "Intereses", "Rendimientos de la cuenta de ahorros", "Bancolombia", 90_000, 420_000, _COP, "Transferencia"),
    (3, "Capacitación", "Taller de comercio electrónico", "Cámara de Comercio", 1_200_000, 3_500_000, _COP, "PSE"),
    (4, "Reembolso", "Devolución de saldo a favor", "DIAN", 800_000, 5_200_000, _COP, "Transferencia"),
    (2, "Comisión", "Referral fee", "Hosting partner", 120, 640, _USD, "PayPal"),
    (9, "Venta de activos", "Venta de equipos usados", None, 600_000, 2_800_000, _COP, "Efectivo"),
)
_TAXED = "Capacitación"
"""Type of the incomes with IVA, besides extra work for clients."""
_TAGS = {"Capacitación": ["formación"], "Comisión": ["exportación"]}
"""Tags by the type of the income."""
_EXTRA_WORK = ("Horas adicionales de soporte", "Visita técnica", "Diseño de pieza gráfica", "Migración de correo")


def seed(context: Context, today: date) -> None:
    """Create some hundred incomes, up to today."""
    chance = random.Random(2026)  # noqa: S311 - demo data, and it must be the same each time
    clients, incomes, accounts = ClientService(context), IncomeService(context), CashAccountService(context)
    known = list(clients.page(PageRequest(per_page=100)).items)
    incomes.create(  # the company's initial capital
        description="Aporte inicial de capital",
        date=Month.of(today).plus(-12 * _YEARS).first_day,
        amount=Decimal(320_000_000),
        currency=_COP,
        type="Aporte de socio",
        client="Laura Mejía",
        payment_method="Transferencia",
    )
    for back in range(12 * _YEARS, -1, -1):
        month = Month.of(today).plus(-back)
        _enter_usual(incomes, accounts, chance, month, back, today)
        day = month.first_day + timedelta(days=chance.randrange(28))
        payer = chance.choice(known) if known else None
        if payer is not None and payer.start_date <= day <= today:
            description, amount = chance.choice(_EXTRA_WORK), Decimal(chance.randrange(250_000, 2_400_000))
            incomes.create(
                description=description,
                date=day,
                amount=amount,
                tax_amount=tax_within(amount, _IVA, _COP),
                currency=_COP,
                type="Cliente",
                client=payer.name,
                client_id=payer.id,
                payment_method="Transferencia",
                cash_account_id=accounts.find_bank(_COP, day),
            )


def _enter_usual(
    incomes: IncomeService, accounts: CashAccountService, chance: random.Random, month: Month, back: int, today: date
) -> None:
    """Enter the incomes of a month that come every so many months."""
    for every, kind, description, client, least, most, currency, method in _SOURCES:
        day = month.first_day + timedelta(days=chance.randrange(28))
        amount = Decimal(chance.randrange(least, most))
        if back % every == 0 and day <= today:
            incomes.create(
                description=description,
                date=day,
                amount=amount,
                currency=currency,
                tax_amount=tax_within(amount, _IVA, _COP) if kind == _TAXED else None,
                type=kind,
                tags=_TAGS.get(kind, []),
                client=client,
                payment_method=method,
                cash_account_id=(accounts.find_till if method == _CASH else accounts.find_bank)(currency, day),
            )


def load(context: Context, count: int, today: date, advance: Callable[[int], None]) -> None:
    """Insert `count` incomes over five years."""
    loader = IncomeLoader(context)
    for first in range(0, count, _CHUNK):
        size = min(_CHUNK, count - first)
        loader.load(first, size, today)
        advance(size)
