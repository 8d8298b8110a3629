"""Demo expenses: three years of a small agency's spending in ten categories."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from app.core.cash_accounts.service import CashAccountService
from app.core.files.service import FileJudge
from app.infra.context import Context
from app.kernel.files import JudgedFile, SentFile
from app.kernel.money import Currency
from app.kernel.paging import PageRequest, Sort
from app.kernel.periods import Month
from app.kernel.recurrence import Frequency
from app.kernel.tax import tax_within
from app.suites.fresco.expenses.models import RecurringExpense
from app.suites.fresco.expenses.rules import RecurringStatus
from app.suites.fresco.expenses.service import (
    BillService,
    ExpenseLoader,
    ExpenseReader,
    ExpenseService,
    RecurringService,
)
from app.suites.fresco.projects.service import ProjectService
from app.suites.fresco.suppliers.service import SupplierService

_CASH = "Efectivo"
_YEARS = 3
_CHUNK = 50_000
_IVA = Decimal("0.19")
_COP, _USD = Currency.COP, Currency.USD
_LATE_EVERY = 11
_RECENT = timedelta(days=75)
_WITH_RECEIPT = 0.04

# maximum per month, category, description, lowest, highest, currency, payment method, whether for a project
_BOUGHT: tuple[tuple[int, str, str, int, int, Currency, str, bool], ...] = (
    (1, "Nómina", "Bonificación por entrega", 300_000, 1_800_000, _COP, "Transferencia", True),
    (2, "Marketing", "Pauta en redes sociales", 350_000, 2_600_000, _COP, "Tarjeta de crédito", False),
    (1, "Software", "Plugin licence", 25, 240, _USD, "Tarjeta de crédito", True),
    (2, "Honorarios", "Desarrollador por horas", 600_000, 3_900_000, _COP, "Transferencia", True),
    (1, "Viajes", "Visita a cliente", 280_000, 1_700_000, _COP, "Tarjeta de crédito", True),
    (1, "Papelería", "Insumos de oficina", 40_000, 320_000, _COP, "Efectivo", False),
    (1, "Impuestos", "Retención en la fuente", 450_000, 3_100_000, _COP, "PSE", False),
    (1, "Equipos", "Accesorios y repuestos", 90_000, 2_400_000, _COP, "Tarjeta de crédito", False),
)
_DAILY, _WEEKLY, _SEMIMONTHLY = Frequency.DAILY, Frequency.WEEKLY, Frequency.SEMIMONTHLY
_MONTHLY, _BIMONTHLY, _QUARTERLY = Frequency.MONTHLY, Frequency.BIMONTHLY, Frequency.QUARTERLY
_SEMIANNUAL, _ANNUAL = Frequency.SEMIANNUAL, Frequency.ANNUAL

# description, frequency, months since the start, day, amount, currency, category, payment method
_Terms = tuple[str, Frequency, int, int, int, Currency, str, str]
_RECURRING: tuple[_Terms, ...] = (
    ("Nómina del equipo", _SEMIMONTHLY, 36, 15, 9_400_000, _COP, "Nómina", "Transferencia"),
    ("Seguridad social", _MONTHLY, 36, 10, 3_850_000, _COP, "Nómina", "PSE"),
    ("Arriendo de la oficina", _MONTHLY, 36, 5, 3_200_000, _COP, "Arriendo", "Transferencia"),
    ("Contador", _MONTHLY, 36, 28, 950_000, _COP, "Honorarios", "Transferencia"),
    ("Internet de fibra", _MONTHLY, 30, 18, 189_900, _COP, "Servicios públicos", "PSE"),
    ("Energía y agua", _BIMONTHLY, 34, 22, 412_000, _COP, "Servicios públicos", "PSE"),
    ("Cloud hosting", _MONTHLY, 33, 31, 310, _USD, "Software", "Tarjeta de crédito"),
    ("Design suite", _MONTHLY, 24, 12, 165, _USD, "Software", "Tarjeta de crédito"),
    ("Domains and certificates", _ANNUAL, 35, 3, 260, _USD, "Software", "Tarjeta de crédito"),
    ("Agencia de pauta", _MONTHLY, 18, 20, 1_500_000, _COP, "Marketing", "Transferencia"),
    ("IVA", _QUARTERLY, 33, 14, 7_900_000, _COP, "Impuestos", "PSE"),
    ("Póliza de responsabilidad", _SEMIANNUAL, 31, 8, 1_240_000, _COP, "Seguros", "Transferencia"),
    ("Aseo", _WEEKLY, 8, 2, 95_000, _COP, "Arriendo", "Efectivo"),
    ("Café y mensajería", _DAILY, 2, 1, 18_000, _COP, "Papelería", "Efectivo"),
    ("Coworking en Cali", _MONTHLY, 14, 25, 680_000, _COP, "Arriendo", "Transferencia"),
)


# category, supplier
_SUPPLIERS = {
    "Marketing": "Pauta Clara S.A.S.",
    "Papelería": "Papelería El Punto",
    "Equipos": "Compuredes Andinas Ltda.",
}
_TAXED = {"Marketing", "Papelería", "Equipos"}
"""Categories of which the amounts include IVA."""
_TAGS = {"Viajes": ["visita"], "Equipos": ["inversión"]}
"""Tags by category."""

# description, days from today until it is due, amount, amount paid if it is, category, supplier, its invoice
_BILLS: tuple[tuple[str, int, int, int | None, str, str, str], ...] = (
    ("Energía de la oficina", -40, 380_000, 412_350, "Servicios públicos", "Energía del Valle S.A. E.S.P.", "EV-77120"),
    ("Energía de la oficina", -9, 395_000, None, "Servicios públicos", "Energía del Valle S.A. E.S.P.", "EV-80466"),
    ("Portátiles del equipo", 12, 9_800_000, None, "Equipos", "Compuredes Andinas Ltda.", "CA-2318"),
)


def seed(context: Context, today: date) -> None:
    """Create variable and accrued expenses; a few of the latest are still unpaid."""
    judge = FileJudge(context.settings.max_upload_bytes)
    suppliers = {one.name: one.id for one in SupplierService(context).page(PageRequest(per_page=100)).items}
    _buy(ExpenseService(context), ProjectService(context), suppliers, judge, today)
    recurring = RecurringService(context)
    entered = [_enter(recurring, terms, today) for terms in _RECURRING]
    bills = BillService(context)
    _pay(bills, ExpenseReader(context), CashAccountService(context), today)
    recurring.update(entered[-1].id, today=today, status=RecurringStatus.PAUSED)
    _bill(bills, suppliers, today)


def _bill(bills: BillService, suppliers: Mapping[str, int], today: date) -> None:
    """Enter bills that do not recur; one came to another amount than was owed."""
    for description, days, amount, paid, category, supplier, invoice in _BILLS:
        due = today + timedelta(days=days)
        bill = bills.create(
            today=today,
            description=description,
            due_date=due,
            amount=Decimal(amount),
            currency=_COP,
            category=category,
            payment_method="PSE",
            supplier_id=suppliers.get(supplier),
            invoice_number=invoice if supplier in suppliers else None,
        )
        if paid is not None:
            bills.pay(bill.id, today=today, payment_date=due, amount=Decimal(paid))


def _enter(recurring: RecurringService, terms: _Terms, today: date) -> RecurringExpense:
    description, frequency, months, day, amount, currency, category, method = terms
    return recurring.create(
        today=today,
        description=description,
        frequency=frequency,
        start_date=Month.of(today).plus(-months).on(day),
        amount=Decimal(amount),
        currency=currency,
        category=category,
        payment_method=method,
    )


def _buy(
    expenses: ExpenseService, projects: ProjectService, suppliers: Mapping[str, int], judge: FileJudge, today: date
) -> None:
    chance = random.Random(2026)  # noqa: S311 - demo data, and it must be the same each time
    known = projects.page(PageRequest(per_page=100)).items
    for back in range(12 * _YEARS, -1, -1):
        month = Month.of(today).plus(-back)
        for most, category, description, least, highest, currency, method, for_project in _BOUGHT:
            for _ in range(chance.randint(0, most)):
                day = month.first_day + timedelta(days=chance.randrange(28))
                running = [project.id for project in known if project.start_date <= day]
                project_id = chance.choice(running) if for_project and running else None
                amount = Decimal(chance.randrange(least, highest))
                if day <= today:
                    receipt_text = f"{description}  {amount} {currency}  {day}"
                    expenses.create(
                        file=_receipt(receipt_text, judge) if chance.random() < _WITH_RECEIPT else None,
                        description=description,
                        date=day,
                        amount=amount,
                        tax_amount=tax_within(amount, _IVA, currency) if category in _TAXED else None,
                        currency=currency,
                        category=category,
                        payment_method=method,
                        project_id=project_id,
                        supplier_id=suppliers.get(_SUPPLIERS.get(category, "")),
                        tags=_TAGS.get(category, []),
                    )


def _receipt(text: str, judge: FileJudge) -> JudgedFile:
    """A PDF of one page with this text."""
    shown = text.encode("latin-1", "replace").replace(b"(", b"[").replace(b")", b"]")
    drawn = b"BT /F1 14 Tf 40 150 Td (Recibo) Tj 0 -30 Td /F1 10 Tf (" + shown + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 210] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(places)
    end = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    return judge.judge(SentFile("receipt", "recibo.pdf", BytesIO(written + table + end)), "demo")


def _pay(bills: BillService, reader: ExpenseReader, accounts: CashAccountService, today: date) -> None:
    request = PageRequest(per_page=10_000, sort=(Sort("due_date"),))
    for number, (row, _) in enumerate(reader.accrued_page(request, today, date_to=today).items):
        late = number % _LATE_EVERY == 0 and row.due_date > today - _RECENT
        if not late:
            paid = min(today, row.due_date + timedelta(days=number % 4))
            find = accounts.find_till if row.payment_method == _CASH else accounts.find_bank
            bills.pay(row.id, today=today, payment_date=paid, cash_account_id=find(row.currency, paid))


def load(context: Context, count: int, today: date, advance: Callable[[int], None]) -> None:
    """Insert `count` expenses over five years."""
    loader = ExpenseLoader(context)
    for first in range(0, count, _CHUNK):
        size = min(_CHUNK, count - first)
        loader.load(first, size, today)
        advance(size)
