"""Rules of clients."""

from enum import StrEnum


class ClientStatus(StrEnum):
    """Status of a client: whether the company works for it."""

    ACTIVE = "Activo"
    PAUSED = "Pausado"
    ENDED = "Terminado"
