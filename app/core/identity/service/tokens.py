"""API tokens: made, listed and revoked by their user."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict

from app.core.identity.models import ApiToken, ApiTokenRecord, ListedApiToken
from app.core.identity.repository import ApiTokenFilter, ApiTokenRepository
from app.core.identity.rules import is_beyond_tokens
from app.infra.context import Context
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.kernel.identity import API_TOKEN_PREFIX, Identity, token_hash
from app.kernel.paging import Page, PageRequest, Sort

LONGEST_LIFE = timedelta(days=366)
NEWEST_FIRST = (Sort("created_at", descending=True),)


class NewApiToken(TypedDict):
    """The values of a new API token."""

    name: str
    permissions: list[str]
    expires_at: datetime


class ApiTokenService:
    """API tokens of the caller."""

    def __init__(self, context: Context) -> None:
        self.clock = context.clock
        self.tokens = ApiTokenRepository(context.session)

    def page(self, identity: Identity, request: PageRequest) -> Page[ListedApiToken]:
        """One page of the caller's own tokens."""
        in_order = request if request.sort else replace(request, sort=NEWEST_FIRST)
        page = self.tokens.page(ApiTokenFilter(identity.user_id), in_order)
        return Page(self._listed(list(page.items)), page.total, request)

    def get(self, identity: Identity, token_id: int) -> ListedApiToken:
        """One of the caller's own tokens."""
        self._require_own(identity, token_id)
        [token] = self._listed([self.tokens.get(token_id)])
        return token

    def create(self, identity: Identity, *, name: str, permissions: list[str], expires_at: datetime) -> ListedApiToken:
        """Make a token; it is in this answer alone."""
        self._check(identity, permissions, expires_at)
        token = API_TOKEN_PREFIX + secrets.token_urlsafe(32)
        made = self.tokens.add(
            ApiToken(
                user_id=identity.user_id,
                name=name,
                permissions=sorted(set(permissions)),
                token_hash=token_hash(token),
                expires_at=expires_at,
            )
        )
        return self.get(identity, made.id)._replace(token=token)

    def revoke(self, identity: Identity, token_id: int) -> None:
        """End one of the caller's own tokens."""
        self._require_own(identity, token_id)
        self.tokens.delete(self.tokens.get_for_update(token_id))

    def end_all_of(self, user_id: int) -> None:
        """End all tokens of a user who was deactivated, or whose password was reset."""
        self.tokens.end_all_of(user_id)

    def _check(self, identity: Identity, permissions: Collection[str], expires_at: datetime) -> None:
        if beyond := sorted(filter(is_beyond_tokens, permissions)):
            raise Forbidden(f"An API token can't have these permissions: {', '.join(beyond)}.")
        if lacking := sorted(name for name in permissions if not identity.may(name)):
            raise Invalid.field("permissions", f"You do not have these yourself: {', '.join(lacking)}.")
        now = self.clock.now()
        if not now < expires_at <= now + LONGEST_LIFE:
            raise Invalid.field("expires_at", "Must be in the future, and at most a year away.")

    def _require_own(self, identity: Identity, token_id: int) -> None:
        if self.tokens.owner(token_id) != identity.user_id:
            raise NotFound(f"API token {token_id} does not exist.")

    def _listed(self, tokens: list[ApiTokenRecord]) -> Iterable[ListedApiToken]:
        uses = self.tokens.last_uses(one.id for one in tokens)
        return [
            ListedApiToken(
                one.id, one.name, one.permissions, one.expires_at, one.created_at, one.version, uses.get(one.id)
            )
            for one in tokens
        ]
