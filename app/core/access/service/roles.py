"""Service of roles."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict, Unpack

from app.core.access.events import AdministrationTaken
from app.core.access.models import Role, RoleRecord
from app.core.access.repository import RoleFilter, RoleRepository
from app.core.access.rules import administers
from app.infra.context import Context
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.paging import Page, PageRequest
from app.manifest import ADMIN, ListedPermission


class RoleChanges(TypedDict, total=False):
    """The values of a role that a caller may change; its code must be the one it has."""

    code: str
    name: str
    permissions: list[str]
    all_scopes: list[str]
    two_factor_required: bool


class NewRole(TypedDict):
    """The values of a new role."""

    code: str
    name: str
    permissions: list[str]
    all_scopes: NotRequired[list[str]]
    two_factor_required: NotRequired[bool]


class RoleService:
    """Creates, changes and deletes roles; nobody gives what they do not have."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.roles = RoleRepository(context.session)
        self.catalog = context.settings.catalog

    def get(self, code: str) -> RoleRecord:
        """One role."""
        found = self.roles.find(code)
        if found is None:
            raise _unknown(code)
        return self._shown(found)

    def page(self, request: PageRequest) -> Page[RoleRecord]:
        """One page of roles."""
        page = self.roles.page(RoleFilter(), request)
        return Page(map(self._shown, page.items), page.total, request)

    def page_of_permissions(self, request: PageRequest) -> Page[ListedPermission]:
        """One page of the permissions of all that is switched on."""
        found = list(self.catalog.permissions.values())
        return Page(found[request.span], len(found), request)

    def create(self, **values: Unpack[NewRole]) -> RoleRecord:
        """Create a role."""
        permissions, scopes = sorted(values["permissions"]), sorted(values.get("all_scopes", []))
        self._check_known(permissions, scopes)
        self._check_held(permissions, scopes)
        self.roles.add(Role(**{**values, "permissions": permissions, "all_scopes": scopes}))
        return self.get(values["code"])

    def update(self, code: str, /, **changes: Unpack[RoleChanges]) -> RoleRecord:
        """Change the given values and leave the others."""
        self.lock_administration()
        role = self._get_for_update(code)
        if role.code == ADMIN:
            raise Conflict("The role admin can't be changed.", code="role_unchangeable")
        if changes.get("code", code) != code:
            raise Invalid.field("code", "Can't be changed.")
        before, stored = self.get(code), (set(role.permissions), set(role.all_scopes))
        permissions = set(changes.get("permissions", before.permissions))
        scopes = set(changes.get("all_scopes", before.all_scopes))
        self._check_known(permissions, scopes)
        self._check_held(permissions.difference(before.permissions), scopes.difference(before.all_scopes))
        # What belongs to a suite that is switched off was not shown, and stays.
        permissions |= stored[0].difference(before.permissions)
        scopes |= stored[1].difference(before.all_scopes)
        self.roles.change(role, {**changes, "permissions": sorted(permissions), "all_scopes": sorted(scopes)})
        if administers(stored[0]) and not administers(permissions):
            self.context.publish(AdministrationTaken(code))
        return self.get(code)

    def delete(self, code: str) -> None:
        """Delete a role that no user has."""
        role = self._get_for_update(code)
        if role.built_in:
            raise Conflict("A built-in role can't be deleted.", code="role_built_in")
        self.roles.delete(role)

    def permissions_of(self, code: str) -> frozenset[str]:
        """Permissions that a role gives now."""
        return frozenset(self.get(code).permissions)

    def check_may_give(self, code: str) -> None:
        """Raise Invalid if there is no such role, Forbidden if the caller has not all that it gives."""
        found = self.roles.find(code)
        if found is None:
            raise Invalid.field("role", "There is no such role.")
        shown = self._shown(found)
        self._check_held(shown.permissions, shown.all_scopes)

    def lock_administration(self) -> None:
        """Make changes by which administrators may vanish wait for each other, until the end of the transaction."""
        self.roles.lock_administration()

    def _check_known(self, permissions: Iterable[str], scopes: Iterable[str]) -> None:
        for field, given, known in (
            ("permissions", permissions, self.catalog.permissions.keys()),
            ("all_scopes", scopes, self.catalog.scopes.keys()),
        ):
            if unknown := set(given) - known:
                raise Invalid.field(field, f"Unknown: {', '.join(sorted(unknown))}.")

    def _check_held(self, permissions: Iterable[str], scopes: Iterable[str]) -> None:
        """Raise Forbidden if the caller gives what they do not have; commands may give all."""
        identity = self.context.identity
        if identity is None:
            return
        lacking = [*sorted(set(permissions) - identity.permissions), *sorted(set(scopes) - identity.all_scopes)]
        if lacking:
            raise Forbidden(f"Nobody gives what they do not have: {', '.join(lacking)}.", code="permission_not_held")

    def _get_for_update(self, code: str) -> Role:
        role = self.roles.find_for_update(code)
        if role is None:
            raise _unknown(code)
        return role

    def _shown(self, role: RoleRecord) -> RoleRecord:
        """The role with the permissions and scopes of what is switched on."""
        return role._replace(
            permissions=sorted(self.catalog.permissions.keys() & set(role.permissions)),
            all_scopes=sorted(self.catalog.scopes.keys() & set(role.all_scopes)),
        )


def _unknown(code: str) -> NotFound:
    return NotFound(f"Role {code} does not exist.")
