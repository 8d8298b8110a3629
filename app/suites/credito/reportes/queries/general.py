"""Money of some days by group, from the sums that are kept, and the open loans at both ends."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.suites.credito.prestamos.models import OPEN
from app.suites.credito.reportes.queries.filtros import GRUPOS, Filtro, leer
from app.suites.credito.reportes.queries.fuentes import Fuente, fuente_de
from app.suites.credito.reportes.rules.cifras import Cifras
from app.suites.credito.reportes.rules.periodos import Periodo

_DAY = timedelta(days=1)
_ABIERTOS: Mapping[Fuente, str] = MappingProxyType(
    {
        Fuente.HOY: "SELECT grupo_id, sum(movements)::int AS prestamos FROM credito_cartera_sums GROUP BY grupo_id",
        Fuente.FOTO: """
            SELECT grupo_id, sum(prestamos)::int AS prestamos FROM credito_fotos WHERE dia = :{dia} GROUP BY grupo_id
        """,
        Fuente.HECHOS: f"""
            SELECT grupo_id, count(*)::int AS prestamos FROM credito_prestamos
            WHERE fecha_desembolso <= :{{dia}} AND (estado IN ({OPEN}) OR fecha_cierre > :{{dia}}) GROUP BY grupo_id
        """,  # noqa: S608 - of constants of the program
    }
)
"""Number of open loans at the end of a day by group."""
# Sums are of rows in order: a hash would hold the states of the sums of all groups at once, which takes longer.
_GENERAL = f"""
    WITH {GRUPOS},
    dias AS (
        SELECT grupo_id, sum(efectivo) AS efectivo, sum(bancos) AS bancos, sum(renovado) AS renovado,
               sum(papel) AS papel, sum(entregado) AS entregado, sum(comisiones) AS comisiones,
               sum(creditos)::int AS creditos
        FROM (SELECT * FROM credito_dia_sums WHERE fecha BETWEEN :desde AND :hasta ORDER BY grupo_id) own
        GROUP BY grupo_id
    ),
    cuotas AS (
        SELECT grupo_id, sum(debido) AS debido, sum(a_tiempo) AS a_tiempo
        FROM (SELECT * FROM credito_cuota_sums WHERE fecha BETWEEN :desde AND :hasta ORDER BY grupo_id) own
        GROUP BY grupo_id
    ),
    bonos AS (
        SELECT grupo_id, sum(monto) AS monto FROM credito_bonos_ganados
        WHERE semana BETWEEN :desde AND :hasta AND estado <> 'anulado' GROUP BY grupo_id
    ),
    gastos AS (SELECT sum(monto) AS monto FROM credito_gastos WHERE fecha BETWEEN :desde AND :hasta),
    antes AS ({{antes}}),
    despues AS ({{despues}}),
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
    ),
    cifras AS (
        SELECT rutas.gerente, rutas.supervisor, titular.nombre AS titular, todos.ruta_id, rutas.nombre AS ruta,
               todos.id AS grupo_id, todos.nombre AS grupo, todos.activo, coalesce(cuotas.debido, 0) AS ideal,
               coalesce(cuotas.a_tiempo, 0) AS a_tiempo, coalesce(dias.efectivo, 0) AS efectivo,
               coalesce(dias.bancos, 0) AS bancos, coalesce(dias.renovado, 0) AS renovado,
               coalesce(dias.papel, 0) AS papel, coalesce(dias.entregado, 0) AS entregado,
               coalesce(dias.comisiones, 0) AS comisiones,
               CASE WHEN todos.id IS NULL THEN coalesce((SELECT monto FROM gastos), 0) ELSE 0 END AS gastos,
               coalesce(bonos.monto, 0) AS bono,
               coalesce(antes.prestamos, 0) + coalesce(dias.creditos, 0) AS creditos,
               coalesce(despues.prestamos, 0) AS activos
        FROM todos
        LEFT JOIN dias ON coalesce(dias.grupo_id, 0) = coalesce(todos.id, 0)
        LEFT JOIN cuotas ON coalesce(cuotas.grupo_id, 0) = coalesce(todos.id, 0)
        LEFT JOIN antes ON coalesce(antes.grupo_id, 0) = coalesce(todos.id, 0)
        LEFT JOIN despues ON coalesce(despues.grupo_id, 0) = coalesce(todos.id, 0)
        LEFT JOIN bonos ON bonos.grupo_id = todos.id
        LEFT JOIN rutas ON rutas.id = todos.ruta_id
        LEFT JOIN credito_personal titular ON titular.id = todos.titular_id
    )
    SELECT gerente, supervisor, titular, ruta_id, ruta, grupo_id, grupo, ideal, a_tiempo, efectivo, bancos, renovado,
           papel, entregado, comisiones, gastos, bono, creditos, activos
    FROM cifras
    WHERE activo OR (ideal, a_tiempo, efectivo, bancos, renovado, papel, entregado, comisiones, gastos, bono, creditos,
                     activos) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    ORDER BY ruta, grupo, grupo_id
"""  # noqa: S608 - of constants of the program


@cache
def _statement(antes: Fuente, despues: Fuente) -> TextClause:
    before, after = _ABIERTOS[antes].format(dia="antes"), _ABIERTOS[despues].format(dia="hasta")
    return text(_GENERAL.format(antes=before, despues=after))


def del_periodo(session: Session, filtro: Filtro, periodo: Periodo, today: date) -> Sequence[Cifras]:
    """Groups that match and are active, or have a figure, with their people at the end of some days.

    Last is the row of no group, where everything matches.
    """
    before = periodo.desde - _DAY
    statement = _statement(fuente_de(session, before, today), fuente_de(session, periodo.hasta, today))
    return leer(session, Cifras, statement, **filtro.values, **periodo._asdict(), antes=before)
