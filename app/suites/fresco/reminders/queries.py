"""Rules and reminders, and the payments that they are about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, cast, select
from sqlalchemy.dialects.postgresql import insert

from app.core.parties.models import Party
from app.infra.queries.records import reader
from app.infra.queries.repository import Filter, Repository, equal
from app.suites.fresco.clients.models import Client
from app.suites.fresco.payments.models import Payment
from app.suites.fresco.projects.models import Project
from app.suites.fresco.reminders.models import RemindedPayment, Reminder, ReminderRecord, ReminderRule, RuleRecord
from app.suites.fresco.reminders.rules import ReminderState


@dataclass(frozen=True, slots=True)
class RuleFilter(Filter):
    """All rules."""

    def conditions(self) -> list[ColumnElement[bool]]:
        return []


@dataclass(frozen=True, slots=True)
class ReminderFilter(Filter):
    """Criteria of reminders."""

    state: ReminderState | None = None
    client_id: int | None = None
    payment_id: int | None = None
    rule_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal(
            (Reminder.state, None if self.state is None else self.state.value),
            (Reminder.client_id, self.client_id),
            (Reminder.payment_id, self.payment_id),
            (Reminder.rule_id, self.rule_id),
        )


class RuleRepository(Repository[ReminderRule, RuleRecord]):
    """Rules by which clients are reminded."""

    model = ReminderRule
    record = RuleRecord


class ReminderRepository(Repository[Reminder, ReminderRecord]):
    """Reminders."""

    model = Reminder
    record = ReminderRecord

    def plan(self, first: date, today: date) -> list[int]:
        """Insert the reminders that fell due on these days and are not there; returns their ids."""
        day = Payment.date + cast(ReminderRule.days, Integer)
        rows = (
            select(ReminderRule.id, Payment.id, Payment.client_id, Payment.date, Party.email)
            .select_from(_with_client(Payment.__table__).join(ReminderRule.__table__, ReminderRule.active))
            .where(Payment.paid_date.is_(None), Client.reminders, Party.email.is_not(None), day.between(first, today))
            .order_by(Payment.id, ReminderRule.id)
        )
        names = ["rule_id", "payment_id", "client_id", "due_date", "recipient"]
        statement = insert(Reminder).from_select(names, rows).on_conflict_do_nothing(constraint="uq_reminders_once")
        return list(self.session.scalars(statement.returning(Reminder.id)))

    def first_unpaid(self) -> int | None:
        """Id of the unpaid payment that was due first, or None."""
        unpaid = select(Payment.id).where(Payment.paid_date.is_(None)).order_by(Payment.date, Payment.id)
        return self.session.scalar(unpaid.limit(1))

    def payment(self, payment_id: int, *, lock: bool = False) -> RemindedPayment | None:
        """A payment with what a reminder says about it, or None."""
        query = _payments().where(Payment.id == payment_id)
        if lock:
            query = query.with_for_update(of=Payment, read=True)
        return next(iter(reader(RemindedPayment)(self.session.execute(query))), None)


def _payments() -> Select[Any]:
    payment, party = Payment.__table__.c, Party.__table__.c
    columns = (
        payment.id,
        payment.client_id,
        payment.date,
        payment.amount,
        payment.paid_amount,
        payment.currency,
        payment.paid_date.is_not(None),
        payment.invoice_number,
        Project.__table__.c.name,
        party.name,
        Client.__table__.c.contact_name,
        party.email,
        Client.__table__.c.reminders,
    )
    with_project = Payment.__table__.join(Project.__table__, Project.id == Payment.project_id)
    return select(*columns).select_from(_with_client(with_project))


def _with_client(rows: FromClause) -> FromClause:
    """Payments with their clients and their parties."""
    with_client = rows.join(Client.__table__, Client.id == Payment.client_id)
    return with_client.join(Party.__table__, Party.id == Client.id)
