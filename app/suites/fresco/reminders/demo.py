"""Demo data of reminders."""

from datetime import date

from app.infra.context import Context
from app.suites.fresco.reminders.service import RuleService

_TEXT = """Hola, {contacto}:

El pago de {saldo} por {proyecto} venció el {vence}. Si ya lo hizo, no tenga en cuenta este mensaje.

{empresa}
"""


def seed(context: Context, _today: date) -> None:
    """Create a rule that is not active, so that nobody gets a mail."""
    RuleService(context).create(days=3, subject="Pago pendiente: {proyecto}", text=_TEXT, active=False)
