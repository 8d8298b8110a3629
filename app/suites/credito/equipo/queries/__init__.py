"""Repositories and queries of the people who lend and collect, their routes and groups."""

from app.suites.credito.equipo.queries.alcance import groups_of, people_below, people_beside, routes_of
from app.suites.credito.equipo.queries.calendario import (
    CalendarioFilter,
    DiaInhabilRepository,
    DiasDeGrupo,
    SemanaSinCobroRepository,
    bloquear_calendario,
    days_from,
    days_of_groups,
    fijar_calendario,
    holidays,
    weeks_without_collection,
)
from app.suites.credito.equipo.queries.grupos import (
    AsignacionFilter,
    AsignacionRepository,
    GrupoFilter,
    GrupoRepository,
)
from app.suites.credito.equipo.queries.personal import PersonalFilter, PersonalRepository
from app.suites.credito.equipo.queries.rutas import RutaFilter, RutaRepository

__all__ = [
    "AsignacionFilter",
    "AsignacionRepository",
    "CalendarioFilter",
    "DiaInhabilRepository",
    "DiasDeGrupo",
    "GrupoFilter",
    "GrupoRepository",
    "PersonalFilter",
    "PersonalRepository",
    "RutaFilter",
    "RutaRepository",
    "SemanaSinCobroRepository",
    "bloquear_calendario",
    "days_from",
    "days_of_groups",
    "fijar_calendario",
    "groups_of",
    "holidays",
    "people_below",
    "people_beside",
    "routes_of",
    "weeks_without_collection",
]
