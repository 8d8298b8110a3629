"""Device tokens, which identify a device that logged in before."""

import secrets
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

LIFETIME = timedelta(days=90)


class DeviceTokens:
    """Issues and reads device tokens; they say that somebody logged in from there, and give no access.

    The stored hash is part of the key that signs them: each is one user's own, and ends with the password.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def issue(self, password_hash: str, device: str | None) -> str:
        """Issue a token, for the same device if it is known."""
        return str(self._serializer(password_hash).dumps(device or secrets.token_hex(16)))

    def read(self, token: str | None, password_hash: str | None) -> str | None:
        """Id of the device, or None if the token is not a valid one of this account."""
        if token is None:
            return None
        try:
            # Without an account the same work is done: how long it takes tells nothing.
            known = self._serializer(password_hash).loads(token, int(LIFETIME.total_seconds()))
        except BadData:
            return None
        return known if isinstance(known, str) and password_hash else None

    def _serializer(self, password_hash: str | None) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret, salt=f"device-token:{password_hash}")
