"""Handing cuts over, confirming and annulling them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.suites.credito.caja.models import Faltante
from app.suites.credito.caja.queries.cortes import CorteDeCaja, por_revisar, tiene_pagos_del_grupo
from app.suites.credito.caja.queries.faltantes import FaltanteRepository
from app.suites.credito.caja.rules.cortes import DENOMINACIONES, ZERO, asiento_de_corte, contar
from app.suites.credito.caja.service.cortes import CajaService
from app.suites.credito.diario.rules import EstadoCorte, folio_de
from app.suites.credito.diario.service import CorteService, Diario
from app.suites.credito.equipo.service import hoy

CORTES = "credito.cortes"
"""Origin of confirmed cuts in the journal."""


class EntregaDeCorte(TypedDict, total=False):
    """Cash at the hand-over of a cut: the sum, or the numbers of notes and coins by their worth."""

    contado: Decimal
    conteo: Mapping[str, int]
    semilla_siguiente: Decimal
    notas: str | None


class Confirmacion(TypedDict):
    """Cash at the confirmation of a cut."""

    contado: Decimal


class CierreService:
    """Closes cuts by two people."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.caja = CajaService(context)
        self.todos = self.caja.todos
        identity = context.identity
        self.user_id = None if identity is None else identity.user_id

    def entregar(self, corte_id: int, **entrega: Unpack[EntregaDeCorte]) -> CorteDeCaja:
        """Hand one's own cut over, with what was counted; cash may be left for the next one."""
        counted, notes, seed = _contado(entrega), entrega.get("conteo"), entrega.get("semilla_siguiente", ZERO)
        in_hand = self.caja.bloquear_propio(corte_id).cifras.en_mano
        if seed > max(in_hand, ZERO):
            raise Invalid.field("semilla_siguiente", f"Must be at most the {in_hand} that you should hold.")
        handed = {
            "estado": EstadoCorte.ENTREGADO,
            "entregado_en": self.context.clock.now(),
            "hasta": hoy(self.context),
            "contado_al_entregar": counted,
            "esperado_al_entregar": in_hand - seed,
            "conteo": None if notes is None else {worth: notes.get(worth, 0) for worth in DENOMINACIONES},
            "semilla_siguiente": seed,
            "notas": entrega.get("notas"),
        }
        self.todos.rechazar_pendientes(corte_id)
        self.todos.change(self.todos.get_for_update(corte_id), handed)
        return self.todos.get(corte_id)

    def confirmar(self, corte_id: int, **confirmacion: Unpack[Confirmacion]) -> CorteDeCaja:
        """Confirm another person's cut by counting again; what is missing is their debt, a surplus is income."""
        self.caja.exigir_superior(self.caja.cortes.get(corte_id))
        corte = self.todos.get_for_update(corte_id)
        if corte.estado is EstadoCorte.ABIERTO:
            raise Conflict("The cut was not handed over.", code="corte_no_entregado")
        if corte.estado is not EstadoCorte.ENTREGADO:
            raise Conflict(f"The cut is {corte.estado}.", code="corte_cerrado")
        if waiting := por_revisar(self.context.session, corte_id):
            raise Conflict(f"{waiting} payments of it wait for a decision.", code="pagos_por_revisar")
        record, counted = self.todos.get(corte_id), confirmacion["contado"]
        confirmed = {
            "estado": EstadoCorte.CONFIRMADO,
            "contado_al_confirmar": counted,
            "esperado_al_confirmar": record.esperado,
            "confirmado_en": self.context.clock.now(),
            "confirmado_por_id": self.user_id,
            "recibe_id": self.caja.propio_id(),
        }
        self.todos.change(corte, confirmed)
        self._asentar(record, counted)
        return self.todos.get(corte_id)

    def anular(self, corte_id: int, motivo: str) -> CorteDeCaja:
        """Annul another person's cut that is not confirmed; the next one begins with it and has its lines."""
        self.caja.exigir_ajeno(self.caja.cortes.get(corte_id))
        corte = self.todos.get_for_update(corte_id)
        if corte.estado not in {EstadoCorte.ABIERTO, EstadoCorte.ENTREGADO}:
            raise Conflict(f"The cut is {corte.estado}.", code="corte_cerrado")
        following = self.todos.siguiente(corte)
        if following is not None and following.estado is EstadoCorte.CONFIRMADO:
            raise Conflict("The next cut, which would get its lines, is confirmed.", code="corte_cerrado")
        annulled = {"estado": EstadoCorte.ANULADO, "motivo": motivo, "anulado_por_id": self.user_id}
        self.todos.change(corte, annulled)
        if following is None:
            following = CorteService(self.context).abierto_o_nuevo(corte.personal_id)
        begins = {"abierto_en": corte.abierto_en, "desde": corte.desde, "semilla": corte.semilla}
        self.todos.change(following, begins)
        self.todos.mover(corte_id, following.id)
        if following.estado is EstadoCorte.ENTREGADO:
            self.todos.change(following, {"esperado_al_entregar": self.todos.get(following.id).esperado})
        return self.todos.get(corte_id)

    def exigir_sin_pagos(self, personal_id: int, grupo_id: int) -> None:
        """Raise Conflict if the open cut of a person holds payments of a group."""
        if tiene_pagos_del_grupo(self.context.session, personal_id, grupo_id):
            message = "The open cut of the one who collects holds payments of the group; hand it over first."
            raise Conflict(message, code="corte_abierto")

    def _asentar(self, corte: CorteDeCaja, counted: Decimal) -> None:
        """Post a cut with its figures of before, and what its person owes."""
        holder, expected = self.caja.titular_de(corte), corte.esperado
        if counted < expected:
            short = Faltante(personal_id=holder.id, corte_id=corte.id, monto=expected - counted)
            FaltanteRepository(self.context.session, self.todos.scope).add(short)
        lines = asiento_de_corte(holder.clave, expected, counted)
        Diario(self.context).asentar(
            hoy(self.context), "corte", CORTES, corte.id, lines, detalle=folio_de(corte.numero)
        )


def _contado(entrega: EntregaDeCorte) -> Decimal:
    """Sum of the counted cash; Invalid without it, or where sum and notes differ."""
    total, notes = entrega.get("contado"), entrega.get("conteo")
    if notes is None:
        if total is None:
            raise Invalid.field("contado", "Give it, or `conteo`.")
        return total
    counted = contar(notes)
    if total is not None and total != counted:
        raise Invalid.field("contado", f"`conteo` adds up to {counted}.")
    return counted
