"""Reading loans."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypedDict, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.paging import Page, PageRequest
from app.suites.credito.equipo.service import CambioDeFechasService, alcance, hoy
from app.suites.credito.prestamos.models import CargoRecord, CuotaRecord, PrestamoRecord
from app.suites.credito.prestamos.queries import (
    PrestamoFilter,
    PrestamoRepository,
    avales_inactivos,
    cargos_de,
    cuotas_de,
    propuestas_de,
)
from app.suites.credito.prestamos.rules.estados import ABIERTOS, EstadoPrestamo
from app.suites.credito.prestamos.rules.propuestas import EstadoPropuesta, TipoPropuesta
from app.suites.credito.productos.rules.cat import CAT_FUERA_DE_RANGO


class PrestamoFilters(TypedDict, total=False):
    """The criteria of a list of loans."""

    estado: EstadoPrestamo
    cliente_id: int
    aval_id: int
    grupo_id: int
    ruta_id: int
    cobrador_id: int
    tipo_prestamo_id: int
    atraso_desde: int
    atraso_hasta: int
    vence_desde: date
    vence_hasta: date
    propuesta: TipoPropuesta
    q: str


class CuotasDe(NamedTuple):
    """A loan, and its installments as `parts`."""

    record: PrestamoRecord
    parts: list[Mapping[str, object]]


class Renglones(NamedTuple):
    """Rows below a loan, as they are stored."""

    cuotas: list[CuotaRecord]
    cargos: list[CargoRecord]


class PrestamoReader:
    """Reads loans as they are today."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.cambios = CambioDeFechasService(context)
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)

    def get(self, prestamo_id: int) -> Item[PrestamoRecord]:
        """One loan with its installments and charges."""
        found = self.prestamos.get(prestamo_id)
        cargos = cargos_de(self.session, prestamo_id)
        waiting = [one for one in propuestas_de(self.session, prestamo_id) if one.estado is EstadoPropuesta.PENDIENTE]
        below = {"cuotas": self._cuotas(prestamo_id), "cargos": cargos, "propuestas": waiting}
        below |= {"avisos": self._avisos(found)}
        return Item(found, below)

    def _avisos(self, prestamo: PrestamoRecord) -> list[str]:
        """Notices: guarantors of an open loan who are gone, dates that still move, and a CAT that is out of range."""
        too_high = [CAT_FUERA_DE_RANGO] if prestamo.cat is None else []
        if prestamo.estado not in ABIERTOS:
            return too_high
        dates = self.cambios.avisos_de_prestamo(prestamo.id, prestamo.grupo_id)
        return [*avales_inactivos(self.session, prestamo.avales), *dates, *too_high]

    def con_renglones(self, prestamo_id: int) -> tuple[PrestamoRecord, Renglones]:
        """One loan, and the rows below it."""
        found = self.prestamos.get(prestamo_id)
        return found, Renglones(cuotas_de(self.session, prestamo_id), cargos_de(self.session, prestamo_id))

    def page(self, request: PageRequest, **filters: Unpack[PrestamoFilters]) -> Page[PrestamoRecord]:
        """One page of loans."""
        return self.prestamos.page(PrestamoFilter(**filters), request)

    def cuotas(self, prestamo_id: int) -> CuotasDe:
        """Installments of a loan by number."""
        return CuotasDe(self.prestamos.get(prestamo_id), self._cuotas(prestamo_id))

    def _cuotas(self, prestamo_id: int) -> list[Mapping[str, object]]:
        found = cuotas_de(self.session, prestamo_id)
        return [
            {**one._asdict(), "saldo": one.vigente.saldo, "estado": one.vigente.estado(self.today)} for one in found
        ]
