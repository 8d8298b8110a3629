"""Sources of figures of the open portfolio: kept sums of today, the snapshot of a past day, or the facts."""

from datetime import date
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session


class Fuente(StrEnum):
    """Source of the figures of the end of a day."""

    HOY = "hoy"
    FOTO = "foto"
    HECHOS = "hechos"


_FOTOGRAFIADO = text("""
    SELECT EXISTS (SELECT FROM credito_cierres WHERE tipo = 'diario' AND dia = :dia)
       AND NOT EXISTS (SELECT FROM credito_cierres WHERE tipo = 'diario' AND dia = :dia AND terminado_en IS NULL)
""")


def fotografiado(session: Session, dia: date) -> bool:
    """Whether the snapshot of a day is there, and whole."""
    return bool(session.scalar(_FOTOGRAFIADO, {"dia": dia}))


def fuente_de(session: Session, dia: date, today: date) -> Fuente:
    """Fastest source that has the end of a day: that of today is what is so far."""
    if dia >= today:
        return Fuente.HOY
    return Fuente.FOTO if fotografiado(session, dia) else Fuente.HECHOS
