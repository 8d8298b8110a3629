"""Finds the user of an API token, at each request."""

from sqlalchemy.orm import Session

from app.core.identity.queries import find_bearer
from app.core.identity.repository import TOKEN_USE_KEPT, ApiTokenRepository
from app.core.identity.rules import by_kind
from app.infra import clock
from app.kernel.identity import Identity
from app.manifest import Catalog


class TokenPresenceService:
    """Identifies the callers that send API tokens."""

    def __init__(self, session: Session, catalog: Catalog) -> None:
        self.session = session
        self.catalog = catalog
        self.tokens = ApiTokenRepository(session)

    def identify(self, token_hash: str) -> Identity | None:
        """The user of a token, with those of its permissions that the user still has; records the use."""
        now = clock.now()
        row = find_bearer(self.session, token_hash, now)
        if row is None:
            return None
        if row.last_used_at is None:
            self.tokens.begin_uses(row.token_id, now)
        elif row.last_used_at <= now - TOKEN_USE_KEPT:
            self.tokens.touch(row.token_id, now)
        own = self.catalog.permissions.keys() & row.permissions
        return Identity(
            row.id,
            None,
            row.role,
            permissions=frozenset(own.intersection(row.token_permissions)),
            all_scopes=frozenset(row.all_scopes),
            scopes=by_kind(row.scopes),
            two_factor_missing=row.two_factor_missing,
        )
