"""Handlers of events of people."""

from app.infra.context import Context, Subscription
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.events import ClaveCambiada


def rename_accounts(context: Context, event: ClaveCambiada) -> None:
    """Keep the accounts of a person under the new clave."""
    Diario(context).renombrar(event.antes, event.ahora)


SUBSCRIPTIONS = (Subscription(ClaveCambiada, rename_accounts),)
