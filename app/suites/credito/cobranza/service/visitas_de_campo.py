"""Visits that devices noted."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, TypedDict
from uuid import UUID

from app.infra.context import Context
from app.kernel.errors import DomainError, NotFound
from app.kernel.identity import Scope
from app.suites.credito.cobranza.models import VisitaRecord
from app.suites.credito.cobranza.queries.personas import Cobrador, encargos_de
from app.suites.credito.cobranza.queries.visitas import clientes_de, grupo_de, visitas_con_llaves
from app.suites.credito.cobranza.rules.sincronizacion import (
    CONTENIDO_DISTINTO,
    MALFORMADO,
    Malformado,
    Respuesta,
    Resultado,
    instante,
)
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.cobranza.service.visitas import VisitaRequest, VisitaService


class VisitaDeCampo(TypedDict):
    """A visit that a device noted; a loan may stand for its client."""

    local_id: UUID
    hora_local: datetime
    resultado: ResultadoVisita
    cliente_id: NotRequired[int]
    prestamo_id: NotRequired[int | None]
    promesa_fecha: NotRequired[date | None]
    promesa_monto: NotRequired[Decimal | None]
    foto_id: NotRequired[int | None]
    lat: NotRequired[Decimal | None]
    lng: NotRequired[Decimal | None]
    notas: NotRequired[str | None]


class VisitasDeCampo:
    """Enters the visits of a batch, each in a savepoint; the person is locked."""

    def __init__(self, context: Context, person: Cobrador, groups: Scope) -> None:
        self.session = context.session
        self.zone = context.settings.credito_timezone
        self.person = person
        self.groups = groups
        self.visitas = VisitaService(context)

    def registrar(self, sent: Sequence[VisitaDeCampo | Malformado]) -> list[Respuesta]:
        """Outcomes in the order in which the visits were sent."""
        readable = [one for one in sent if not isinstance(one, Malformado)]
        if not readable:
            return [_malformada(one) for one in sent if isinstance(one, Malformado)]
        known = {one.local_id: one for one in visitas_con_llaves(self.session, {one["local_id"] for one in readable})}
        loans = {loan for one in readable if (loan := one.get("prestamo_id")) is not None}
        clients = clientes_de(self.session, loans)
        theirs = {one.grupo_id for one in encargos_de(self.session, self.person.id)}
        return [
            _malformada(one) if isinstance(one, Malformado) else self._una(one, known, clients, theirs) for one in sent
        ]

    def _una(
        self, one: VisitaDeCampo, known: dict[UUID, VisitaRecord], clients: dict[int, int], theirs: set[int]
    ) -> Respuesta:
        local_id, when = str(one["local_id"]), instante(one["hora_local"], self.zone)
        if (before := known.get(one["local_id"])) is not None:
            same = (before.cobrador_id, before.fecha_hora, before.resultado) == (self.person.id, when, one["resultado"])
            if not same:
                return Respuesta(local_id, Resultado.RECHAZADO, codigo=CONTENIDO_DISTINTO)
            return Respuesta(local_id, Resultado.REPETIDO, before.id)
        try:
            with self.session.begin_nested():
                request = self._pedido(one, clients, theirs)
                row = self.visitas.componer(request, self.person.id, one["local_id"], when)
                self.visitas.guardar(row)
        except DomainError as problem:
            return Respuesta(local_id, Resultado.RECHAZADO, codigo=problem.code, detalle=_detalle(problem))
        known[one["local_id"]] = self.visitas.visitas_de_todos.get(row.id)
        return Respuesta(local_id, Resultado.CREADO, row.id)

    def _pedido(self, one: VisitaDeCampo, clients: dict[int, int], theirs: set[int]) -> VisitaRequest:
        """The visit with its client, whom the person collects from, or did."""
        loan_id = one.get("prestamo_id")
        client_id = one.get("cliente_id", None if loan_id is None else clients.get(loan_id))
        if client_id is None:
            raise NotFound("The client of the visit is not known.")
        found, group = grupo_de(self.session, client_id)
        if not found or (self.groups.ids is not None and group not in theirs | self.groups.ids):
            raise NotFound(f"Cliente {client_id} does not exist.")
        return {
            "cliente_id": client_id,
            "prestamo_id": loan_id,
            "resultado": one["resultado"],
            "promesa_fecha": one.get("promesa_fecha"),
            "promesa_monto": one.get("promesa_monto"),
            "foto_id": one.get("foto_id"),
            "lat": one.get("lat"),
            "lng": one.get("lng"),
            "notas": one.get("notas"),
        }


def _malformada(one: Malformado) -> Respuesta:
    return Respuesta(one.local_id, Resultado.RECHAZADO, codigo=MALFORMADO, detalle=one.detalle)


def _detalle(problem: DomainError) -> str:
    """The message of a problem, that of its first field if it has any."""
    for name, messages in problem.errors.items():
        return f"{name}: {messages[0]}"
    return problem.message
