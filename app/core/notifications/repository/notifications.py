"""Notifications of users."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Select, and_, any_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.notifications.models import Notification, NotificationRecord, NotificationSettings
from app.core.notifications.rules import EVERYWHERE, Message
from app.infra.preconditions import check_precondition
from app.infra.queries.bulk import CHUNK, rows_of
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.paging import fetch_page, page_values, paged
from app.infra.queries.repository import Repository
from app.kernel.batches import batched
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, Part

_SHOWN = Notification.in_app


class NotificationRepository(Repository[Notification, NotificationRecord]):
    """Notifications."""

    model = Notification
    record = NotificationRecord

    def page_of(
        self, user_id: int, request: PageRequest, kinds: Sequence[str] | None = None
    ) -> Page[NotificationRecord]:
        """One page of a user's notifications, of some kinds or of all, unread ones first, then newest first."""
        values: dict[str, object] = {"user_id": user_id, **({} if kinds is None else {"kinds": list(kinds)})}
        total = _count(kinds is not None, **values).scalar(self.session, int) or 0
        query = _page(request.part, kinds is not None, **values, **page_values(request))
        return Page(fetch_page(query, self.session, NotificationRecord, request), total, request)

    def get_own_for_update(self, user_id: int, notification_id: int) -> Notification:
        """Lock a user's notification, and check its version; NotFound if it is another's."""
        own = (Notification.id == notification_id, Notification.user_id == user_id, _SHOWN)
        found = self.session.scalar(select(Notification).where(*own).with_for_update())
        if found is None:
            raise NotFound(f"Notification {notification_id} does not exist.")
        check_precondition(self.session, found.id, found.version)
        return found

    def find_to_mail(self, notification_id: int) -> NotificationRecord | None:
        """A notification that its user gets by e-mail; None if it is gone."""
        found = self.base_query().where(Notification.id == notification_id, Notification.by_email)
        row = self.session.execute(found).first()
        return None if row is None else NotificationRecord(*row)

    def mark_all_read(self, user_id: int, now: datetime) -> int:
        """Mark all notifications of a user as read; returns the number of those that were not."""
        unread = (Notification.user_id == user_id, Notification.read_at.is_(None), _SHOWN)
        changed = update(Notification).where(*unread).values(read_at=now, version=Notification.version + 1)
        return len(self.session.scalars(changed.returning(Notification.id)).all())

    def tell(self, kind: str, message: Message, user_ids: Sequence[int], now: datetime) -> tuple[int, list[int]]:
        """Insert it for each of the users who wants it and has none of this key.

        Returns the number of new ones, and the ids of those that are sent by e-mail.
        """
        told, mailed = 0, []
        for chunk in batched(sorted(user_ids), CHUNK):
            given = rows_of({"user_id": (BigInteger(), chunk)})
            in_app, by_email = (_wanted(kind, channel) for channel in EVERYWHERE._fields)
            values = (literal(kind), literal(message.key), literal(message.title), literal(message.body))
            rows = (
                select(given.c.user_id, *values, literal(message.link), in_app, by_email, literal(now))
                .select_from(given.outerjoin(NotificationSettings, NotificationSettings.id == given.c.user_id))
                .where(or_(in_app, by_email))
            )
            names = ["user_id", "kind", "key", "title", "body", "link", "in_app", "by_email", "created_at"]
            statement = insert(Notification).from_select(names, rows).on_conflict_do_nothing()
            found = self.session.execute(statement.returning(Notification.id, Notification.by_email)).all()
            told += len(found)
            mailed += [row.id for row in found if row.by_email]
        return told, mailed

    def purge(self, read_before: datetime) -> int:
        """Delete what was read before this time, or was only sent by e-mail; returns its number."""
        only_mailed = and_(~_SHOWN, Notification.created_at < read_before)
        return self.delete_where(or_(Notification.read_at < read_before, only_mailed))


def _wanted(kind: str, channel: str) -> ColumnElement[bool]:
    """Whether the user of the settings' row, if any, wants this kind by this channel."""
    chosen = NotificationSettings.kinds[kind][channel].as_boolean()
    return func.coalesce(chosen, literal(getattr(EVERYWHERE, channel), Boolean()))


def _own(of_kinds: bool) -> list[ColumnElement[bool]]:
    own = [Notification.user_id == parameter("user_id", int), _SHOWN.is_(True)]
    return [*own, Notification.kind == any_(parameter("kinds", tuple))] if of_kinds else own


@cached_query
def _count(of_kinds: bool) -> Select[Any]:
    return select(func.count()).select_from(Notification).where(*_own(of_kinds))


@cached_query
def _page(part: Part, of_kinds: bool) -> Select[Any]:
    unread_first = (Notification.read_at.is_not(None), Notification.id.desc())
    rows = NotificationRepository.base_query().where(*_own(of_kinds)).order_by(*unread_first)
    return rows if part is Part.WHOLE else paged(rows)
