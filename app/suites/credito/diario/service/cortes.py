"""Opening cuts, and the open cut of whoever handles cash."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.suites.credito.diario.models import Corte, CorteRecord
from app.suites.credito.diario.queries import CorteRepository
from app.suites.credito.diario.rules import efectivo
from app.suites.credito.diario.service.diario import Diario
from app.suites.credito.equipo.service import hoy, persona


class NewCorte(TypedDict, total=False):
    """The values of a new cut, which follow by themselves; others are refused."""

    desde: date
    semilla: Decimal


class CorteService:
    """Opens cuts, and finds open ones."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.cortes = CorteRepository(context.session)

    def abrir(self, **values: Unpack[NewCorte]) -> CorteRecord:
        """Open a cut of the caller's, today, with the cash that the last one left."""
        personal_id = persona(self.context).id
        if values.get("desde", today := hoy(self.context)) != today:
            raise Invalid.field("desde", "Must be today.")
        self.cortes.lock_person(personal_id)
        seed = self.cortes.last_seed(personal_id)
        if values.get("semilla", seed) != seed:
            raise Conflict(f"The last cut left {seed}.", code="semilla_no_coincide")
        return self.cortes.get(self._open(personal_id, seed).id)

    def abierto(self, personal_id: int) -> CorteRecord:
        """The open cut of a person, locked: an act with cash locks it before any loan; Conflict if there is none."""
        found = self.cortes.lock_open(personal_id)
        if found is None:
            raise Conflict("There is no open cut; open one first.", code="corte_no_abierto")
        return found

    def abierto_o_nuevo(self, personal_id: int) -> Corte:
        """The open cut of a person, locked; one is opened for cash that was taken without."""
        self.cortes.lock_person(personal_id)
        found = self.cortes.find_open_for_update(personal_id)
        return self._open(personal_id, self.cortes.last_seed(personal_id)) if found is None else found

    def sin_cerrar(self, personal_id: int) -> CorteRecord | None:
        """The open cut of a person, not locked, or None."""
        return self.cortes.find_open(personal_id)

    def efectivo_en_mano(self, personal_id: int, clave: str) -> Decimal:
        """Cash that a person should have at hand: of the journal, without that of cuts that were handed over."""
        return Diario(self.context).saldo(efectivo(clave)) - self.cortes.por_confirmar(personal_id)

    def _open(self, personal_id: int, seed: Decimal) -> Corte:
        now = self.context.clock.now()
        return self.cortes.add(Corte(personal_id=personal_id, abierto_en=now, desde=hoy(self.context), semilla=seed))
