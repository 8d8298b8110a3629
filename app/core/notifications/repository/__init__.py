"""Repositories of notifications."""

from app.core.notifications.repository.digests import DigestRepository
from app.core.notifications.repository.notifications import NotificationRepository
from app.core.notifications.repository.settings import SettingsRepository

__all__ = ["DigestRepository", "NotificationRepository", "SettingsRepository"]
