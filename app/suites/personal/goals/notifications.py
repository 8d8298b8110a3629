"""Kind of notification about reached milestones."""

from app.infra.notifications import NotificationKind
from app.suites.personal.goals.service import REACHED

KINDS = {REACHED: NotificationKind(label="Metas alcanzadas", permission="personal:read")}
