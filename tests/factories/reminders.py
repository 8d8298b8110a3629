"""Rules of reminders, and reminders."""

from datetime import date

from app.suites.fresco.reminders.models import Reminder, ReminderRule
from tests.factories import Examples, RowFactory
from tests.factories.payments import PaymentFactory


class RuleFactory(RowFactory):
    """A rule for payments that are three days late."""

    class Meta:
        model = ReminderRule

    days = 3
    subject = "Pago pendiente: {proyecto}"
    text = "Hola, {contacto}: el pago de {saldo} venció el {vence}."


class ReminderFactory(RowFactory):
    """A reminder that waits."""

    class Meta:
        model = Reminder

    due_date = date(2025, 3, 15)
    recipient = "ana@cafeandino.co"


RULES = "/api/reminder-rules"
NEW = {"days": -2, "subject": "Su pago vence el {vence}", "text": "{monto} por {proyecto}"}


def _previewed() -> str:
    return f"{RULES}/{RuleFactory().id}/preview?payment_id={PaymentFactory().id}"


EXAMPLES = Examples(
    rows={
        "ReminderRule": lambda: RuleFactory().id,
        "Reminder": lambda: ReminderFactory(rule_id=RuleFactory().id, payment_id=PaymentFactory().id).id,
    },
    existing={
        f"{RULES}/<id:rule_id>": lambda _: f"{RULES}/{RuleFactory().id}",
        f"{RULES}/<id:rule_id>/preview": lambda _: _previewed(),
    },
    changes={f"{RULES}/<id:rule_id>": {"subject": "Otro asunto"}},
    posts={RULES: lambda: (RULES, {"json": NEW})},
)
