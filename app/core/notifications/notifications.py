"""Kind of notification of sign-ins from new devices."""

from app.core.notifications.service import NEW_SIGN_IN
from app.infra.notifications import NotificationKind

KINDS = {
    NEW_SIGN_IN: NotificationKind(label="Ingresos desde otro dispositivo", permission="account:read", can_be_off=False)
}
