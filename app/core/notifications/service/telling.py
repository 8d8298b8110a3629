"""Telling users, in the application and by e-mail."""

from collections.abc import Sequence
from typing import NamedTuple

from app.core.identity.service import UserService
from app.core.notifications.repository import NotificationRepository
from app.core.notifications.rules import Message, mail_text
from app.infra.context import Context
from app.infra.mail import Mail
from app.infra.tasks import enqueue_many
from app.kernel.errors import NotFound

MAIL = "notification-mail"
"""The kind of task that sends a notification by e-mail."""


class Told(NamedTuple):
    """Numbers of new notifications, and of those among them that are sent by e-mail."""

    notifications: int
    mails: int


class Teller:
    """Stores notifications and enqueues their mails, a few statements for any number of users."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.clock = context.clock
        self.settings = context.settings
        self.notifications = NotificationRepository(context.session)
        self.users = UserService(context)

    def tell(self, kind: str, message: Message, user_ids: Sequence[int]) -> Told:
        """Tell the users who want this kind; each gets one of its key, however often this is called."""
        told, mailed = self.notifications.tell(kind, message, user_ids, self.clock.now())
        enqueue_many(self.session, MAIL, [{"notification": row_id} for row_id in mailed])
        return Told(told, len(mailed))

    def mail(self, notification_id: int) -> Mail | None:
        """The mail of a notification; None if it or its user is gone."""
        found = self.notifications.find_to_mail(notification_id)
        if found is None:
            return None
        try:
            user = self.users.get(found.user_id)
        except NotFound:
            return None
        if not user.is_active:
            return None
        message = Message("", found.title, found.body, found.link)
        return Mail(
            key=f"notification-{found.id}",
            recipient=user.email,
            recipient_name=user.full_name or user.username,
            subject=found.title,
            text=mail_text(message, self.settings.public_url),
        )
