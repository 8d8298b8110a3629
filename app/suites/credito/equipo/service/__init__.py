"""Services of the people who lend and collect, their routes and groups; each domain above asks them for scopes."""

from app.suites.credito.equipo.service.alcance import alcance, alcance_rutas, hoy, persona
from app.suites.credito.equipo.service.catalogos import Catalogos, CatalogoService, Etiqueta
from app.suites.credito.equipo.service.grupos import (
    AsignacionService,
    GrupoChanges,
    GrupoService,
    NewGrupo,
    Transferencia,
    TransferRequest,
)
from app.suites.credito.equipo.service.personal import NewPersonal, PersonalChanges, PersonalService
from app.suites.credito.equipo.service.rutas import NewRuta, RutaChanges, RutaService

__all__ = [
    "AsignacionService",
    "CatalogoService",
    "Catalogos",
    "Etiqueta",
    "GrupoChanges",
    "GrupoService",
    "NewGrupo",
    "NewPersonal",
    "NewRuta",
    "PersonalChanges",
    "PersonalService",
    "RutaChanges",
    "RutaService",
    "TransferRequest",
    "Transferencia",
    "alcance",
    "alcance_rutas",
    "hoy",
    "persona",
]
