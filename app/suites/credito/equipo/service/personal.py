"""Service of people."""

from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.core.access.service import RoleService
from app.core.identity.service import UserService
from app.infra.context import Context
from app.kernel.errors import Invalid, NotFound
from app.kernel.identity import ALL
from app.kernel.paging import Page, PageRequest
from app.suites.credito.equipo.events import ClaveCambiada
from app.suites.credito.equipo.models import Personal, PersonalRecord
from app.suites.credito.equipo.queries import PersonalFilter, PersonalRepository
from app.suites.credito.equipo.rules import PUESTOS, Puesto
from app.suites.credito.equipo.service.alcance import alcance_personal


class PersonalChanges(TypedDict, total=False):
    """The values of a person that may be changed; `user_id` must be the one it has."""

    user_id: int
    nombre: str
    puesto: Puesto | None
    clave: str
    jefe_id: int | None
    telefono: str | None
    limite_efectivo: Decimal | None
    limite_prestamo: Decimal
    activo: bool


class NewPersonal(TypedDict):
    """The values of a new person."""

    user_id: int
    nombre: str
    puesto: Puesto | None
    clave: str
    jefe_id: NotRequired[int | None]
    telefono: NotRequired[str | None]
    limite_efectivo: NotRequired[Decimal | None]
    limite_prestamo: NotRequired[Decimal]
    activo: NotRequired[bool]


class PersonalFilters(TypedDict, total=False):
    """The criteria of a list of people."""

    q: str
    puesto: Puesto
    jefe_id: int
    activo: bool


class PersonalService:
    """Creates, changes and deletes people; a position is given as the role of their user."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.everybody = PersonalRepository(context.session, ALL)
        self.users = UserService(context)
        self.roles = RoleService(context)

    def get(self, personal_id: int) -> PersonalRecord:
        """One person."""
        return self._visible().get(personal_id)

    def page(self, request: PageRequest, **filters: Unpack[PersonalFilters]) -> Page[PersonalRecord]:
        """One page of people."""
        return self._visible().page(PersonalFilter(**filters), request)

    def create(self, **values: Unpack[NewPersonal]) -> PersonalRecord:
        """Make a user somebody of the suite."""
        self._give_position(values["user_id"], values["puesto"])
        self._require_superior(values.get("jefe_id"))
        own = {name: value for name, value in values.items() if name != "puesto"}
        return self.everybody.get(self.everybody.add(Personal(**own)).id)

    def update(self, personal_id: int, **changes: Unpack[PersonalChanges]) -> PersonalRecord:
        """Change the given values and leave the others."""
        row = self.everybody.get_for_update(personal_id)
        if changes.get("user_id", row.user_id) != row.user_id:
            raise Invalid.field("user_id", "Can't be changed.")
        self._give_position(row.user_id, changes.get("puesto"))
        if (jefe_id := changes.get("jefe_id")) is not None:
            self._require_superior(jefe_id)
            self._check_superior(personal_id, jefe_id)
        before = row.clave
        self.everybody.change(row, {name: value for name, value in changes.items() if name != "puesto"})
        if row.clave != before:
            self.context.publish(ClaveCambiada(personal_id, before, row.clave))
        return self.everybody.get(personal_id)

    def delete(self, personal_id: int) -> None:
        """Delete a person to whom nothing refers; the user stays."""
        self.everybody.delete(self.everybody.get_for_update(personal_id))

    def require(self, field: str, personal_id: int | None, puesto: Puesto) -> None:
        """Raise NotFound if there is no such person, Invalid for the field unless they are active in the position."""
        if personal_id is None:
            return
        found = self.everybody.find_colleague(personal_id)
        if found is None:
            raise NotFound(f"Personal {personal_id} does not exist.")
        if found.puesto is not puesto:
            raise Invalid.field(field, f"Is no {PUESTOS[puesto].lower()}.")
        if not found.activo:
            raise Invalid.field(field, "Is not active.")

    def _visible(self) -> PersonalRepository:
        return PersonalRepository(self.context.session, alcance_personal(self.context))

    def _give_position(self, user_id: int, puesto: Puesto | None) -> None:
        """Give the user the role of the position; Forbidden if the caller may not give it, or take the present one."""
        user = self.users.get(user_id)
        if puesto is None or user.role == puesto:
            return
        self.roles.check_may_give(user.role)
        self.users.update(user_id, role=puesto.value)

    def _require_superior(self, jefe_id: int | None) -> None:
        """Raise NotFound if there is no such superior."""
        if jefe_id is not None and self.everybody.find_colleague(jefe_id) is None:
            raise NotFound(f"Personal {jefe_id} does not exist.")

    def _check_superior(self, personal_id: int, jefe_id: int) -> None:
        """Raise Invalid if somebody would be their own superior, directly or by others."""
        self.everybody.lock_chain_of_command()
        if personal_id in {jefe_id, *self.everybody.superiors(jefe_id)}:
            raise Invalid.field("jefe_id", "Nobody is their own superior.")
