"""Collection by day and collector: due, collected, visits and promises."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.suites.credito.prestamos.rules.pagos import EstadoPago
from app.suites.credito.reportes.queries.filtros import Filtro, leer
from app.suites.credito.reportes.rules.periodos import Periodo


class DiaDeCobrador(NamedTuple):
    """A day of a collector."""

    fecha: date
    cobrador_id: int | None
    cobrador: str | None
    ideal: Decimal
    efectivo: Decimal
    bancos: Decimal
    visitas: int
    promesas: int
    promesas_cumplidas: int


_ASSIGNED = """
    JOIN credito_asignaciones assigned ON assigned.grupo_id = {group} AND assigned.desde <= {day}
         AND (assigned.hasta IS NULL OR assigned.hasta >= {day})
         AND (CAST(:ruta_id AS bigint) IS NULL OR assigned.ruta_id = :ruta_id)
"""
_GROUP = """
    (:todos OR {0} = ANY (CAST(:alcance AS bigint[]))) AND (CAST(:grupo_id AS bigint) IS NULL OR {0} = :grupo_id)
"""
_COBRANZA = text(f"""
    WITH ideal AS (
        SELECT sums.fecha, coalesce(assigned.cobrador_id, assigned.titular_id) AS cobrador_id,
               sum(sums.debido) AS ideal
        FROM credito_cuota_sums sums {_ASSIGNED.format(group="sums.grupo_id", day="sums.fecha")}
        WHERE sums.fecha BETWEEN :desde AND :hasta AND {_GROUP.format("sums.grupo_id")} GROUP BY 1, 2
    ),
    cobrado AS (
        SELECT sums.fecha, sums.cobrador_id, sum(sums.efectivo) AS efectivo, sum(sums.bancos) AS bancos
        FROM credito_dia_sums sums LEFT {_ASSIGNED.format(group="sums.grupo_id", day="sums.fecha")}
        WHERE sums.fecha BETWEEN :desde AND :hasta AND (:propio OR {_GROUP.format("sums.grupo_id")})
          AND (CAST(:ruta_id AS bigint) IS NULL OR assigned.id IS NOT NULL)
        GROUP BY 1, 2 HAVING sum(sums.efectivo) <> 0 OR sum(sums.bancos) <> 0
    ),
    visitado AS (
        SELECT (visita.fecha_hora AT TIME ZONE :zona)::date AS fecha, visita.cobrador_id, count(*) AS visitas
        FROM credito_visitas visita
        JOIN credito_clientes cliente ON cliente.id = visita.cliente_id
        LEFT {_ASSIGNED.format(group="cliente.grupo_id", day="(visita.fecha_hora AT TIME ZONE :zona)::date")}
        WHERE visita.fecha_hora >= :desde_las AND visita.fecha_hora < :hasta_las
          AND (:propio OR {_GROUP.format("cliente.grupo_id")})
          AND (CAST(:ruta_id AS bigint) IS NULL OR assigned.id IS NOT NULL)
        GROUP BY 1, 2
    ),
    prometido AS (
        SELECT visita.promesa_fecha AS fecha, visita.cobrador_id, count(*) AS promesas,
               count(*) FILTER (WHERE paid.monto >= coalesce(visita.promesa_monto, 0.01)) AS cumplidas
        FROM credito_visitas visita
        JOIN credito_clientes cliente ON cliente.id = visita.cliente_id
        LEFT {_ASSIGNED.format(group="cliente.grupo_id", day="visita.promesa_fecha")}
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(pago.monto), 0) AS monto
            FROM credito_pagos pago JOIN credito_prestamos loan ON loan.id = pago.prestamo_id
            WHERE loan.cliente_id = visita.cliente_id AND pago.estado = '{EstadoPago.VALIDO}'
              AND (visita.prestamo_id IS NULL OR loan.id = visita.prestamo_id)
              AND pago.fecha BETWEEN (visita.fecha_hora AT TIME ZONE :zona)::date AND visita.promesa_fecha
        ) paid
        WHERE visita.promesa_fecha BETWEEN :desde AND :hasta AND (:propio OR {_GROUP.format("cliente.grupo_id")})
          AND (CAST(:ruta_id AS bigint) IS NULL OR assigned.id IS NOT NULL)
        GROUP BY 1, 2
    )
    SELECT fecha, cobrador_id, person.nombre, coalesce(sum(ideal), 0), coalesce(sum(efectivo), 0),
           coalesce(sum(bancos), 0), coalesce(sum(visitas), 0)::bigint, coalesce(sum(promesas), 0)::bigint,
           coalesce(sum(cumplidas), 0)::bigint
    FROM (
        SELECT fecha, cobrador_id, ideal, NULL::numeric AS efectivo, NULL::numeric AS bancos,
               NULL::bigint AS visitas, NULL::bigint AS promesas, NULL::bigint AS cumplidas FROM ideal
        UNION ALL SELECT fecha, cobrador_id, NULL, efectivo, bancos, NULL, NULL, NULL FROM cobrado
        UNION ALL SELECT fecha, cobrador_id, NULL, NULL, NULL, visitas, NULL, NULL FROM visitado
        UNION ALL SELECT fecha, cobrador_id, NULL, NULL, NULL, NULL, promesas, cumplidas FROM prometido
    ) parts LEFT JOIN credito_personal person ON person.id = parts.cobrador_id
    WHERE CAST(:cobrador_id AS bigint) IS NULL OR cobrador_id = :cobrador_id
    GROUP BY fecha, cobrador_id, person.nombre ORDER BY fecha, person.nombre, cobrador_id
""")  # noqa: S608 - of constants of the program


def por_dia_y_cobrador(
    session: Session, filtro: Filtro, periodo: Periodo, zona: dict[str, object], *, propio: bool
) -> Sequence[DiaDeCobrador]:
    """Days of collectors: what was due of the groups that they had on the day, and what they took.

    With `propio` also what the collector of the criteria took of groups out of scope.
    """
    own = {**filtro.values, **periodo._asdict(), **zona, "propio": propio, "todos": filtro.alcance.ids is None}
    return leer(session, DiaDeCobrador, _COBRANZA, **own)
