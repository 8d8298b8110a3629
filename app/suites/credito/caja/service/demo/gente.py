"""People, routes, groups and clients of the demo."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from app.core.identity.service.demo import create_demo_user
from app.infra import clock
from app.infra.context import Context
from app.suites.credito import CAJERO, COBRADOR, DIRECTOR, GERENTE, SUPERVISOR, TITULAR
from app.suites.credito.clientes.rules import EstadoCivil, Propiedad, Sexo
from app.suites.credito.clientes.service import ClienteService
from app.suites.credito.equipo.rules import Puesto, lunes
from app.suites.credito.equipo.service import GrupoService, PersonalRecord, PersonalService, RutaService

SEMANAS = 52
"""Weeks of the demo before this one."""
_POR_GRUPO = 25
_TRANSFERIDO, _SEMANA_DEL_CAMBIO = 3, 30
"""Place of the group that got another collector, and in which week."""

# name of the user, position, name, clave, superior
_PERSONAS = (
    ("directora", DIRECTOR, "Patricia Salgado Ortiz", "PSO", None),
    ("gerente", GERENTE, "Ernesto Villarreal Luna", "EVL", "PSO"),
    ("supervisora", SUPERVISOR, "Carmen Ibarra Núñez", "CIN", "EVL"),
    ("titular", TITULAR, "Silvia Rangel Mora", "SRM", "CIN"),
    ("cobrador", COBRADOR, "Jorge Pineda Solís", "JPS", "CIN"),
    ("cobradora", COBRADOR, "Alma Cervantes Rojo", "ACR", "CIN"),
    ("cajera", CAJERO, "Lucía Bravo Téllez", "LBT", "EVL"),
)
_RUTAS = ("Ecatepec Norte", "Ecatepec Sur", "Tecámac")
# name, place of the route, weekday, hour, collector
_GRUPOS = (
    ("Las Rosas", 0, 1, 10, "JPS"),
    ("La Esperanza", 0, 2, 11, "JPS"),
    ("Nuevo Amanecer", 0, 3, 9, "JPS"),
    ("Las Jacarandas", 1, 1, 16, "ACR"),
    ("San Judas", 1, 4, 10, "ACR"),
    ("Flor de Mayo", 1, 5, 12, "ACR"),
    ("El Progreso", 2, 2, 17, "JPS"),
    ("Guadalupana", 2, 6, 9, "ACR"),
)
_NOMBRES = (
    *("María", "Guadalupe", "Juana", "Rosa", "Verónica", "Leticia", "Alejandra", "Patricia", "Yolanda", "Elena"),
    *("Margarita", "Teresa", "Araceli", "Gabriela", "Claudia", "Josefina", "Martha", "Norma", "Silvia", "Beatriz"),
)
_APELLIDOS = (
    *("Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez", "Cruz"),
    *("Flores", "Gómez", "Morales", "Vázquez", "Reyes", "Jiménez", "Torres", "Díaz", "Gutiérrez", "Ruiz"),
)
_COLONIAS = (("Jardines de Morelos", "55070"), ("Ciudad Azteca", "55120"), ("San Cristóbal", "55000"))


@dataclass(frozen=True, slots=True)
class GrupoDemo:
    """A group, with its clients and who collects from it."""

    id: int
    dia: int
    """Weekday on which it meets, from 0 for Monday."""
    cobrador: PersonalRecord
    antes: PersonalRecord
    """The collector before the group got another one, or the same."""
    desde: date
    """First day of the present collector."""
    clientes: list[int]

    def cobrador_en(self, fecha: date) -> PersonalRecord:
        """The collector on a day."""
        return self.cobrador if fecha >= self.desde else self.antes


@dataclass(frozen=True, slots=True)
class Gente:
    """People and groups of the demo."""

    personas: dict[str, PersonalRecord]
    """People by their claves."""
    grupos: list[GrupoDemo]
    lunes: date
    """Monday of this week."""

    @property
    def titular(self) -> PersonalRecord:
        """The woman who leads all groups."""
        return self.personas["SRM"]

    @property
    def cajera(self) -> PersonalRecord:
        """The cashier, who confirms the cuts."""
        return self.personas["LBT"]


@contextmanager
def en(context: Context, fecha: date) -> Iterator[None]:
    """Do something as of the morning of a day."""
    zone = context.settings.credito_timezone
    with clock.frozen(datetime.combine(fecha, time(8), zone)):
        yield


def contratar(context: Context, today: date) -> Gente:
    """Create people, routes, groups and clients as of a year ago; one group gets another collector meanwhile."""
    monday = lunes(today)
    start, change = monday - timedelta(weeks=SEMANAS), monday - timedelta(weeks=SEMANAS - _SEMANA_DEL_CAMBIO)
    with en(context, start):
        personas = _personas(context)
        ids = _grupos(context, personas)
        clientes = [_clientes(context, grupo_id, place) for place, grupo_id in enumerate(ids)]
    nueva = personas["JPS"]
    with en(context, change):
        GrupoService(context).transferir(ids[_TRANSFERIDO], change, cobrador_id=nueva.id)
    grupos = []
    for place, (_, _, weekday, _, clave) in enumerate(_GRUPOS):
        moved = place == _TRANSFERIDO
        now, since = (nueva, change) if moved else (personas[clave], start)
        grupos.append(GrupoDemo(ids[place], weekday - 1, now, personas[clave], since, clientes[place]))
    return Gente(personas, grupos, monday)


def _personas(context: Context) -> dict[str, PersonalRecord]:
    service, made = PersonalService(context), dict[str, PersonalRecord]()
    for user, puesto, nombre, clave, jefe in _PERSONAS:
        made[clave] = service.create(
            user_id=create_demo_user(context, user, puesto),
            nombre=nombre,
            puesto=Puesto(puesto),
            clave=clave,
            jefe_id=None if jefe is None else made[jefe].id,
        )
    return made


def _grupos(context: Context, personas: dict[str, PersonalRecord]) -> list[int]:
    rutas, grupos = RutaService(context), GrupoService(context)
    gerente, supervisora = personas["EVL"].id, personas["CIN"].id
    route_ids = [rutas.create(nombre=one, gerente_id=gerente, supervisor_id=supervisora).id for one in _RUTAS]
    return [
        grupos.create(
            nombre=nombre,
            ruta_id=route_ids[ruta],
            titular_id=personas["SRM"].id,
            cobrador_id=personas[clave].id,
            dia_reunion=weekday,
            hora_reunion=time(hour),
        ).id
        for nombre, ruta, weekday, hour, clave in _GRUPOS
    ]


def _clientes(context: Context, grupo_id: int, place: int) -> list[int]:
    chance = random.Random(place)  # noqa: S311 - demo data, the same each time
    service, made = ClienteService(context), []
    for number in range(_POR_GRUPO):
        colonia, cp = chance.choice(_COLONIAS)
        found = service.create(
            nombre=_NOMBRES[(number + 3 * place) % len(_NOMBRES)],
            apellido_paterno=chance.choice(_APELLIDOS),
            apellido_materno=chance.choice(_APELLIDOS),
            fecha_nacimiento=date(1960 + chance.randrange(42), 1 + chance.randrange(12), 1 + chance.randrange(28)),
            sexo=Sexo.MUJER,
            telefono=f"55 {1000 + place * 100 + number:04} {chance.randrange(10_000):04}",
            calle=f"Calle {chance.randrange(1, 60)} núm. {chance.randrange(1, 300)}",
            colonia=colonia,
            cp=cp,
            municipio="Ecatepec de Morelos",
            entidad="México",
            lat=Decimal(19_600_000 + chance.randrange(40_000)) / 1_000_000,
            lng=Decimal(-99_060_000 + chance.randrange(40_000)) / 1_000_000,
            estado_civil=chance.choice((EstadoCivil.CASADO, EstadoCivil.SOLTERO, EstadoCivil.UNION_LIBRE)),
            num_hijos=chance.randrange(5),
            propiedad=chance.choice((Propiedad.CASA_PROPIA, Propiedad.RENTADA)),
            grupo_id=grupo_id,
            aviso_privacidad_en=clock.now(),
        )
        made.append(found.record.id)
    return made
