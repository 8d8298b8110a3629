"""Values of lower domains that rows of collection have."""

from app.suites.credito.equipo.rules import LONGEST_MOTIVO, SHORTEST_MOTIVO
from app.suites.credito.prestamos.rules.asignacion import Aplicado
from app.suites.credito.prestamos.rules.faltas import TipoFalta
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago, OrigenPago, Pagador, Senal

__all__ = [
    "LONGEST_MOTIVO",
    "SHORTEST_MOTIVO",
    "Aplicado",
    "Duda",
    "EstadoPago",
    "MetodoPago",
    "OrigenPago",
    "Pagador",
    "Senal",
    "TipoFalta",
]
