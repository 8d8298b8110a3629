"""Repository of accrued expenses, with bulk statements."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, Date, case, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from app.infra.queries.bulk import CHUNK, rows_of
from app.infra.queries.open_months import first_open_day
from app.infra.queries.records import reader
from app.infra.queries.repository import Repository
from app.kernel.batches import batched
from app.kernel.cash_accounts import UNKNOWN_CASH_ACCOUNT
from app.kernel.errors import Conflict, NotFound
from app.kernel.files import UNKNOWN_RECEIPT
from app.kernel.tax import TAX_TOO_HIGH
from app.suites.fresco.expenses.models import AccruedExpense, AccruedExpenseRecord, RecurringExpense
from app.suites.fresco.expenses.rules import AccruedStatus

_COPIED = (
    "description",
    "amount",
    "currency",
    "category",
    "payment_method",
    "client_id",
    "project_id",
    "supplier_id",
    "notes",
)
"""Columns copied to an accrued expense from its recurring expense."""


class AccruedRepository(Repository[AccruedExpense, AccruedExpenseRecord]):
    """Accrued expenses."""

    model = AccruedExpense
    record = AccruedExpenseRecord
    conflicts: ClassVar = {
        "ck_accrued_expenses_tax_below_amount": TAX_TOO_HIGH,
        "fk_accrued_expenses_client_id_clients": NotFound("The client does not exist."),
        "fk_accrued_expenses_project_id_client_id_projects": NotFound("The client has no such project."),
        "fk_accrued_expenses_supplier_id_suppliers": NotFound("The supplier does not exist."),
        "uq_accrued_expenses_invoice": Conflict(
            "The supplier has another bill with this invoice number.", code="invoice_number_taken"
        ),
        "fk_accrued_expenses_cash_account_id_currency_cash_accounts": UNKNOWN_CASH_ACCOUNT,
        "fk_accrued_expenses_receipt_path_stored_files": UNKNOWN_RECEIPT,
    }

    def accrue(self, occurrences: Iterable[tuple[int, date]], today: date) -> int:
        """Insert missing (recurring expense, due date) pairs; returns the number of new ones."""
        return sum(len(self.session.scalars(_insertion(chunk, today)).all()) for chunk in batched(occurrences, CHUNK))

    def remove_coming(self, recurring_id: int, today: date) -> int:
        """Delete unpaid expenses of occurrences after today and return their number; a bill put off is not coming."""
        coming = func.least(AccruedExpense.due_date, AccruedExpense.occurrence_date) > today
        unpaid = AccruedExpense.status != AccruedStatus.PAID
        return self.delete_where(AccruedExpense.recurring_id == recurring_id, unpaid, coming)

    def detach(self, recurring_id: int) -> None:
        """Keep the expenses without the recurring expense they come from."""
        statement = (
            update(AccruedExpense)
            .where(AccruedExpense.recurring_id == recurring_id)
            .values(recurring_id=None, version=AccruedExpense.version + 1)
        )
        self.session.execute(statement, execution_options={"synchronize_session": False})

    def mark_overdue(self, today: date) -> int:
        """Mark pending expenses due before today as overdue, in one statement; returns their number."""
        statement = (
            update(AccruedExpense)
            .where(AccruedExpense.status == AccruedStatus.PENDING, AccruedExpense.due_date < today)
            .values(status=AccruedStatus.OVERDUE, version=AccruedExpense.version + 1)
        )
        result = self.session.execute(statement, execution_options={"synchronize_session": False})
        return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE answers with a CursorResult

    def unpaid_between(self, first: date, last: date) -> list[AccruedExpenseRecord]:
        """Unpaid expenses due from the first to the last of these days, by due date."""
        due = (AccruedExpense.status != AccruedStatus.PAID, AccruedExpense.due_date.between(first, last))
        order = (AccruedExpense.due_date, AccruedExpense.id)
        return reader(AccruedExpenseRecord)(self.session.execute(self.base_query().where(*due).order_by(*order)))

    def misjudged(self, today: date) -> Sequence[int]:
        """Messages about unpaid expenses whose status contradicts their due date."""
        right = (AccruedExpense.status == AccruedStatus.OVERDUE) == (AccruedExpense.due_date < today)
        unpaid = AccruedExpense.status != AccruedStatus.PAID
        return self.session.scalars(select(AccruedExpense.id).where(unpaid, ~right).order_by(AccruedExpense.id)).all()


def _insertion(chunk: Sequence[tuple[int, date]], today: date) -> ReturningInsert[int]:
    given = rows_of(
        {
            "recurring_id": (BigInteger(), [recurring_id for recurring_id, _ in chunk]),
            "day": (Date(), [day for _, day in chunk]),
        }
    )
    due = func.greatest(given.c.day, first_open_day())  # a closed month gets no expense
    status = case((due < today, AccruedStatus.OVERDUE.value), else_=AccruedStatus.PENDING.value)
    copied = [RecurringExpense.__table__.c[name] for name in _COPIED]
    # In the order of the unique key: concurrent inserts of the same rows wait for each other instead of deadlocking.
    rows = (
        select(given.c.recurring_id, due, given.c.day, status, true(), *copied)
        .join(RecurringExpense, RecurringExpense.id == given.c.recurring_id)
        .order_by(given.c.recurring_id, given.c.day)
    )
    names = ["recurring_id", "due_date", "occurrence_date", "status", "is_recurring", *_COPIED]
    statement = insert(AccruedExpense).from_select(names, rows)
    return statement.on_conflict_do_nothing(constraint="uq_accrued_expenses_occurrence").returning(AccruedExpense.id)
