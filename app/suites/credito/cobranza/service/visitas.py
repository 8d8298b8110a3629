"""Visits, and what was promised at them."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict, Unpack
from uuid import UUID, uuid4

from app.core.files.service import AttachedFiles, Download, KeptFile
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.identity import ALL
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.clientes.service import ClienteService
from app.suites.credito.cobranza.models import Visita, VisitaRecord
from app.suites.credito.cobranza.queries.visitas import (
    VisitaFilter,
    VisitaRepository,
    visitas_con_llaves,
)
from app.suites.credito.cobranza.rules.sincronizacion import instante
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.equipo.rules import DAY
from app.suites.credito.equipo.service import alcance, hoy, persona
from app.suites.credito.prestamos.service import PrestamoRepository

DOMAIN = "credito.cobranza"
"""Name under which photos are attached."""


class VisitaRequest(TypedDict):
    """A visit to enter; the time is now where it is left out."""

    cliente_id: int
    resultado: ResultadoVisita
    prestamo_id: NotRequired[int | None]
    local_id: NotRequired[UUID]
    fecha_hora: NotRequired[datetime]
    promesa_fecha: NotRequired[date | None]
    promesa_monto: NotRequired[Decimal | None]
    foto_id: NotRequired[int | None]
    lat: NotRequired[Decimal | None]
    lng: NotRequired[Decimal | None]
    notas: NotRequired[str | None]


class VisitaFilters(TypedDict, total=False):
    """The criteria of a list of visits, besides days."""

    cliente_id: int
    prestamo_id: int
    grupo_id: int
    cobrador_id: int
    resultado: ResultadoVisita


class Visitada(NamedTuple):
    """A visit, and whether it had been entered before."""

    visita: VisitaRecord
    repetida: bool


class VisitaService:
    """Reads and enters visits."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.visitas = VisitaRepository(context.session, alcance(context))
        self.visitas_de_todos = VisitaRepository(context.session, ALL)
        self.clientes = ClienteService(context)
        self.files = AttachedFiles(context, DOMAIN)

    def get(self, visita_id: int) -> VisitaRecord:
        """One visit."""
        return self.visitas.get(visita_id)

    def page(
        self,
        request: PageRequest,
        *,
        desde: date | None = None,
        hasta: date | None = None,
        **filters: Unpack[VisitaFilters],
    ) -> Page[VisitaRecord]:
        """One page of visits between two days of the suite, by default the newest first."""
        first = None if desde is None else self._inicio(desde)
        after = None if hasta is None else self._inicio(hasta + DAY)
        in_order = request if request.sort else replace(request, sort=(Sort("fecha_hora", descending=True),))
        return self.visitas.page(VisitaFilter(**filters, desde=first, antes=after), in_order)

    def promesas(
        self, request: PageRequest, fecha: date | None = None, cobrador_id: int | None = None
    ) -> Page[VisitaRecord]:
        """One page of the visits at which a payment was promised for a day, by default today."""
        criteria = VisitaFilter(promesa_fecha=fecha or self.today, cobrador_id=cobrador_id)
        return self.visitas.page(criteria, request)

    def registrar(self, **pedido: Unpack[VisitaRequest]) -> Visitada:
        """Enter a visit; one whose local id is known is shown again, and Conflict if its content differs."""
        own, local_id = persona(self.context).id, pedido.get("local_id", uuid4())
        when = instante(pedido.get("fecha_hora", self.context.clock.now()), self.context.settings.credito_timezone)
        for before in visitas_con_llaves(self.session, [local_id]):
            if (before.cobrador_id, before.cliente_id, before.resultado) != (
                own,
                pedido["cliente_id"],
                pedido["resultado"],
            ):
                raise Conflict("This local id belongs to another visit.", code="contenido_distinto")
            return Visitada(before, repetida=True)
        row = self.componer(pedido, own, local_id, when)
        self.clientes.get(row.cliente_id)
        self.guardar(row)
        return Visitada(self.visitas.get(row.id), repetida=False)

    def foto(self, visita_id: int) -> Download:
        """The photo of a visit."""
        file_id = self.get(visita_id).foto_id
        if file_id is None:
            raise NotFound("The visit has no photo.")
        return self.files.download_attached(file_id)

    def componer(self, pedido: VisitaRequest, personal_id: int, local_id: UUID, when: datetime) -> Visita:
        """The row of a visit; Invalid for a promise without a day, or a day without a promise."""
        _exigir_promesa(pedido)
        return Visita(
            local_id=local_id,
            cliente_id=pedido["cliente_id"],
            prestamo_id=self._prestamo(pedido),
            cobrador_id=personal_id,
            fecha_hora=when,
            resultado=pedido["resultado"],
            promesa_fecha=pedido.get("promesa_fecha"),
            promesa_monto=pedido.get("promesa_monto"),
            foto_id=pedido.get("foto_id"),
            lat=pedido.get("lat"),
            lng=pedido.get("lng"),
            notas=pedido.get("notas"),
        )

    def guardar(self, row: Visita) -> None:
        """Store a visit with its photo, which must be there; the caller has been checked for the client."""
        if row.foto_id is not None:
            self.files.attach_by_id(row.foto_id, "foto_id")
        self.session.add(row)
        self.visitas.flush()

    def _prestamo(self, pedido: VisitaRequest) -> int | None:
        """The loan of a visit; Invalid for another client's."""
        loan_id = pedido.get("prestamo_id")
        if loan_id is None:
            return None
        if PrestamoRepository(self.session, ALL, self.today).get(loan_id).cliente_id != pedido["cliente_id"]:
            raise Invalid.field("prestamo_id", "Is of another client.")
        return loan_id

    def _inicio(self, day: date) -> datetime:
        """The instant at which a day begins in the suite's zone."""
        return datetime.combine(day, time(), self.context.settings.credito_timezone)


def may_read_file(context: Context, file: KeptFile) -> bool:
    """Whether the caller may see the visit whose photo a file is."""
    identity = context.identity
    if identity is None or not identity.may("credito.visitas:read"):
        return False
    return VisitaRepository(context.session, alcance(context)).has_photo(file.id)


def _exigir_promesa(pedido: VisitaRequest) -> None:
    promised, day = pedido["resultado"] is ResultadoVisita.PROMESA, pedido.get("promesa_fecha")
    if promised != (day is not None):
        raise Invalid.field("promesa_fecha", "Goes with the result promesa, and only with that.")
    if pedido.get("promesa_monto") is not None and day is None:
        raise Invalid.field("promesa_monto", "Goes with promesa_fecha.")
    if (pedido.get("lat") is None) != (pedido.get("lng") is None):
        raise Invalid.field("lng", "A point has both lat and lng.")
