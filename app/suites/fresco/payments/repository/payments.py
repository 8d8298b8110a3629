"""Repository of payments, with bulk statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Numeric,
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

from app.infra.db import require_writable
from app.infra.preconditions import check_precondition
from app.infra.queries.bulk import CHUNK, ArrayColumns, matching, rows_of
from app.infra.queries.open_months import first_open_day
from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Repository
from app.kernel.batches import batched
from app.kernel.errors import Conflict, NotFound
from app.kernel.money import Currency
from app.kernel.tax import TAX_TOO_HIGH
from app.suites.fresco.payments.models import Payment, PaymentProgress, PaymentRecord
from app.suites.fresco.payments.repository.invoices import CONFLICTS as INVOICE_CONFLICTS
from app.suites.fresco.payments.rules import (
    KeptFee,
    LastCharge,
    PaymentStatus,
    PaymentType,
    PlannedPayment,
    ScheduledPayment,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """Days up to which a project's payments were generated."""

    project_id: int
    charged_through: date
    fee_through: date | None


_NO_PROJECT = NotFound("The project does not exist.")
HAS_RECEIPTS = Conflict("The payment has receipts; undo these first.", code="payment_has_receipts")


class KnownPayment(NamedTuple):
    """The values by which a payment is known."""

    id: int
    project_id: int
    type: PaymentType
    installment_number: int | None
    date: date
    amount: Decimal
    currency: Currency


