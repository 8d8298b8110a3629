"""Handlers of events of groups and of collection."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.credito.caja.service import BonoSemanalService, CierreService
from app.suites.credito.cobranza.events import PagoReversado, SemanasCerradas
from app.suites.credito.equipo.events import CobradorSaliendo


def refuse_with_payments_in_hand(context: Context, event: CobradorSaliendo) -> None:
    """Refuse another collector while the open cut of the present one holds payments of the group."""
    CierreService(context).exigir_sin_pagos(event.cobrador_id, event.grupo_id)


def write_bonuses(context: Context, _event: SemanasCerradas) -> None:
    """Write what groups earned in the weeks that are closed."""
    BonoSemanalService(context).calcular()


def correct_bonus(context: Context, event: PagoReversado) -> None:
    """Correct the unpaid bonus of the week of a payment that was reversed."""
    BonoSemanalService(context).corregir(event)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(CobradorSaliendo, refuse_with_payments_in_hand),
    Subscription(SemanasCerradas, write_bonuses),
    Subscription(PagoReversado, correct_bonus),
)
