"""Reports of the suite."""

from app.suites.credito.reportes.queries.buro import CreditoEnBuro
from app.suites.credito.reportes.queries.cartera import PrestamoEnCartera
from app.suites.credito.reportes.queries.cosechas import AvalDePrestamo
from app.suites.credito.reportes.queries.efectivo import Efectivo
from app.suites.credito.reportes.queries.grupos import BonoDeGrupo, FaltasDeGrupo
from app.suites.credito.reportes.queries.recibos import RecibosMal
from app.suites.credito.reportes.queries.sumas import SUMS
from app.suites.credito.reportes.rules.cifras import Cifras
from app.suites.credito.reportes.service.cartera import CarteraService, LineaDeEdad, LineaDeRiesgo, ParRequest
from app.suites.credito.reportes.service.cobranza import CobranzaService, FilaDeCobranza
from app.suites.credito.reportes.service.efectivo import EfectivoService, FilaDeCorte
from app.suites.credito.reportes.service.general import GeneralService
from app.suites.credito.reportes.service.grupos import (
    FilaDeCosecha,
    FilaDeProyeccion,
    FilaDeRenovaciones,
    GruposService,
)
from app.suites.credito.reportes.service.verificacion import violations

__all__ = [
    "SUMS",
    "AvalDePrestamo",
    "BonoDeGrupo",
    "CarteraService",
    "Cifras",
    "CobranzaService",
    "CreditoEnBuro",
    "Efectivo",
    "EfectivoService",
    "FaltasDeGrupo",
    "FilaDeCobranza",
    "FilaDeCorte",
    "FilaDeCosecha",
    "FilaDeProyeccion",
    "FilaDeRenovaciones",
    "GeneralService",
    "GruposService",
    "LineaDeEdad",
    "LineaDeRiesgo",
    "ParRequest",
    "PrestamoEnCartera",
    "RecibosMal",
    "violations",
]