class PaymentRepository(Repository[Payment, PaymentRecord]):
    """Payments of projects."""

    model = Payment
    record = PaymentRecord
    conflicts: ClassVar = {
        "ck_payments_tax_below_amount": TAX_TOO_HIGH,
        "payments.client_id": _NO_PROJECT,
        "fk_payments_project_id_client_id_projects": _NO_PROJECT,
        "uq_payments_installment": Conflict(
            "The project already has a payment of this type and number.",
            code="installment_exists",
            errors={"installment_number": ["Already exists for this project and type."]},
        ),
        "fk_payment_receipts_payment_id_payments": HAS_RECEIPTS,
        **INVOICE_CONFLICTS,
    }

    def mark_paid(self, payment_id: int, day: date) -> PaymentRecord | None:
        """Mark a payment as paid at once on a day, by one statement; None if it is that, or is received in parts."""
        require_writable(self.session)
        columns = columns_of(PaymentRecord, Payment.__table__)
        paid = {"paid_amount": Payment.amount, "paid_date": day, "status": PaymentStatus.PAID}
        statement = (
            update(Payment)
            .where(Payment.id == payment_id, ~Payment.in_parts, Payment.paid_date.is_distinct_from(day))
            .values(**paid, version=Payment.version + 1)
            .returning(*columns)
        )
        with self.translated():
            self.session.flush()
            row = self.session.execute(statement, execution_options={"synchronize_session": False}).first()
        if row is None:
            return None
        check_precondition(self.session, payment_id, row.version - 1)
        return PaymentRecord._make(row)

    def insert_planned(self, rows: Iterable[tuple[int, int, PlannedPayment]], today: date) -> list[int]:
        """Insert (project, client, payment) rows that don't exist yet and return the ids of the new ones."""
        new: list[int] = []
        for chunk in batched(rows, CHUNK):
            new.extend(self.session.scalars(_insert_statement(chunk, today)))
        return new

    def known_of(self, project_ids: Collection[int]) -> list[KnownPayment]:
        """Payments of these projects."""
        keys: ArrayColumns = {"project_id": (BigInteger(), sorted(project_ids))}
        return reader(KnownPayment)(self.session.execute(matching(KnownPayment, Payment.__table__, keys)))

    def by_ids(self, ids: Sequence[int]) -> Sequence[Payment]:
        """The payments with these ids, by date."""
        statement = select(Payment).where(Payment.id.in_(ids)).order_by(Payment.date, Payment.id)
        return self.session.scalars(statement).all() if ids else []

    def scheduled(self, ids: Sequence[int]) -> list[ScheduledPayment]:
        """The payments with these ids as the schedule has them, by date."""
        columns = [Payment.__table__.c[name] for name in ScheduledPayment._fields]
        statement = select(*columns).where(Payment.id.in_(ids)).order_by(Payment.date, Payment.type, Payment.id)
        return reader(ScheduledPayment)(self.session.execute(statement).all()) if ids else []

    def delete_coming(self, project_id: int, today: date) -> list[ScheduledPayment]:
        """Delete the coming payments that a change of the plan may replace; return them by date. All others are kept.

        Coming are generated, pending and uninvoiced payments of future days of which nothing is received.
        """
        removed = self.delete_returning(
            ScheduledPayment,
            Payment.project_id == project_id,
            Payment.generated,
            Payment.status == PaymentStatus.PENDING,
            Payment.date > today,
            Payment.invoice_number.is_(None),
            Payment.paid_amount == 0,
        )
        return sorted(removed, key=lambda one: (one.date, one.type, one.installment_number))

    def count_of(self, project_id: int) -> int:
        """Number of the project's payments."""
        return self.session.scalar(select(func.count()).where(Payment.project_id == project_id)) or 0

    def kept_fee(self, project_id: int) -> KeptFee:
        """The project's numbered installments of the implementation fee."""
        statement = select(Payment.installment_number, Payment.amount, Payment.currency, Payment.date).where(
            Payment.project_id == project_id,
            Payment.type == PaymentType.IMPLEMENTATION,
            Payment.installment_number.is_not(None),
        )
        rows = self.session.execute(statement.order_by(Payment.installment_number)).all()
        return KeptFee(
            tuple(row.installment_number for row in rows),
            sum((row.amount for row in rows), Decimal(0)),
            frozenset(row.currency for row in rows),
            max((row.date for row in rows), default=None),
        )

    def last_charge(self, project_id: int) -> LastCharge | None:
        """The project's recurring payment with the highest number."""
        statement = select(Payment.installment_number, Payment.date, Payment.generated).where(
            Payment.project_id == project_id,
            Payment.type == PaymentType.RECURRING,
            Payment.installment_number.is_not(None),
        )
        row = self.session.execute(statement.order_by(Payment.installment_number.desc()).limit(1)).one_or_none()
        return None if row is None else LastCharge(row.installment_number or 0, row.date, row.generated)

    def delete_unsettled(self, project_id: int) -> None:
        """Delete the project's payments that are not invoiced and of which nothing is received."""
        self.delete_where(
            Payment.project_id == project_id,
            Payment.paid_amount == 0,
            Payment.invoice_number.is_(None),
        )

    def has_receipts(self, project_id: int) -> bool:
        """Whether something was received for the project."""
        found = exists().where(Payment.project_id == project_id, Payment.paid_amount > 0)
        return bool(self.session.scalar(select(found)))

    def has_charge_on(self, project_id: int, day: date) -> bool:
        """Whether a recurring payment of the project is due on that day."""
        found = exists().where(
            Payment.project_id == project_id, Payment.type == PaymentType.RECURRING, Payment.date == day
        )
        return bool(self.session.scalar(select(found)))

    def mark_overdue(self, today: date) -> int:
        """Mark pending payments due before today as overdue, in one statement, and return their number."""
        statement = (
            update(Payment)
            .where(Payment.status == PaymentStatus.PENDING, Payment.paid_date.is_(None), Payment.date < today)
            .values(status=PaymentStatus.OVERDUE, version=Payment.version + 1)
        )
        result = self.session.execute(statement, execution_options={"synchronize_session": False})
        return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE returns a CursorResult

    def status_violations(self, today: date) -> list[str]:
        """Messages about unpaid payments whose status contradicts their due date."""
        is_consistent = (Payment.status == PaymentStatus.OVERDUE) == (Payment.date < today)
        inconsistent = (
            select(Payment.id).where(Payment.status != PaymentStatus.PAID, ~is_consistent).order_by(Payment.id)
        )
        return [
            f"payment {row_id} has a status that contradicts its date" for row_id in self.session.scalars(inconsistent)
        ]

    def progress_of(self, project_ids: Sequence[int] | None = None) -> dict[int, Progress]:
        """Progress by project of these projects, or of all; projects without generated payments are absent."""
        table = PaymentProgress.__table__.c
        statement = select(table.id, table.charged_through, table.fee_through)
        if project_ids is not None:
            statement = statement.where(table.id.in_(project_ids))
        return {row.id: Progress(*row) for row in self.session.execute(statement)}

    def save_progress(self, rows: Iterable[Progress]) -> None:
        """Store the progress of projects, replacing what is stored."""
        for chunk in batched(rows, CHUNK):
            source = rows_of(
                {
                    "id": (BigInteger(), [row.project_id for row in chunk]),
                    "charged_through": (Date(), [row.charged_through for row in chunk]),
                    "fee_through": (Date(), [row.fee_through for row in chunk]),
                }
            )
            names = ["id", "charged_through", "fee_through"]
            statement = insert(PaymentProgress).from_select(names, select(source))
            new = {name: statement.excluded[name] for name in names[1:]}
            self.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))


def _insert_statement(chunk: Sequence[tuple[int, int, PlannedPayment]], today: date) -> ReturningInsert[int]:
    source = rows_of(
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
    day = func.greatest(source.c.date, first_open_day())  # a closed month gets no payment
    status = case((day < today, PaymentStatus.OVERDUE.value), else_=PaymentStatus.PENDING.value)
    others = [one for one in source.c if one.key != "date"]
    # In the order of the unique key: concurrent inserts of the same rows wait for each other instead of deadlocking.
    rows = select(*others, day, status, true()).order_by(
        source.c.project_id, source.c.type, source.c.installment_number
    )
    names = [*(one.key for one in others), "date", "status", "generated"]
    statement = insert(Payment).from_select(names, rows)
    return statement.on_conflict_do_nothing(constraint="uq_payments_installment").returning(Payment.id)
