"""States of missed weeks."""

from enum import StrEnum


class EstadoFalta(StrEnum):
    """State of a missed week; one that is justified or withdrawn does not count."""

    VIGENTE = "vigente"
    JUSTIFICADA = "justificada"
    RETIRADA = "retirada"
