"""Handlers of the events of clients, and of days and weeks without collection."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.credito.clientes.events import ClienteCambiando
from app.suites.credito.equipo.events import (
    DiaInhabilPuesto,
    DiaInhabilQuitado,
    GrupoReasignado,
    SemanaSinCobroPuesta,
    SemanaSinCobroQuitada,
)
from app.suites.credito.prestamos.service import FechaService, SolicitudService


def keep_group_of_borrowers(context: Context, event: ClienteCambiando) -> None:
    """Refuse another group for a client with an open loan, unless a supervisor or a superior gives it."""
    if event.grupo_id != event.grupo_nuevo_id:
        SolicitudService(context).exigir_cambio_de_grupo(event.cliente_id)


def follow_holiday(context: Context, event: DiaInhabilPuesto | DiaInhabilQuitado) -> None:
    """Move what is due on a day that is a holiday now, or is none any more."""
    FechaService(context).seguir_dia(event.ruta_id, event.fecha)


def follow_week(context: Context, event: SemanaSinCobroPuesta) -> None:
    """Move all that is due from a week without collection on."""
    FechaService(context).seguir_semana(event.ruta_id, event.semana)


def take_week_back(context: Context, event: SemanaSinCobroQuitada) -> None:
    """Move back what a week moved, which is refused if a payment falls into it."""
    FechaService(context).quitar_semana(event.ruta_id, event.semana)


def follow_group(context: Context, event: GrupoReasignado) -> None:
    """Move what is due from a group to the dates that its routes give from now on."""
    FechaService(context).seguir_grupo(event.grupo_id, event.desde)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ClienteCambiando, keep_group_of_borrowers),
    Subscription(DiaInhabilPuesto, follow_holiday),
    Subscription(DiaInhabilQuitado, follow_holiday),
    Subscription(SemanaSinCobroPuesta, follow_week),
    Subscription(SemanaSinCobroQuitada, take_week_back),
    Subscription(GrupoReasignado, follow_group),
)
