"""Service of the scopes of users."""

from collections import defaultdict
from typing import NamedTuple, TypedDict

from app.core.identity.models import UserScope
from app.core.identity.repository import ScopeRepository, UserRepository
from app.infra.context import Context
from app.infra.preconditions import VersionedRow
from app.kernel.errors import Forbidden, Invalid

MOST_SCOPES = 1000
"""Maximum number of rows of a user; they are read at each request."""


class GivenScope(TypedDict):
    """Kind and id of a row."""

    kind: str
    id: int


class UserScopes(NamedTuple):
    """The user, whose version is that of the scopes, and the rows."""

    record: VersionedRow
    parts: list[GivenScope]


class ScopeService:
    """Gives users the rows to which their permissions are limited."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.users = UserRepository(context.session)
        self.scopes = ScopeRepository(context.session)
        self.kinds = context.settings.catalog.scopes

    def get(self, user_id: int) -> UserScopes:
        """The rows of a user, of the kinds that are switched on."""
        return UserScopes(self.users.get(user_id), self._listed(user_id))

    def replace(self, user_id: int, given: list[GivenScope]) -> UserScopes:
        """Replace the rows of a user; the caller gives only rows within their own scope."""
        user = self.users.get_for_update(user_id)
        before = {(one.kind, one.row_id): one for one in self.scopes.of_user(user_id, self.kinds)}
        after = {(one["kind"], one["id"]) for one in given}
        self._check_exist(given)
        for kind, row_id in sorted(after - before.keys()):
            if not self.context.scope(kind).includes(row_id):
                raise Forbidden(f"Nobody gives what they do not have: {kind} {row_id}.", code="scope_not_held")
            self.scopes.add(UserScope(user_id=user_id, kind=kind, row_id=row_id))
        for key in before.keys() - after:
            self.scopes.delete(before[key])
        if after != before.keys():
            self.users.change(user, {"updated_at": self.context.clock.now()})
        return UserScopes(user, self._listed(user_id))

    def _listed(self, user_id: int) -> list[GivenScope]:
        return [{"kind": one.kind, "id": one.row_id} for one in self.scopes.of_user(user_id, self.kinds)]

    def _check_exist(self, given: list[GivenScope]) -> None:
        """Raise Invalid, naming each, if a kind is not declared or its table has no such row."""
        if len(given) > MOST_SCOPES:
            raise Invalid(f"A user has at most {MOST_SCOPES} of them.")
        asked: dict[str, set[int]] = defaultdict(set)
        for one in given:
            asked[one["kind"]].add(one["id"])
        missing = {
            kind: self.scopes.missing(self.kinds[kind].table, ids) for kind, ids in asked.items() if kind in self.kinds
        }
        wrong: dict[str, object] = {}
        for place, one in enumerate(given):
            if one["kind"] not in missing:
                wrong[str(place)] = {"kind": ["There is no such kind."]}
            elif one["id"] in missing[one["kind"]]:
                wrong[str(place)] = {"id": ["There is no such row."]}
        if wrong:
            raise Invalid("The request is not valid.", errors=wrong)
