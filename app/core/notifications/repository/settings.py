"""Channels that users have chosen."""

from sqlalchemy.dialects.postgresql import insert

from app.core.notifications.models import NotificationSettings, NotificationSettingsRecord
from app.infra.queries.repository import Repository


class SettingsRepository(Repository[NotificationSettings, NotificationSettingsRecord]):
    """Settings of users; a user who never changed them has no row, and version 0."""

    model = NotificationSettings
    record = NotificationSettingsRecord

    def of_user(self, user_id: int) -> NotificationSettingsRecord:
        """The settings of a user."""
        found = self.session.execute(self.base_query().where(NotificationSettings.id == user_id)).first()
        return NotificationSettingsRecord(user_id, {}, 0) if found is None else NotificationSettingsRecord(*found)

    def of_user_for_update(self, user_id: int) -> NotificationSettings:
        """Lock the settings of a user, which are created if there are none, and check their version."""
        first = insert(NotificationSettings).values(id=user_id, kinds={}, version=0)
        self.session.execute(first.on_conflict_do_nothing())
        return self.get_for_update(user_id)
