"""Kind of notification of budgets."""

from app.infra.notifications import NotificationKind
from app.suites.personal.budgets.service import ALERT

KINDS = {ALERT: NotificationKind(label="Alertas de presupuestos", permission="personal:read", link="/budgets")}
