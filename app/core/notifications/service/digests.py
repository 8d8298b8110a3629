"""The daily digests."""

from collections.abc import Mapping
from datetime import date

from app.core.identity.service import UserService
from app.core.notifications.repository import DigestRepository, NotificationRepository
from app.core.notifications.rules import KEPT_KEYS, KEPT_READ, Message, digest_body
from app.core.notifications.service.telling import Teller
from app.infra.context import Context
from app.infra.notifications import NotificationKind


class DigestService:
    """Makes one digest a day of each kind, of all that was not reported before.

    What is reported once is decided by unique keys: of the day and kind, of the entry, and of the user's notification.
    A run that comes late reports all that came up meanwhile; a second one finds the day's digest and adds nothing.
    """

    def __init__(self, context: Context, kinds: Mapping[str, NotificationKind]) -> None:
        self.context = context
        self.kinds = kinds
        self.digests = DigestRepository(context.session)
        self.notifications = NotificationRepository(context.session)
        self.users = UserService(context)
        self.teller = Teller(context)

    def notify(self, today: date) -> dict[str, int]:
        """Make today's digests, and forget what is too old to matter; returns numbers of what was done."""
        told = [self._digest(name, kind, today) for name, kind in self.kinds.items() if kind.find is not None]
        removed = self.notifications.purge(self.context.clock.now() - KEPT_READ)
        self.digests.purge(today - KEPT_KEYS)
        return {
            "notifications": sum(notifications for notifications, _ in told),
            "mails": sum(mails for _, mails in told),
            "removed": removed,
        }

    def _digest(self, name: str, kind: NotificationKind, today: date) -> tuple[int, int]:
        if kind.find is None or not self.digests.begin(name, today):
            return (0, 0)
        return self._tell_new(name, kind, today, key=today.isoformat())

    def tell_failures(self, today: date) -> None:
        """Tell of what failed and was not reported before, without waiting for the next digest."""
        for name, kind in self.kinds.items():
            if kind.soon:
                self._tell_new(name, kind, today, key=self.context.clock.now().isoformat())

    def _tell_new(self, name: str, kind: NotificationKind, today: date, *, key: str) -> tuple[int, int]:
        """Tell of the entries that were not reported before."""
        if kind.find is None:
            return (0, 0)
        entries = kind.find(self.context, today)
        new = self.digests.record(name, [entry.key for entry in entries], today)
        lines = [entry.line for entry in entries if entry.key in new]
        if not lines:
            return (0, 0)
        message = Message(key, kind.title(len(lines)), digest_body(lines), kind.link)
        return self.teller.tell(name, message, self.users.ids_with(kind.permission))
