"""Repository of roles."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, func, select

from app.core.access.models import Role, RoleRecord
from app.infra.locks import lock_key
from app.infra.preconditions import check_precondition
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, Repository
from app.kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class RoleFilter(Filter):
    """Criteria of roles."""

    def conditions(self) -> list[ColumnElement[bool]]:
        return []


class RoleRepository(Repository[Role, RoleRecord]):
    """Roles, which are named by their codes."""

    model = Role
    record = RoleRecord
    conflicts: ClassVar = {
        "uq_roles_code": Conflict("This code is taken.", code="code_taken", errors={"code": ["This code is taken."]}),
    }

    def find(self, code: str) -> RoleRecord | None:
        """Role with this code, or None."""
        return _by_code(code=code).first(self.session, RoleRecord)

    def find_for_update(self, code: str) -> Role | None:
        """Lock the role with this code, and check its version against If-Match; None without one."""
        statement = select(Role).where(Role.code == code).with_for_update()
        role = self.session.scalar(statement, execution_options={"populate_existing": True})
        if role is not None:
            check_precondition(self.session, role.id, role.version)
        return role

    def built_in_for_update(self) -> dict[str, Role]:
        """Lock the built-in roles; returns them by code."""
        roles = self.session.scalars(select(Role).where(Role.built_in).order_by(Role.id).with_for_update())
        return {role.code: role for role in roles}

    def given_defaults(self) -> dict[str, set[str]]:
        """Names that each built-in role was given by default, by code."""
        rows = self.session.execute(select(Role.code, Role.defaults_given).where(Role.built_in))
        return {code: set(given) for code, given in rows}

    def lock_administration(self) -> None:
        """Make changes by which administrators may vanish wait for each other, until the end of the transaction."""
        self.session.execute(select(func.pg_advisory_xact_lock(lock_key("administration"))))


@cached_query
def _by_code() -> Select[Any]:
    return RoleRepository.base_query().where(Role.code == parameter("code", str))
