"""Repository of single expenses."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple

from sqlalchemy import Date, Numeric, text

from app.infra.queries.bulk import ArrayColumns, matching
from app.infra.queries.records import reader
from app.infra.queries.repository import Repository
from app.kernel.cash_accounts import UNKNOWN_CASH_ACCOUNT
from app.kernel.errors import NotFound
from app.kernel.files import UNKNOWN_RECEIPT
from app.kernel.money import Currency
from app.kernel.tax import TAX_TOO_HIGH
from app.suites.fresco.expenses.models import Expense, ExpenseRecord

_MANY = text(
    """
    INSERT INTO expenses (description, date, amount, currency, category, payment_method)
    SELECT 'Gasto de carga ' || n, CAST(:today AS date) - n % 1800,
           CASE WHEN n % 7 = 0 THEN 10 + n % 400 + 0.5 ELSE 30000 + n % 9000 * 100 + 0.75 END,
           CASE WHEN n % 7 = 0 THEN 'USD' ELSE 'COP' END,
           (ARRAY['Nómina', 'Arriendo', 'Marketing', 'Software', 'Impuestos', 'Viajes'])[1 + n % 6],
           CASE WHEN n % 10000 = 0 THEN 'Cheque' ELSE (ARRAY['Transferencia', 'Efectivo', 'Tarjeta'])[1 + n % 3] END
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
    ORDER BY n
    """
)


class KnownExpense(NamedTuple):
    """The values by which an expense is known."""

    id: int
    date: date
    amount: Decimal
    currency: Currency
    description: str
    category: str
    client_id: int | None
    project_id: int | None


class ExpenseRepository(Repository[Expense, ExpenseRecord]):
    """Expenses."""

    model = Expense
    record = ExpenseRecord
    conflicts: ClassVar = {
        "ck_expenses_tax_below_amount": TAX_TOO_HIGH,
        "fk_expenses_client_id_clients": NotFound("The client does not exist."),
        "fk_expenses_project_id_client_id_projects": NotFound("The client has no such project."),
        "fk_expenses_supplier_id_suppliers": NotFound("The supplier does not exist."),
        "fk_expenses_cash_account_id_currency_cash_accounts": UNKNOWN_CASH_ACCOUNT,
        "fk_expenses_receipt_path_stored_files": UNKNOWN_RECEIPT,
    }

    def like(self, days: Sequence[date], amounts: Sequence[Decimal]) -> list[KnownExpense]:
        """Expenses of one of these days and amounts, which are pairs."""
        keys: ArrayColumns = {"date": (Date(), days), "amount": (Numeric(12, 2), amounts)}
        return reader(KnownExpense)(self.session.execute(matching(KnownExpense, Expense.__table__, keys)))

    def add_many(self, first: int, count: int, today: date) -> None:
        """Insert `count` generated expenses over five years, numbered from `first` on, in one statement."""
        self.session.execute(_MANY, {"first": first, "last": first + count - 1, "today": today})
