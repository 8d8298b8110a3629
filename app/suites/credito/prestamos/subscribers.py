"""Handlers of the events of clients."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.credito.clientes.events import ClienteCambiando
from app.suites.credito.prestamos.service import SolicitudService


def keep_group_of_borrowers(context: Context, event: ClienteCambiando) -> None:
    """Refuse another group for a client with an open loan, unless a supervisor or a superior gives it."""
    if event.grupo_id != event.grupo_nuevo_id:
        SolicitudService(context).exigir_cambio_de_grupo(event.cliente_id)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(ClienteCambiando, keep_group_of_borrowers),)
