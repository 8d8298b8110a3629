"""Demo data of webhooks."""

from datetime import date

from app.core.webhooks.service import WebhookService
from app.infra.context import Context
from app.infra.outbound import Outbound
from app.infra.webhooks import event_names, objects_of_current_app


def seed(context: Context, _today: date) -> None:
    """Create a webhook that is not active, so that nothing is sent."""
    service = WebhookService(context, event_names(objects_of_current_app()), Outbound())
    service.create(url="https://crm.example.com/fresco", events=["*"], active=False)
