"""Handlers of events of groups."""

from app.infra.context import Context, Subscription
from app.suites.credito.caja.service import CierreService
from app.suites.credito.equipo.events import CobradorSaliendo


def refuse_with_payments_in_hand(context: Context, event: CobradorSaliendo) -> None:
    """Refuse another collector while the open cut of the present one holds payments of the group."""
    CierreService(context).exigir_sin_pagos(event.cobrador_id, event.grupo_id)


SUBSCRIPTIONS = (Subscription(CobradorSaliendo, refuse_with_payments_in_hand),)
