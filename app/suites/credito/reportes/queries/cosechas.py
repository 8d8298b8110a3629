"""Loans by the month in which they were handed over, and guarantors with what they paid."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.suites.credito.prestamos.models import OPEN
from app.suites.credito.reportes.queries.filtros import GRUPOS, Filtro, leer
from app.suites.credito.reportes.queries.hechos import ATRASO_DE_SUMA
from app.suites.credito.reportes.rules.periodos import Periodo


class Cosecha(NamedTuple):
    """Loans that were handed over in a month, as they are now."""

    mes: str
    prestamos: int
    monto: Decimal
    abiertos: int
    liquidados: int
    renovados: int
    castigados: int
    saldo_capital: Decimal
    capital_30: Decimal
    """Capital of open loans more than 30 days late."""
    capital_castigado: Decimal


_GRACIA = """
    CASE WHEN condiciones ->> 'gracia_mora' IS NOT NULL THEN (condiciones ->> 'gracia_mora')::int
         WHEN condiciones ->> 'frecuencia' = 'semanal' THEN -1 ELSE 0 END
"""
_ATRASO = ATRASO_DE_SUMA.replace(":dia", ":hoy")
"""Days late now, whatever the days of the loans are."""
_COSECHAS = text(f"""
    WITH {GRUPOS},
    sums AS (
        SELECT month_of(fecha_desembolso) AS mes, monto, estado, estado IN ({OPEN}) AS abierto, saldo_capital,
               vence_mas_antiguo AS vence, {_GRACIA} AS gracia
        FROM credito_prestamos loan
        WHERE fecha_desembolso BETWEEN :desde AND :hasta AND estado <> 'cancelado'
          AND (:todo OR grupo_id = ANY (ARRAY(SELECT id FROM grupos)))
    )
    SELECT to_char(mes, 'YYYY-MM'), count(*), sum(monto), count(*) FILTER (WHERE abierto),
           count(*) FILTER (WHERE estado = 'liquidado'), count(*) FILTER (WHERE estado = 'renovado'),
           count(*) FILTER (WHERE estado = 'castigado'), coalesce(sum(saldo_capital) FILTER (WHERE abierto), 0),
           coalesce(sum(saldo_capital) FILTER (WHERE abierto AND {_ATRASO} > 30), 0),
           coalesce(sum(saldo_capital) FILTER (WHERE estado = 'castigado'), 0)
    FROM sums GROUP BY mes ORDER BY mes
""")  # noqa: S608 - of constants of the program


def cosechas_de(session: Session, filtro: Filtro, periodo: Periodo, today: date) -> Sequence[Cosecha]:
    """Loans that were handed over on some days, by month, as they are today."""
    return leer(session, Cosecha, _COSECHAS, **filtro.values, **periodo._asdict(), hoy=today)


class AvalDePrestamo(NamedTuple):
    """A guarantor of a loan, and what they paid for the client."""

    aval_id: int
    aval: str
    avalados: int
    """Open loans that they guarantee."""
    prestamo_id: int
    folio: str
    cliente_id: int
    cliente: str
    grupo_id: int | None
    saldo: Decimal
    pagado: Decimal


_AVALES = text(f"""
    WITH {GRUPOS},
    pagado AS (
        SELECT pago.pagador_id, pago.prestamo_id, sum(pago.monto) AS pagado FROM credito_pagos pago
        WHERE pago.pagador = 'aval' AND pago.pagador_id IS NOT NULL AND pago.estado = 'valido'
          AND pago.fecha BETWEEN :desde AND :hasta GROUP BY 1, 2
    ),
    juntos AS (
        SELECT aval.cliente_id AS aval_id, loan.id AS prestamo_id FROM credito_avales aval
        JOIN credito_prestamos loan ON loan.id = aval.prestamo_id AND loan.estado IN ({OPEN})
        UNION SELECT pagador_id, prestamo_id FROM pagado
    )
    SELECT juntos.aval_id, aval.name,
           (SELECT count(*) FROM credito_avales own JOIN credito_prestamos loan ON loan.id = own.prestamo_id
            WHERE own.cliente_id = juntos.aval_id AND loan.estado IN ({OPEN})),
           loan.id, loan.folio, loan.cliente_id, cliente.name, loan.grupo_id, loan.saldo, coalesce(pagado.pagado, 0)
    FROM juntos JOIN credito_prestamos loan ON loan.id = juntos.prestamo_id
    JOIN parties aval ON aval.id = juntos.aval_id JOIN parties cliente ON cliente.id = loan.cliente_id
    LEFT JOIN pagado ON pagado.pagador_id = juntos.aval_id AND pagado.prestamo_id = juntos.prestamo_id
    WHERE :todo OR loan.grupo_id = ANY (ARRAY(SELECT id FROM grupos))
    ORDER BY aval.name, juntos.aval_id, loan.id
""")  # noqa: S608 - of constants of the program


def avales_de(session: Session, filtro: Filtro, periodo: Periodo) -> Sequence[AvalDePrestamo]:
    """Guarantors of open loans and those of payments of some days, with the amounts that they paid."""
    return leer(session, AvalDePrestamo, _AVALES, **filtro.values, **periodo._asdict())
