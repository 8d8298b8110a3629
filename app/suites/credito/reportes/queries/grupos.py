"""Bonuses, missed weeks and renewals by group, and installments that are to come by week."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.suites.credito.caja.rules.cortes import EstadoBono
from app.suites.credito.prestamos.models import OPEN
from app.suites.credito.reportes.queries.filtros import GRUPOS, Filtro, leer
from app.suites.credito.reportes.rules.periodos import Periodo


class BonoDeGrupo(NamedTuple):
    """Bonus of a group's week."""

    semana: date
    grupo_id: int
    grupo: str
    titular_id: int
    titular: str
    cobranza: Decimal
    faltas: int
    monto: Decimal
    estado: EstadoBono


_BONOS = text(f"""
    WITH {GRUPOS}
    SELECT ganado.semana, grupos.id, grupos.nombre, ganado.titular_id, titular.nombre, ganado.cobranza,
           ganado.faltas, ganado.monto, ganado.estado
    FROM credito_bonos_ganados ganado JOIN grupos ON grupos.id = ganado.grupo_id
    JOIN credito_personal titular ON titular.id = ganado.titular_id
    WHERE ganado.semana BETWEEN :desde AND :hasta ORDER BY 1, 3, 2
""")  # noqa: S608 - of constants of the program


def bonos_de(session: Session, filtro: Filtro, periodo: Periodo) -> Sequence[BonoDeGrupo]:
    """Bonuses of the weeks that begin on these days, by week and group."""
    return leer(session, BonoDeGrupo, _BONOS, **filtro.values, **periodo._asdict())


class FaltasDeGrupo(NamedTuple):
    """Missed weeks of a group in a week."""

    semana: date
    grupo_id: int | None
    grupo: str | None
    faltas: int
    toleradas: int
    justificadas: int
    retiradas: int
    esperado: Decimal
    abonado: Decimal
    faltante: Decimal


_FALTAS = text(f"""
    WITH {GRUPOS}
    SELECT falta.semana, grupos.id, grupos.nombre,
           count(*) FILTER (WHERE falta.estado = 'vigente'),
           count(*) FILTER (WHERE falta.estado = 'vigente' AND falta.tolerada),
           count(*) FILTER (WHERE falta.estado = 'justificada'), count(*) FILTER (WHERE falta.estado = 'retirada'),
           coalesce(sum(falta.esperado) FILTER (WHERE falta.estado = 'vigente'), 0),
           coalesce(sum(falta.abonado) FILTER (WHERE falta.estado = 'vigente'), 0),
           coalesce(sum(falta.faltante) FILTER (WHERE falta.estado = 'vigente'), 0)
    FROM credito_faltas falta JOIN credito_prestamos loan ON loan.id = falta.prestamo_id
    LEFT JOIN grupos ON grupos.id = loan.grupo_id
    WHERE falta.semana BETWEEN :desde AND :hasta
      AND (grupos.id IS NOT NULL OR (:todo AND loan.grupo_id IS NULL))
    GROUP BY 1, 2, 3 ORDER BY 1, 3, 2
""")  # noqa: S608 - of constants of the program


def faltas_de(session: Session, filtro: Filtro, periodo: Periodo) -> Sequence[FaltasDeGrupo]:
    """Missed weeks of the weeks that begin on these days, by week and group."""
    return leer(session, FaltasDeGrupo, _FALTAS, **filtro.values, **periodo._asdict())


class RenovacionesDeGrupo(NamedTuple):
    """Loans of a group that ended, and clients who came and went."""

    grupo_id: int | None
    grupo: str | None
    renovados: int
    liquidados: int
    nuevos: int
    perdidos: int


_RENOVACIONES = text(f"""
    WITH {GRUPOS},
    cerrados AS (
        SELECT grupo_id, count(*) FILTER (WHERE estado = 'renovado') AS renovados,
               count(*) FILTER (WHERE estado = 'liquidado') AS liquidados,
               count(DISTINCT cliente_id) FILTER (WHERE estado = 'liquidado' AND NOT EXISTS (
                   SELECT FROM credito_prestamos other
                   WHERE other.cliente_id = loan.cliente_id AND other.fecha_desembolso <= :hasta
                     AND (other.estado IN ({OPEN}) OR other.fecha_cierre > :hasta))) AS perdidos
        FROM credito_prestamos loan WHERE fecha_cierre BETWEEN :desde AND :hasta GROUP BY grupo_id
    ),
    dados AS (
        SELECT grupo_id, count(*) AS nuevos FROM credito_prestamos loan
        WHERE fecha_desembolso BETWEEN :desde AND :hasta AND estado <> 'cancelado' AND NOT EXISTS (
            SELECT FROM credito_prestamos other
            WHERE other.cliente_id = loan.cliente_id AND other.estado <> 'cancelado'
              AND (other.fecha_desembolso, other.id) < (loan.fecha_desembolso, loan.id))
        GROUP BY grupo_id
    ),
    juntos AS (
        SELECT grupo_id, renovados, liquidados, 0 AS nuevos, perdidos FROM cerrados
        UNION ALL SELECT grupo_id, 0, 0, nuevos, 0 FROM dados
    )
    SELECT grupos.id, grupos.nombre, sum(renovados)::bigint, sum(liquidados)::bigint, sum(nuevos)::bigint,
           sum(perdidos)::bigint
    FROM juntos LEFT JOIN grupos ON grupos.id = juntos.grupo_id
    WHERE grupos.id IS NOT NULL OR (:todo AND juntos.grupo_id IS NULL)
    GROUP BY 1, 2 ORDER BY 2, 1
""")  # noqa: S608 - of constants of the program


def renovaciones_de(session: Session, filtro: Filtro, periodo: Periodo) -> Sequence[RenovacionesDeGrupo]:
    """Renewals, loans that were paid without one, new and lost clients of some days, by group."""
    return leer(session, RenovacionesDeGrupo, _RENOVACIONES, **filtro.values, **periodo._asdict())


class SemanaProyectada(NamedTuple):
    """Unpaid installments of a week."""

    semana: date
    pendiente: Decimal


_PROYECCION = text(f"""
    WITH {GRUPOS}
    SELECT date_trunc('week', sums.fecha)::date, sum(sums.pendiente)
    FROM credito_cuota_sums sums LEFT JOIN grupos ON grupos.id = sums.grupo_id
    WHERE sums.pendiente <> 0 AND sums.fecha BETWEEN :desde AND :hasta
      AND (grupos.id IS NOT NULL OR (:todo AND sums.grupo_id IS NULL))
    GROUP BY 1 HAVING sum(sums.pendiente) <> 0 ORDER BY 1
""")  # noqa: S608 - of constants of the program


def proyeccion_de(session: Session, filtro: Filtro, periodo: Periodo) -> Sequence[SemanaProyectada]:
    """Unpaid installments of open loans that are due on some days, by week."""
    return leer(session, SemanaProyectada, _PROYECCION, **filtro.values, **periodo._asdict())
