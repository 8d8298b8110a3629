"""Facts of loans that reports are made of, as they follow from installments and payments."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO, EstadoPago
from app.suites.credito.reportes.queries.filtros import leer


class Desacuerdo(NamedTuple):
    """A loan with a fact that does not follow from its rows."""

    folio: str
    regla: str


_CERRADOS = ", ".join(
    f"'{estado}'" for estado in (EstadoPrestamo.LIQUIDADO, EstadoPrestamo.RENOVADO, EstadoPrestamo.CASTIGADO)
)
_SIN_COBRO = ", ".join(f"'{metodo}'" for metodo in sorted(SIN_COBRO))
_LUNES = "(fecha_vencimiento - (extract(isodow FROM fecha_vencimiento)::int - 1))"
_DESACUERDOS = text(f"""
    WITH semanas AS (
        SELECT prestamo_id, {_LUNES} AS semana, sum(monto - condonado) AS debido, sum(a_tiempo) AS a_tiempo
        FROM credito_cuotas GROUP BY 1, 2
    ),
    anteriores AS (
        SELECT *, sum(debido) OVER (PARTITION BY prestamo_id ORDER BY semana) - debido AS antes FROM semanas
    )
    SELECT folio, 'its closing day does not go with its state' FROM credito_prestamos
    WHERE (estado IN ({_CERRADOS})) <> (fecha_cierre IS NOT NULL)
    UNION ALL
    SELECT DISTINCT loan.folio, 'the parts paid on time are not those that its payments cover'
    FROM anteriores week
    JOIN credito_prestamos loan ON loan.id = week.prestamo_id AND loan.estado <> '{EstadoPrestamo.CASTIGADO}'
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capital + interes + iva) FILTER (WHERE fecha < week.semana), 0) AS antes,
               coalesce(sum(monto) FILTER (WHERE fecha BETWEEN week.semana AND week.semana + 6), 0) AS abonado
        FROM credito_pagos
        WHERE prestamo_id = week.prestamo_id AND estado = '{EstadoPago.VALIDO}' AND metodo NOT IN ({_SIN_COBRO})
    ) paid
    WHERE week.a_tiempo <> least(week.debido, greatest(0, paid.antes - week.antes) + paid.abonado)
    ORDER BY 1, 2
""")  # noqa: S608 - of constants of the program


def desacuerdos(session: Session) -> Sequence[Desacuerdo]:
    """Loans whose closing day or payments on time do not follow from their rows."""
    return leer(session, Desacuerdo, _DESACUERDOS)
