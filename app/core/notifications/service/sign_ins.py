"""Telling a user of a sign-in from a new device."""

from app.core.notifications.rules import Message, sign_in_body
from app.core.notifications.service.telling import Teller
from app.infra.context import Context

NEW_SIGN_IN = "new_sign_in"


class SignInService:
    """Tells users of sign-ins."""

    def __init__(self, context: Context) -> None:
        self.address = context.address
        self.clock = context.clock
        self.teller = Teller(context)

    def tell(self, user_id: int, session_id: int, device: str) -> None:
        """Tell the user that a session was opened with this device, which no earlier one had."""
        at = self.clock.now().astimezone(self.clock.zone)
        body = sign_in_body(device, self.address, at)
        message = Message(f"session:{session_id}", "Ingreso desde otro dispositivo", body, "/account/sessions")
        self.teller.tell(NEW_SIGN_IN, message, [user_id])
