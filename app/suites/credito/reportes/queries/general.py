"""Money of some days by group, from the sums that are kept, and the open loans at both ends."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.suites.credito.prestamos.models import OPEN
from app.suites.credito.reportes.queries.filtros import GRUPOS, Filtro, leer
from app.suites.credito.reportes.rules.periodos import Periodo

_DAY = timedelta(days=1)


class GrupoDelPeriodo(NamedTuple):
    """A group with its people at the end of the days, and the money of these."""

    grupo_id: int | None
    grupo: str | None
    activo: bool
    ruta_id: int | None
    ruta: str | None
    gerente: str | None
    supervisor: str | None
    titular: str | None
    debido: Decimal
    a_tiempo: Decimal
    efectivo: Decimal
    bancos: Decimal
    renovado: Decimal
    papel: Decimal
    entregado: Decimal
    comisiones: Decimal
    creditos: Decimal
    bono: Decimal


_GENERAL = text(f"""
    WITH {GRUPOS},
    dias AS (
        SELECT grupo_id, sum(efectivo) AS efectivo, sum(bancos) AS bancos, sum(renovado) AS renovado,
               sum(papel) AS papel, sum(entregado) AS entregado, sum(comisiones) AS comisiones,
               sum(creditos) AS creditos
        FROM credito_dia_sums WHERE fecha BETWEEN :desde AND :hasta GROUP BY grupo_id
    ),
    cuotas AS (
        SELECT grupo_id, sum(debido) AS debido, sum(a_tiempo) AS a_tiempo
        FROM credito_cuota_sums WHERE fecha BETWEEN :desde AND :hasta GROUP BY grupo_id
    ),
    bonos AS (
        SELECT grupo_id, sum(monto) AS monto FROM credito_bonos_ganados
        WHERE semana BETWEEN :desde AND :hasta AND estado <> 'anulado' GROUP BY grupo_id
    ),
    rutas AS (
        SELECT route.id, route.nombre, gerente.nombre AS gerente, supervisor.nombre AS supervisor
        FROM credito_rutas route
        LEFT JOIN credito_mandos_de_ruta mando ON mando.ruta_id = route.id AND mando.desde <= :dia
             AND (mando.hasta IS NULL OR mando.hasta >= :dia)
        LEFT JOIN credito_personal gerente ON gerente.id = mando.gerente_id
        LEFT JOIN credito_personal supervisor ON supervisor.id = mando.supervisor_id
    ),
    todos AS (
        SELECT id, nombre, activo, ruta_id, titular_id FROM grupos
        UNION ALL SELECT NULL, NULL, false, NULL, NULL WHERE :todo
    )
    SELECT todos.id, todos.nombre, todos.activo, todos.ruta_id, rutas.nombre, rutas.gerente, rutas.supervisor,
           titular.nombre, coalesce(cuotas.debido, 0), coalesce(cuotas.a_tiempo, 0), coalesce(dias.efectivo, 0),
           coalesce(dias.bancos, 0), coalesce(dias.renovado, 0), coalesce(dias.papel, 0),
           coalesce(dias.entregado, 0), coalesce(dias.comisiones, 0), coalesce(dias.creditos, 0),
           coalesce(bonos.monto, 0)
    FROM todos
    LEFT JOIN dias ON coalesce(dias.grupo_id, 0) = coalesce(todos.id, 0)
    LEFT JOIN cuotas ON coalesce(cuotas.grupo_id, 0) = coalesce(todos.id, 0)
    LEFT JOIN bonos ON bonos.grupo_id = todos.id
    LEFT JOIN rutas ON rutas.id = todos.ruta_id
    LEFT JOIN credito_personal titular ON titular.id = todos.titular_id
    ORDER BY rutas.nombre, todos.nombre, todos.id
""")  # noqa: S608 - of constants of the program


def del_periodo(session: Session, filtro: Filtro, periodo: Periodo) -> Sequence[GrupoDelPeriodo]:
    """Groups that match, with the money of some days; last the row of no group, where everything matches."""
    return leer(session, GrupoDelPeriodo, _GENERAL, **filtro.values, **periodo._asdict())


class _Abiertos(NamedTuple):
    grupo_id: int | None
    prestamos: int


_FOTOGRAFIADO = text("""
    SELECT EXISTS (SELECT FROM credito_cierres WHERE tipo = 'diario' AND dia = :dia)
       AND NOT EXISTS (SELECT FROM credito_cierres WHERE tipo = 'diario' AND dia = :dia AND terminado_en IS NULL)
""")
_HOY = text("SELECT grupo_id, sum(movements)::bigint FROM credito_cartera_sums GROUP BY grupo_id")
_FOTO = text("SELECT grupo_id, sum(prestamos)::bigint FROM credito_fotos WHERE dia = :dia GROUP BY grupo_id")
_HECHOS = text(f"""
    SELECT grupo_id, count(*) FROM credito_prestamos
    WHERE fecha_desembolso <= :dia AND (estado IN ({OPEN}) OR fecha_cierre > :dia) GROUP BY grupo_id
""")  # noqa: S608 - of constants of the program


def fotografiado(session: Session, dia: date) -> bool:
    """Whether the snapshot of a day is there, and whole."""
    return bool(session.scalar(_FOTOGRAFIADO, {"dia": dia}))


def abiertos_al(session: Session, dia: date, today: date) -> Mapping[int | None, int]:
    """Number of open loans at the end of a day by group: of today as they are now, of a past day by its snapshot."""
    if dia >= today:
        rows = leer(session, _Abiertos, _HOY)
    else:
        rows = leer(session, _Abiertos, _FOTO if fotografiado(session, dia) else _HECHOS, dia=dia)
    return {row.grupo_id: row.prestamos for row in rows}


_GASTOS = text("SELECT coalesce(sum(monto), 0) FROM credito_gastos WHERE fecha BETWEEN :desde AND :hasta")


def gastos_de(session: Session, periodo: Periodo) -> Decimal:
    """Expenses of all cuts on some days."""
    return Decimal(session.scalar(_GASTOS, periodo._asdict()) or 0)
