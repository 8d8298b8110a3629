"""Condition that a loan is open, as the partial indexes of loans have it."""

from sqlalchemy import Boolean, ColumnElement, literal_column

from app.suites.credito.prestamos.models import Prestamo
from app.suites.credito.prestamos.models.prestamos import OPEN


def abierto(table: str = Prestamo.__tablename__) -> ColumnElement[bool]:
    """Condition that a loan is open, by the name under which its table is selected from."""
    return literal_column(f"{table}.estado IN ({OPEN})", Boolean())
