"""Repository of incomes."""

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
from app.suites.fresco.incomes.models import Income, IncomeRecord

_MANY = text(
    """
    INSERT INTO incomes (description, date, amount, currency, type, payment_method)
    SELECT 'Ingreso de carga ' || n, CAST(:today AS date) - n % 1800,
           CASE WHEN n % 5 = 0 THEN 50 + n % 900 + 0.5 ELSE 200000 + n % 9000 * 100 + 0.25 END,
           CASE WHEN n % 5 = 0 THEN 'USD' ELSE 'COP' END,
           (ARRAY['Cliente', 'Aporte de socio', 'Intereses', 'Reembolso'])[1 + n % 4],
           (ARRAY['Transferencia', 'Efectivo', 'Tarjeta'])[1 + n % 3]
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
    ORDER BY n
    """
)


class KnownIncome(NamedTuple):
    """The values by which an income is known."""

    id: int
    date: date
    amount: Decimal
    currency: Currency
    description: str
    type: str
    client: str | None
    client_id: int | None


class IncomeRepository(Repository[Income, IncomeRecord]):
    """Incomes."""

    model = Income
    record = IncomeRecord
    conflicts: ClassVar = {
        "ck_incomes_tax_below_amount": TAX_TOO_HIGH,
        "fk_incomes_client_id_clients": NotFound("The client does not exist."),
        "fk_incomes_project_id_client_id_projects": NotFound("The client has no such project."),
        "fk_incomes_cash_account_id_currency_cash_accounts": UNKNOWN_CASH_ACCOUNT,
        "fk_incomes_receipt_path_stored_files": UNKNOWN_RECEIPT,
    }

    def like(self, days: Sequence[date], amounts: Sequence[Decimal]) -> list[KnownIncome]:
        """Incomes of one of these days and amounts, which are pairs."""
        keys: ArrayColumns = {"date": (Date(), days), "amount": (Numeric(12, 2), amounts)}
        return reader(KnownIncome)(self.session.execute(matching(KnownIncome, Income.__table__, keys)))

    def add_many(self, first: int, count: int, today: date) -> None:
        """Insert `count` generated incomes over five years, numbered from `first` on, in one statement."""
        self.session.execute(_MANY, {"first": first, "last": first + count - 1, "today": today})
