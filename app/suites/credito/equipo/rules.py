"""Rules of the people who lend and collect, their routes and groups."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

LIMITE_PRESTAMO = Decimal("5000.00")
"""Largest loan that somebody may approve, unless their row says otherwise."""

CLAVE = "[A-Z0-9]{2,6}"
"""Form of the short name of a person, which receipts begin with."""
LONGEST_CLAVE = 6

RUTA = "credito.ruta"
"""Kind of scope: the routes to which permissions are limited."""

SHORTEST_MOTIVO, LONGEST_MOTIVO = 5, 500
"""Length of a reason, in characters."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Puesto(StrEnum):
    """Position of a person, which is the role of the user."""

    ADMIN = "admin"
    DIRECTOR = "director"
    GERENTE = "gerente"
    SUPERVISOR = "supervisor"
    TITULAR = "titular"
    COBRADOR = "cobrador"
    CAJERO = "cajero"
    CONSULTA = "consulta"


PUESTOS: Mapping[str, str] = MappingProxyType(
    {
        Puesto.ADMIN: "Administrador",
        Puesto.DIRECTOR: "Director",
        Puesto.GERENTE: "Gerente",
        Puesto.SUPERVISOR: "Supervisor",
        Puesto.TITULAR: "Titular",
        Puesto.COBRADOR: "Gestor de cobranza",
        Puesto.CAJERO: "Cajero",
        Puesto.CONSULTA: "Consulta de crédito",
    }
)
"""Spanish labels of the positions."""

DIAS: Mapping[str, str] = MappingProxyType(
    {
        "1": "Lunes",
        "2": "Martes",
        "3": "Miércoles",
        "4": "Jueves",
        "5": "Viernes",
        "6": "Sábado",
        "7": "Domingo",
    }
)
"""Spanish names of the days of the week, by their ISO numbers."""


def lunes(day: date) -> date:
    """The Monday that begins the week of a day."""
    return day - timedelta(days=day.weekday())
