"""Conditions of loans from which something is collected."""

from sqlalchemy import Boolean, ColumnElement, literal_column

from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoDeCliente
from app.suites.credito.prestamos.models import Prestamo
from app.suites.credito.prestamos.models.prestamos import OPEN


def abierto(table: str = Prestamo.__tablename__) -> ColumnElement[bool]:
    """Condition that a loan is open, as the partial indexes have it; `table` is the name in the statement."""
    return literal_column(f"{table}.estado IN ({OPEN})", Boolean())


def vive() -> ColumnElement[bool]:
    """Condition that a client lives: nothing is collected for the dead."""
    return Cliente.__table__.c.estado != EstadoDeCliente.FALLECIDO.value
