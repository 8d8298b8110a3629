"""Notifications."""

from datetime import UTC, datetime
from typing import Any

import factory
from sqlalchemy import delete

from app.core.notifications.models import Notification, NotificationSettings
from app.infra.db import db
from tests import factories
from tests.factories import Examples, RowFactory
from tests.factories.auth import UserFactory


class NotificationFactory(RowFactory):
    """An unread notification, in the application and by e-mail."""

    class Meta:
        model = Notification

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    kind = "payments_overdue"
    key = factory.Sequence(str)
    title = "1 pago vencido"
    body = "Brisa, Sitio web: $ 1.500.000, venció el 14 de junio de 2026"
    link = "/payments?status=Vencido"
    in_app = True
    by_email = True
    created_at = datetime(2026, 6, 15, 12, tzinfo=UTC)


class SettingsFactory(RowFactory):
    """Settings of a user who chose nothing."""

    class Meta:
        model = NotificationSettings

    id = factory.LazyFunction(lambda: UserFactory().id)
    kinds = factory.LazyFunction(dict)


def _own(caller: Any) -> str:
    """The address of a notification of the caller."""
    user_id = caller.get("/api/auth/me")["data"]["id"]
    return f"/api/notifications/{NotificationFactory(user_id=user_id).id}"


def _unset(caller: Any) -> str:
    """Path of the caller's settings, which are the defaults until the example changes them."""
    assert factories.app is not None
    with factories.app.app_context():
        mine = NotificationSettings.id == caller.get("/api/auth/me")["data"]["id"]
        db.session.execute(delete(NotificationSettings).where(mine))
        db.session.commit()
    return "/api/notifications/settings"


EXAMPLES = Examples(
    rows={"Notification": lambda: NotificationFactory().id, "NotificationSettings": lambda: SettingsFactory().id},
    existing={
        "/api/notifications/<id:notification_id>": _own,
        "/api/notifications/settings": _unset,
    },
    changes={
        "/api/notifications/<id:notification_id>": {"read": True},
        "/api/notifications/settings": {"payments_overdue": {"email": False}},
    },
    posts={"/api/notifications/read-all": lambda: ("/api/notifications/read-all", {})},
)
