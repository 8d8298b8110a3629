"""Payments one at a time, and the statements that write many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Numeric,
    Row,
    String,
    case,
    exists,
    func,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from app.domains.payments.models import Payment, PaymentProgress, PaymentRecord
from app.domains.payments.rules import PaymentStatus, PaymentType, Planned
from app.infra.queries.bulk import CHUNK, rows_of
from app.infra.queries.repository import Repository
from app.kernel.batches import batched
from app.kernel.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a project's payments were generated."""

    project_id: int
    charged_through: date
    fee_through: date | None
    numbers_from: int = 1


_NO_PROJECT = NotFound("The project does not exist.")


class PaymentRepository(Repository[Payment, PaymentRecord]):
    """Payments."""

    model = Payment
    record = PaymentRecord
    conflicts: ClassVar = {
        "payments.client_id": _NO_PROJECT,
        "fk_payments_project_id_client_id_projects": _NO_PROJECT,
        "uq_payments_installment": Conflict(
            "The project has a payment of this type and number.",
            code="installment_exists",
            errors={"installment_number": ["Exists for this project and type."]},
        ),
    }

    def insert_planned(self, rows: Iterable[tuple[int, int, Planned]], today: date) -> list[int]:
        """Store (project, client, planned payment) rows that are not there yet; the ids of the new ones."""
        new: list[int] = []
        for chunk in batched(rows, CHUNK):
            new.extend(self.session.scalars(_insertion(chunk, today)))
        return new

    def by_ids(self, ids: Sequence[int]) -> Sequence[Payment]:
        """These payments, by date."""
        statement = select(Payment).where(Payment.id.in_(ids)).order_by(Payment.date, Payment.id)
        return self.session.scalars(statement).all() if ids else []

    def remove_coming(self, project_id: int, today: date) -> Sequence[Row[PaymentType, int | None, date]]:
        """Remove what was generated, lies in the future, is unpaid and not invoiced; type, number and day of each."""
        return self.delete_where(
            Payment.project_id == project_id,
            Payment.generated,
            Payment.status == PaymentStatus.PENDING,
            Payment.date > today,
            Payment.invoice_number.is_(None),
            returning=(Payment.type, Payment.installment_number, Payment.date),
        )

    def remove_unsettled(self, project_id: int) -> None:
        """Remove what is neither paid nor invoiced."""
        self.delete_where(
            Payment.project_id == project_id,
            Payment.status != PaymentStatus.PAID,
            Payment.invoice_number.is_(None),
        )

    def charged_on(self, project_id: int, day: date) -> bool:
        """Whether a recurring payment of the project is dated that day."""
        found = exists().where(
            Payment.project_id == project_id, Payment.type == PaymentType.RECURRING, Payment.date == day
        )
        return bool(self.session.scalar(select(found)))

    def highest_number(self, project_id: int) -> int:
        """The highest number of the project's recurring payments; 0 without any."""
        statement = select(func.max(Payment.installment_number)).where(
            Payment.project_id == project_id, Payment.type == PaymentType.RECURRING
        )
        return self.session.scalar(statement) or 0

    def mark_overdue(self, today: date) -> int:
        """Turn every pending payment of an earlier day overdue, in one statement; how many."""
        statement = (
            update(Payment)
            .where(Payment.status == PaymentStatus.PENDING, Payment.paid_date.is_(None), Payment.date < today)
            .values(status=PaymentStatus.OVERDUE, version=Payment.version + 1)
        )
        result = self.session.execute(statement, execution_options={"synchronize_session": False})
        return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE answers with a CursorResult

    def misjudged(self, today: date) -> list[str]:
        """Unpaid payments whose status contradicts their date."""
        right = (Payment.status == PaymentStatus.OVERDUE) == (Payment.date < today)
        wrong = select(Payment.id).where(Payment.status != PaymentStatus.PAID, ~right).order_by(Payment.id)
        return [f"payment {row_id} has a status that contradicts its date" for row_id in self.session.scalars(wrong)]

    def progress_of(self, project_ids: Sequence[int] | None = None) -> dict[int, Progress]:
        """How far each of these projects (or all) came; those never generated are absent."""
        table = PaymentProgress.__table__.c
        statement = select(table.id, table.charged_through, table.fee_through, table.numbers_from)
        if project_ids is not None:
            statement = statement.where(table.id.in_(project_ids))
        return {row.id: Progress(*row) for row in self.session.execute(statement)}

    def save_progress(self, rows: Iterable[Progress]) -> None:
        """Remember how far they came."""
        for chunk in batched(rows, CHUNK):
            given = rows_of(
                {
                    "id": (BigInteger(), [row.project_id for row in chunk]),
                    "charged_through": (Date(), [row.charged_through for row in chunk]),
                    "fee_through": (Date(), [row.fee_through for row in chunk]),
                    "numbers_from": (Integer(), [row.numbers_from for row in chunk]),
                }
            )
            names = ["id", "charged_through", "fee_through", "numbers_from"]
            statement = insert(PaymentProgress).from_select(names, select(given))
            newer = {name: statement.excluded[name] for name in names[1:]}
            self.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newer))


def _insertion(chunk: Sequence[tuple[int, int, Planned]], today: date) -> ReturningInsert[int]:
    given = rows_of(
        {
            "project_id": (BigInteger(), [project_id for project_id, _, _ in chunk]),
            "client_id": (BigInteger(), [client_id for _, client_id, _ in chunk]),
            "type": (String(), [planned.type.value for _, _, planned in chunk]),
            "installment_number": (Integer(), [planned.number for _, _, planned in chunk]),
            "date": (Date(), [planned.date for _, _, planned in chunk]),
            "amount": (Numeric(12, 2), [planned.amount for _, _, planned in chunk]),
            "currency": (String(), [planned.currency.value for _, _, planned in chunk]),
        }
    )
    status = case((given.c.date < today, PaymentStatus.OVERDUE.value), else_=PaymentStatus.PENDING.value)
    # In the order of the unique key, so that two that insert the same rows wait instead of deadlocking.
    rows = select(given, status, true()).order_by(given.c.project_id, given.c.type, given.c.installment_number)
    names = [*given.c.keys(), "status", "generated"]
    statement = insert(Payment).from_select(names, rows)
    return statement.on_conflict_do_nothing(constraint="uq_payments_installment").returning(Payment.id)
