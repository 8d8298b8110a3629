"""Services of reminders."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypedDict, Unpack

from app.infra.context import Context
from app.infra.mail import Mail
from app.infra.tasks import enqueue, enqueue_many
from app.kernel.errors import Invalid, NotFound
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.fresco.reminders.models import RemindedPayment, Reminder, ReminderRecord, ReminderRule, RuleRecord
from app.suites.fresco.reminders.queries import (
    ReminderFilter,
    ReminderRepository,
    RuleFilter,
    RuleRepository,
)
from app.suites.fresco.reminders.rules import (
    CATCH_UP,
    FIELDS,
    Facts,
    ReminderState,
    filled,
    next_hour_to_send,
    unknown_fields,
)

TASK = "send-reminder"
_NEWEST_FIRST = (Sort("id", descending=True),)
_BY_DAYS = (Sort("days"),)
_LONGEST_REASON = 200


class RuleValues(TypedDict, total=False):
    """The values of a rule."""

    days: int
    subject: str
    text: str
    active: bool


class PreviewRequest(TypedDict, total=False):
    """The payment that a preview is about."""

    payment_id: int


class ReminderFilters(TypedDict, total=False):
    """The criteria of a list of reminders."""

    state: ReminderState
    client_id: int
    payment_id: int
    rule_id: int


class Preview(NamedTuple):
    """A reminder as it would be sent now; `obstacle` says why it would not be."""

    recipient: str | None
    subject: str
    text: str
    obstacle: str | None


class RuleService:
    """Rules by which clients are reminded."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.rules = RuleRepository(context.session)
        self.reminders = ReminderRepository(context.session)

    def get(self, rule_id: int) -> RuleRecord:
        """One rule."""
        return self.rules.get(rule_id)

    def page(self, request: PageRequest) -> Page[RuleRecord]:
        """One page of rules, by default in the order of their days."""
        return self.rules.page(RuleFilter(), request if request.sort else replace(request, sort=_BY_DAYS))

    def create(self, **values: Unpack[RuleValues]) -> ReminderRule:
        """Create a rule."""
        _check(values)
        return self.rules.add(ReminderRule(**values))

    def update(self, rule_id: int, **changes: Unpack[RuleValues]) -> ReminderRule:
        """Change the given values of a rule."""
        _check(changes)
        return self.rules.change(self.rules.get_for_update(rule_id), changes)

    def delete(self, rule_id: int) -> None:
        """Delete a rule; what was sent by it stays."""
        self.rules.delete(self.rules.get_for_update(rule_id))

    def preview(self, rule_id: int, payment_id: int | None = None) -> Preview:
        """The reminder of a payment, by default the unpaid one that was due first, as the rule would write it today."""
        rule = self.rules.get(rule_id)
        chosen = payment_id or self.reminders.first_unpaid()
        payment = None if chosen is None else self.reminders.payment(chosen)
        if payment is None:
            raise NotFound(f"Payment {payment_id} does not exist." if payment_id else "There is no unpaid payment.")
        subject, text = _written(self.context, rule, payment)
        return Preview(payment.email, subject, text, _obstacle(payment))


class ReminderService:
    """Plans and writes reminders: one for each payment and rule, and none once it is paid."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.rules = RuleRepository(context.session)
        self.reminders = ReminderRepository(context.session)

    def page(self, request: PageRequest, **filters: Unpack[ReminderFilters]) -> Page[ReminderRecord]:
        """One page of reminders, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=_NEWEST_FIRST)
        return self.reminders.page(ReminderFilter(**filters), in_order)

    def plan(self, today: date) -> Mapping[str, int]:
        """Store the reminders that fell due, and enqueue a task for each; returns their number."""
        new = self.reminders.plan(today - CATCH_UP, today)
        enqueue_many(self.context.session, TASK, [{"reminder": one} for one in new])
        return {"reminders": len(new)}

    def write(self, reminder_id: int) -> Mail | None:
        """The mail of a reminder that still waits; None if there is nothing to send, or not at this hour."""
        reminder = self._waiting(reminder_id)
        if reminder is None:
            return None
        later = next_hour_to_send(self.context.clock.now(), self.context.clock.zone)
        if later is not None:
            key = f"{TASK}:{reminder_id}:{later.date()}"
            enqueue(self.context.session, TASK, {"reminder": reminder_id}, key=key, run_at=later)
            return None
        payment = None if reminder.payment_id is None else self.reminders.payment(reminder.payment_id, lock=True)
        if payment is None or reminder.rule_id is None:
            self._skip(reminder, "The payment or the rule is gone.")
            return None
        obstacle = _obstacle(payment)
        if payment.due != reminder.due_date:
            obstacle = "The due date has changed."
        if obstacle is not None or payment.email is None:
            self._skip(reminder, obstacle)
            return None
        subject, text = _written(self.context, self.rules.get(reminder.rule_id), payment)
        self.reminders.change(reminder, {"subject": subject, "recipient": payment.email})
        return Mail(f"reminder-{reminder_id}", payment.email, subject, text, payment.client)

    def mark_sent(self, reminder_id: int) -> None:
        """Record that the mail was accepted."""
        self._end(reminder_id, {"state": ReminderState.SENT, "sent_at": self.context.clock.now(), "reason": None})

    def mark_failed(self, reminder_id: int, reason: str) -> None:
        """Record that the mail will never be accepted."""
        self._end(reminder_id, {"state": ReminderState.FAILED, "reason": reason[:_LONGEST_REASON]})

    def _waiting(self, reminder_id: int) -> Reminder | None:
        try:
            reminder = self.reminders.get_for_update(reminder_id)
        except NotFound:
            return None
        return reminder if reminder.state is ReminderState.WAITING else None

    def _end(self, reminder_id: int, values: Mapping[str, object]) -> None:
        reminder = self._waiting(reminder_id)
        if reminder is not None:
            self.reminders.change(reminder, values)

    def _skip(self, reminder: Reminder, reason: str | None) -> None:
        self.reminders.change(reminder, {"state": ReminderState.SKIPPED, "reason": reason})


def _check(values: RuleValues) -> None:
    """Raise Invalid for a field that there is not."""
    for name in ("subject", "text"):
        if unknown := unknown_fields(str(values.get(name, ""))):
            known = ", ".join(f"{{{one}}}" for one in FIELDS)
            raise Invalid.field(name, f"Unknown fields: {', '.join(unknown)}. There are {known}.")


def _obstacle(payment: RemindedPayment) -> str | None:
    """Why the client is not reminded of the payment, or None."""
    if payment.is_paid:
        return "It is paid."
    if not payment.wanted:
        return "The client gets no reminders."
    return None if payment.email else "The client has no e-mail address."


def _written(context: Context, rule: RuleRecord, payment: RemindedPayment) -> tuple[str, str]:
    """Subject and text for a payment."""
    facts = Facts(
        client=payment.client,
        contact=payment.contact,
        project=payment.project,
        amount=payment.amount,
        balance=payment.amount - payment.paid_amount,
        currency=payment.currency.value,
        due=payment.due,
        invoice=payment.invoice,
        company=context.company.name,
    )
    values = facts.values(context.clock.today())
    return filled(rule.subject, values)[:500], filled(rule.text, values)
