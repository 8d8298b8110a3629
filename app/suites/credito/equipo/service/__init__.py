"""Services of the people who lend and collect, their routes and groups; each domain above asks them for scopes."""

from app.suites.credito.equipo.models import Cambio, GrupoRecord, PersonalRecord
from app.suites.credito.equipo.queries import DiasDeGrupo, PersonalRepository
from app.suites.credito.equipo.service.alcance import a_cargo, alcance, alcance_rutas, hoy, persona, persona_bloqueada
from app.suites.credito.equipo.service.calendario import (
    CalendarioService,
    DiaInhabilChanges,
    DiaInhabilService,
    NewDiaInhabil,
    NewSemanaSinCobro,
    SemanaSinCobroChanges,
    SemanaSinCobroService,
)
from app.suites.credito.equipo.service.cambios import CambioDeFechasService
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
    "CalendarioService",
    "Cambio",
    "CambioDeFechasService",
    "CatalogoService",
    "Catalogos",
    "DiaInhabilChanges",
    "DiaInhabilService",
    "DiasDeGrupo",
    "Etiqueta",
    "GrupoChanges",
    "GrupoRecord",
    "GrupoService",
    "NewDiaInhabil",
    "NewGrupo",
    "NewPersonal",
    "NewRuta",
    "NewSemanaSinCobro",
    "PersonalChanges",
    "PersonalRecord",
    "PersonalRepository",
    "PersonalService",
    "RutaChanges",
    "RutaService",
    "SemanaSinCobroChanges",
    "SemanaSinCobroService",
    "TransferRequest",
    "Transferencia",
    "a_cargo",
    "alcance",
    "alcance_rutas",
    "hoy",
    "persona",
    "persona_bloqueada",
]
