"""Events of expenses that webhooks are told of."""

from app.infra.context import Context
from app.infra.webhooks import WebhookObject
from app.suites.fresco.expenses.schemas import ExpenseSchema
from app.suites.fresco.expenses.service import ExpenseService
from app.web.dump import dumper
from app.web.json import encode


def _shown(context: Context, expense_id: int) -> bytes:
    return encode(dumper(ExpenseSchema)(ExpenseService(context).get(expense_id)))


OBJECTS = {"expense": WebhookObject(("created", "updated", "deleted"), _shown)}
