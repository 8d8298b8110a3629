"""Events of incomes that webhooks are told of."""

from app.infra.context import Context
from app.infra.webhooks import WebhookObject
from app.suites.fresco.incomes.schemas import IncomeSchema
from app.suites.fresco.incomes.service import IncomeService
from app.web.dump import dumper
from app.web.json import encode


def _shown(context: Context, income_id: int) -> bytes:
    return encode(dumper(IncomeSchema)(IncomeService(context).get(income_id)))


OBJECTS = {"income": WebhookObject(("created", "updated", "deleted"), _shown)}
