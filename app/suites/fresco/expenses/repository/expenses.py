"""Repository of single expenses."""

from datetime import date
from typing import ClassVar

from sqlalchemy import text

from app.infra.queries.repository import Repository
from app.kernel.errors import NotFound
from app.kernel.files import UNKNOWN_RECEIPT
from app.suites.fresco.expenses.models import Expense, ExpenseRecord

_MANY = text(
    """
    INSERT INTO expenses (description, date, amount, currency, category, payment_method)
    SELECT 'Gasto de carga ' || n, CAST(:today AS date) - n % 1800,
           CASE WHEN n % 7 = 0 THEN 10 + n % 400 + 0.5 ELSE 30000 + n % 9000 * 100 + 0.75 END,
           CASE WHEN n % 7 = 0 THEN 'USD' ELSE 'COP' END,
           (ARRAY['Nómina', 'Arriendo', 'Marketing', 'Software', 'Impuestos', 'Viajes'])[1 + n % 6],
           (ARRAY['Transferencia', 'Efectivo', 'Tarjeta'])[1 + n % 3]
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
    ORDER BY n
    """
)


class ExpenseRepository(Repository[Expense, ExpenseRecord]):
    """Expenses."""

    model = Expense
    record = ExpenseRecord
    conflicts: ClassVar = {
        "fk_expenses_client_id_clients": NotFound("The client does not exist."),
        "fk_expenses_project_id_client_id_projects": NotFound("The client has no such project."),
        "fk_expenses_supplier_id_suppliers": NotFound("The supplier does not exist."),
        "fk_expenses_receipt_path_stored_files": UNKNOWN_RECEIPT,
    }

    def add_many(self, first: int, count: int, today: date) -> None:
        """Insert `count` generated expenses over five years, numbered from `first` on, in one statement."""
        self.session.execute(_MANY, {"first": first, "last": first + count - 1, "today": today})
