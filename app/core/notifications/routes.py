"""/api/notifications."""

from collections.abc import Mapping

from app.core.notifications.models import Notification, NotificationRecord
from app.core.notifications.schemas import NotificationListQuery, NotificationSchema, NotificationSettingsSchema
from app.core.notifications.service import (
    ChannelChoices,
    KindSettings,
    NotificationService,
    NotificationUpdate,
    SettingsService,
)
from app.infra.notifications import kinds_of_current_app
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, operation
from app.web.auth import current_identity
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

namespace = Namespace("notifications", path="/notifications")


def service() -> NotificationService:
    """The service of this request."""
    return NotificationService(context(), current_identity().user_id, kinds_of_current_app())


def settings_service() -> SettingsService:
    """The service of this request."""
    return SettingsService(context(), current_identity(), kinds_of_current_app())


@namespace.route("")
class Notifications(Resource):
    @operation("account:read", Listed(NotificationSchema, title="Notificaciones"), query=NotificationListQuery)
    def get(self, query: ListRequest) -> Page[NotificationRecord]:
        """List my notifications, of one suite or of all, unread ones first, then newest first."""
        return service().page(query.page, **query.filters)


@namespace.route("/<id:notification_id>")
class OneNotification(Resource):
    @operation("account:write", One(NotificationSchema), body=NotificationSchema, errors=(404,))
    def patch(self, notification_id: int, body: NotificationUpdate) -> Notification:
        """Mark one of my notifications as read or unread."""
        return service().mark(notification_id, read=body["read"])


@namespace.route("/read-all")
class ReadAll(Resource):
    @operation("account:write", Message("All notifications are read"), name="markAllNotificationsRead")
    def post(self) -> None:
        """Mark all my notifications as read."""
        service().mark_all_read()


@namespace.route("/settings")
class NotificationSettings(Resource):
    @operation("account:read", One(NotificationSettingsSchema))
    def get(self) -> KindSettings:
        """Get by which channels I get each kind of notification."""
        return settings_service().get()

    @operation("account:write", One(NotificationSettingsSchema), body=NotificationSettingsSchema)
    def put(self, body: Mapping[str, ChannelChoices]) -> KindSettings:
        """Choose the channels of the kinds that are sent; sign-ins from new devices can't be switched off."""
        return settings_service().update(body)
