"""Reports of the suite."""

from app.suites.credito.reportes.queries.cartera import PrestamoEnCartera
from app.suites.credito.reportes.queries.sumas import SUMS
from app.suites.credito.reportes.service.cartera import CarteraService, LineaDeEdad, LineaDeRiesgo, ParRequest
from app.suites.credito.reportes.service.general import FilaGeneral, GeneralService

__all__ = [
    "SUMS",
    "CarteraService",
    "FilaGeneral",
    "GeneralService",
    "LineaDeEdad",
    "LineaDeRiesgo",
    "ParRequest",
    "PrestamoEnCartera",
]
