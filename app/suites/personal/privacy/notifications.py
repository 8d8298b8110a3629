"""Kind of notification about archives that were made."""

from app.infra.notifications import NotificationKind
from app.suites.personal.privacy.service import READY

KINDS = {READY: NotificationKind(label="Archivos de tus datos", permission="personal:read", link="/privacy")}
