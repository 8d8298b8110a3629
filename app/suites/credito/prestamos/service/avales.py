"""Guarantors of loans."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.paging import Page, PageRequest
from app.suites.credito.clientes.service import ClienteService
from app.suites.credito.equipo.service import alcance, hoy
from app.suites.credito.prestamos.models import PrestamoRecord
from app.suites.credito.prestamos.queries import (
    AvalSugerido,
    PrestamoRepository,
    Solicitante,
    agregar_aval,
    avalados_por,
    avales_de,
    avales_inactivos,
    avales_sugeridos,
    solicitantes,
)
from app.suites.credito.prestamos.rules.avales import Dictamen, ReglaDeAvales, dictaminar
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.rules.terminos import terminos_de
from app.suites.credito.productos.rules.condiciones import Condiciones
from app.suites.credito.productos.service import TipoPrestamoService


class AvalesRequest(TypedDict):
    """Guarantors to judge."""

    cliente_id: int
    avales: list[int]
    tipo_prestamo_id: int


class NuevoAvalRequest(TypedDict):
    """Another guarantor of an open loan."""

    cliente_id: int


class AvalService:
    """Judges the guarantors of loans."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def sugeridos(self, cliente_id: int, request: PageRequest) -> Page[AvalSugerido]:
        """One page of those who may guarantee a loan of a client: others of their group, by load."""
        cliente = self._en_alcance(cliente_id)
        group = cliente.grupo_id
        found = [] if group is None else avales_sugeridos(self.context.session, group, cliente_id)
        return Page(found[request.span], len(found), request)

    def validar(self, **pedido: Unpack[AvalesRequest]) -> Dictamen:
        """Judge the guarantors of a loan of a type; NotFound for a client outside of the caller's scope."""
        tipos = TipoPrestamoService(self.context)
        terms = tipos.condiciones(tipos.get(pedido["tipo_prestamo_id"]))
        avales = pedido["avales"]
        found = self.dictamen(self._en_alcance(pedido["cliente_id"]), avales, terms)
        same = ClienteService(self.context).posibles_duplicados(pedido["cliente_id"])
        notices = [f"posible_duplicado:{aval}" for aval in dict.fromkeys(avales) if aval in same]
        return replace(found, avisos=(*found.avisos, *notices))

    def _en_alcance(self, cliente_id: int) -> Solicitante:
        found = solicitantes(self.context.session, [cliente_id]).get(cliente_id)
        if found is None or not en_alcance(self.context, found):
            raise NotFound(f"Cliente {cliente_id} does not exist.")
        return found

    def agregar(self, prestamo_id: int, cliente_id: int) -> Item[PrestamoRecord]:
        """Give an open loan another guarantor beside one who died or was blocked; with notices about them."""
        prestamos = PrestamoRepository(self.context.session, alcance(self.context), hoy(self.context))
        prestamo = prestamos.get_for_update(prestamo_id)
        if prestamo.estado not in ABIERTOS:
            raise Conflict(f"The loan is {prestamo.estado}.", code="prestamo_cerrado")
        present = avales_de(self.context.session, prestamo_id)
        away = avales_inactivos(self.context.session, present)
        if not away:
            raise Conflict("All guarantors of the loan are active.", code="avales_activos")
        if cliente_id in present:
            raise Conflict("This client guarantees the loan already.", code="aval_repetido")
        terms = replace(terminos_de(prestamo.condiciones), avales_requeridos=0)
        cliente = solicitantes(self.context.session, [prestamo.cliente_id])[prestamo.cliente_id]
        self.exigir(cliente, [cliente_id], terms)
        agregar_aval(self.context.session, prestamo_id, cliente_id)
        prestamos.change(prestamo, {"updated_at": self.context.clock.now()})
        return Item(prestamos.get(prestamo_id), {"avisos": away})

    def exigir(
        self, cliente: Solicitante, avales: Sequence[int], terms: Condiciones, *, sin: int | None = None
    ) -> None:
        """Raise Invalid unless a client's loan may have these guarantors; `sin` is a loan that is not counted."""
        found = self.dictamen(cliente, avales, terms, sin=sin)
        if not found.valido:
            message = "The loan can't have these guarantors."
            raise Invalid(message, code="aval_invalido", errors={"avales": list(found.errores)})

    def dictamen(
        self, cliente: Solicitante, avales: Sequence[int], terms: Condiciones, *, sin: int | None = None
    ) -> Dictamen:
        """Judge guarantors of a client; `sin` is a loan that is not counted, as it is renewed.

        One outside of the caller's scope does not exist.
        """
        session, rule = self.context.session, ReglaDeAvales(terms.avales_requeridos, terms.maximo_avalados)
        found = solicitantes(session, avales).items()
        known = {key: one.candidato for key, one in found if en_alcance(self.context, one)}
        pairs = avalados_por(session, [*avales, cliente.id], sin=sin)
        own = {one.cliente_id for one in pairs if one.aval_id == cliente.id}
        others = [(one.aval_id, one.cliente_id) for one in pairs if one.aval_id != cliente.id]
        return dictaminar(rule, cliente.candidato, avales, known, others, own)


def en_alcance(context: Context, cliente: Solicitante) -> bool:
    """Whether a client is within the caller's scope: one without a group only where that has no limit."""
    scope = alcance(context)
    return scope.ids is None or (cliente.grupo_id is not None and scope.includes(cliente.grupo_id))
