"""Events of clients."""

from dataclasses import dataclass

from app.kernel.events import Event
from app.suites.credito.clientes.rules import EstadoDeCliente


@dataclass(frozen=True, slots=True)
class ClienteCambiando(Event):
    """A client is about to get another group or state; a handler may refuse it."""

    cliente_id: int
    grupo_id: int | None
    """The group until now."""
    grupo_nuevo_id: int | None
    estado: EstadoDeCliente
    """The state until now."""
    estado_nuevo: EstadoDeCliente
