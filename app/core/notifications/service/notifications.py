"""A user's own notifications."""

from collections.abc import Mapping
from typing import TypedDict

from app.core.notifications.models import Notification, NotificationRecord
from app.core.notifications.repository import NotificationRepository
from app.infra.context import Context
from app.infra.notifications import NotificationKind
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest


class NotificationUpdate(TypedDict):
    """Whether a notification counts as read."""

    read: bool


class NotificationService:
    """Lists a user's notifications, and marks them as read."""

    def __init__(self, context: Context, user_id: int, kinds: Mapping[str, NotificationKind]) -> None:
        self.clock = context.clock
        self.user_id = user_id
        self.kinds = kinds
        self.notifications = NotificationRepository(context.session)

    def page(self, request: PageRequest, suite: str | None = None) -> Page[NotificationRecord]:
        """One page of notifications, of one suite or of all, unread ones first."""
        return self.notifications.page_of(self.user_id, request, None if suite is None else self._kinds_of(suite))

    def _kinds_of(self, suite: str) -> list[str]:
        """Kinds of the notifications of a suite."""
        if suite not in {kind.suite for kind in self.kinds.values()}:
            raise Invalid.field("suite", "There is no such suite.")
        return sorted(name for name, kind in self.kinds.items() if kind.suite == suite)

    def mark(self, notification_id: int, *, read: bool) -> Notification:
        """Mark a notification as read or unread; when it was read first stays."""
        found = self.notifications.get_own_for_update(self.user_id, notification_id)
        read_at = (found.read_at or self.clock.now()) if read else None
        return self.notifications.change(found, {"read_at": read_at})

    def mark_all_read(self) -> None:
        """Mark all notifications as read."""
        self.notifications.mark_all_read(self.user_id, self.clock.now())
