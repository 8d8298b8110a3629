"""Services of webhooks."""

from app.core.webhooks.service.sending import TASK, Message, SendingService, Trial
from app.core.webhooks.service.webhooks import NewWebhook, WebhookChanges, WebhookService

__all__ = ["TASK", "Message", "NewWebhook", "SendingService", "Trial", "WebhookChanges", "WebhookService"]
