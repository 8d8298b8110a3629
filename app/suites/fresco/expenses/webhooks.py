"""Events of expenses and bills that webhooks are told of."""

from app.infra.context import Context
from app.infra.webhooks import WebhookObject
from app.suites.fresco.expenses.schemas import AccruedExpenseSchema, ExpenseSchema
from app.suites.fresco.expenses.service import BillService, ExpenseService
from app.web.dump import dumper
from app.web.json import encode


def _shown(context: Context, expense_id: int) -> bytes:
    return encode(dumper(ExpenseSchema)(ExpenseService(context).get(expense_id)))


def _shown_bill(context: Context, accrued_id: int) -> bytes:
    return encode(dumper(AccruedExpenseSchema)(BillService(context).get(accrued_id)))


OBJECTS = {
    "expense": WebhookObject(("created", "updated", "deleted"), _shown),
    "bill": WebhookObject(("created", "updated", "deleted", "paid", "undone", "overdue"), _shown_bill),
}
