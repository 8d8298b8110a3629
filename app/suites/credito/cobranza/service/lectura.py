"""Reading payments, and changing their notes."""

from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.kernel.identity import ALL
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.queries.pagos import Alcance, PagoFilter, PagoRepository
from app.suites.credito.equipo.service import PersonalRepository, a_cargo, alcance, hoy
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago
from app.suites.credito.prestamos.service import PrestamoRepository

NEWEST_FIRST = (Sort("id", descending=True),)


class NotasRequest(TypedDict, total=False):
    """The notes of a payment."""

    notas: str | None


class PagoFilters(TypedDict, total=False):
    """The criteria of a list of payments."""

    prestamo_id: int
    cliente_id: int
    grupo_id: int
    cobrador_id: int
    estado: EstadoPago
    metodo: MetodoPago
    desde: date
    hasta: date


def alcance_de_pagos(context: Context) -> Alcance:
    """The payments that the caller may see."""
    groups, identity = alcance(context), context.identity
    if groups.ids is None or identity is None:
        return Alcance(ALL, ALL, 0)
    own = PersonalRepository(context.session, ALL).find_of_user(identity.user_id)
    return Alcance(groups, a_cargo(context, groups), 0 if own is None else own.id)


class PagoReader:
    """Reads payments."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.pagos = PagoRepository(context.session, alcance_de_pagos(context))

    def get(self, pago_id: int) -> PagoRecord:
        """One payment."""
        return self.pagos.get(pago_id)

    def page(self, request: PageRequest, **filters: Unpack[PagoFilters]) -> Page[PagoRecord]:
        """One page of payments, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=NEWEST_FIRST)
        return self.pagos.page(PagoFilter(**filters), in_order)

    def page_de(self, loan_id: int, request: PageRequest, **filters: Unpack[PagoFilters]) -> Page[PagoRecord]:
        """One page of the payments of a loan; NotFound for a loan out of scope."""
        PrestamoRepository(self.context.session, alcance(self.context), hoy(self.context)).get(loan_id)
        filters["prestamo_id"] = loan_id
        return self.page(request, **filters)

    def anotar(self, pago_id: int, **changes: Unpack[NotasRequest]) -> PagoRecord:
        """Change the notes of a payment; nothing else of it ever changes by hand."""
        pago = self.pagos.get_for_update(pago_id)
        pago.notas = changes.get("notas", pago.notas)
        self.pagos.flush()
        return self.pagos.get(pago_id)
