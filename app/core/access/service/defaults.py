"""The built-in roles, and the permissions that the program gives them by default."""

import logging
from collections.abc import Iterable

from app.core.access.models import Role
from app.core.access.repository import RoleRepository
from app.core.access.rules import RoleDefaults, with_defaults
from app.infra.context import Context
from app.manifest import ADMIN

log = logging.getLogger(__name__)


class DefaultRoles:
    """Gives built-in roles what they were never given; what an administrator took away stays so."""

    def __init__(self, context: Context) -> None:
        self.roles = RoleRepository(context.session)

    def give(self, defaults: Iterable[RoleDefaults]) -> None:
        """Make the roles that are missing, and give each the defaults that are new to it."""
        known = self.roles.built_in_for_update()
        for one in defaults:
            role = known.get(one.code)
            if role is None and self.roles.find(one.code) is not None:
                log.warning("the role %s was made by hand, so it gets no built-in permissions", one.code)
                continue
            self._give(role or self.roles.add(Role(code=one.code, name=one.name, built_in=True)), one)

    def lacking(self, defaults: Iterable[RoleDefaults]) -> list[str]:
        """Messages about roles that were not given what the program gives by default."""
        given = self.roles.given_defaults()
        return [
            f"the role {one.code} was not given its permissions: flask db upgrade does"
            for one in defaults
            if not one.given <= given.get(one.code, one.given)
        ]

    def _give(self, role: Role, defaults: RoleDefaults) -> None:
        permissions, scopes = sorted(defaults.permissions), sorted(defaults.all_scopes)
        if role.code != ADMIN:  # which nobody changes, so it is always as the program says
            permissions = with_defaults(role.permissions, permissions, role.defaults_given)
            scopes = with_defaults(role.all_scopes, scopes, role.defaults_given)
        given = sorted(defaults.given.union(role.defaults_given))
        changes = {"permissions": permissions, "all_scopes": scopes, "defaults_given": given}
        if any(getattr(role, name) != value for name, value in changes.items()):
            self.roles.change(role, changes)
