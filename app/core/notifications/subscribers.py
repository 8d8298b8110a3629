"""Reactions to events of other domains."""

from app.core.identity.events import NewDeviceSeen
from app.core.notifications.service import SignInService
from app.infra.context import Context, Subscription


def _tell(context: Context, event: NewDeviceSeen) -> None:
    SignInService(context).tell(event.user_id, event.session_id, event.device)


SUBSCRIPTIONS = (Subscription(NewDeviceSeen, _tell),)
