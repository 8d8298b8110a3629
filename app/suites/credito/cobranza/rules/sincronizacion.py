"""Judgement of what a device sends: only malformed items are refused; money that raises a doubt waits for a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.suites.credito.prestamos.rules.pagos import Duda

SIETE_DIAS = timedelta(days=7)


class Resultado(StrEnum):
    """Outcome of an item."""

    CREADO = "creado"
    REPETIDO = "repetido"
    POR_REVISAR = "por_revisar"
    RECHAZADO = "rechazado"


def instante(hora_local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a device's time; one without an offset is read in the suite's zone."""
    return hora_local if hora_local.tzinfo is not None else hora_local.replace(tzinfo=zone)


def fecha_de(tomado_en: datetime, zone: ZoneInfo) -> date:
    """Day of an instant in the suite's zone."""
    return tomado_en.astimezone(zone).date()


def fecha_es_dudosa(fecha: date, today: date) -> bool:
    """Whether a day is in the future, or more than 7 days ago."""
    return fecha > today or today - fecha > SIETE_DIAS


MALFORMADO = "malformado"
CONTENIDO_DISTINTO = "contenido_distinto"
"""Codes of items that are refused."""


@dataclass(frozen=True, slots=True)
class Malformado:
    """An item that cannot be read."""

    local_id: str | None
    detalle: str


@dataclass(frozen=True, slots=True)
class Respuesta:
    """Outcome of an item."""

    local_id: str | None
    resultado: Resultado
    id: int | None = None
    recibo: str | None = None
    saldo: Decimal | None = None
    codigo: str | None = None
    detalle: str | None = None


@dataclass(frozen=True, slots=True)
class Situacion:
    """Facts about a payment that a device sends."""

    conocido: bool
    """Whether there is such a loan."""
    al_alcance: bool
    """Whether the person collects from its group, or did on the day."""
    abierto: bool
    renovado: bool
    castigado: bool
    saldo: Decimal
    desembolso: date | None
    duplicado: bool
    recibo_repetido: bool


def dudas(fecha: date, monto: Decimal, situacion: Situacion, today: date) -> Iterator[Duda]:
    """Reasons for which a payment waits for a person, the gravest first."""
    if not situacion.conocido:
        yield Duda.PRESTAMO_DESCONOCIDO
        return
    early = situacion.desembolso is not None and fecha < situacion.desembolso
    found = {
        Duda.FUERA_DE_ALCANCE: not situacion.al_alcance,
        Duda.PRESTAMO_RENOVADO: situacion.renovado,
        Duda.PRESTAMO_CERRADO: not (situacion.abierto or situacion.renovado or situacion.castigado),
        Duda.FECHA_DUDOSA: fecha_es_dudosa(fecha, today),
        Duda.ANTES_DEL_DESEMBOLSO: early,
        Duda.POSIBLE_DUPLICADO: situacion.duplicado,
        Duda.RECIBO_REPETIDO: situacion.recibo_repetido,
        Duda.MAYOR_QUE_EL_SALDO: situacion.abierto and monto > situacion.saldo,
    }
    yield from (duda for duda, holds in found.items() if holds)
