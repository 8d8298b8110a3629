"""What a client can be."""

from enum import StrEnum


class ClientStatus(StrEnum):
    """Whether we work for the client."""

    ACTIVE = "Activo"
    PAUSED = "Pausado"
    ENDED = "Terminado"
