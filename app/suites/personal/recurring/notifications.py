"""Kind of notification about occurrences that could not be entered."""

from app.infra.notifications import NotificationKind
from app.suites.personal.recurring.service import BLOCKED

KINDS = {BLOCKED: NotificationKind(label="Movimientos recurrentes sin registrar", permission="personal:read")}
