"""Services of notifications."""

from app.core.notifications.service.digests import DigestService
from app.core.notifications.service.notifications import NotificationService, NotificationUpdate
from app.core.notifications.service.settings import ChannelChoices, KindSettings, SettingsService
from app.core.notifications.service.sign_ins import NEW_SIGN_IN, SignInService
from app.core.notifications.service.telling import MAIL, Teller

__all__ = [
    "MAIL",
    "NEW_SIGN_IN",
    "ChannelChoices",
    "DigestService",
    "KindSettings",
    "NotificationService",
    "NotificationUpdate",
    "SettingsService",
    "SignInService",
    "Teller",
]
