"""Open loans at the end of a day, from the facts: what was paid later is taken off again."""

from app.suites.credito.prestamos.models import OPEN
from app.suites.credito.prestamos.rules.cierre import ATRASOS
from app.suites.credito.prestamos.rules.pagos import EstadoPago
from app.suites.credito.productos.rules.condiciones import Frecuencia

ABIERTO_AL_DIA = f"""
    loan.fecha_desembolso <= :dia AND (loan.estado IN ({OPEN}) OR loan.fecha_cierre > :dia)
"""
"""Condition that a loan was open at the end of a day."""

AL_DIA = f"""
    CROSS JOIN LATERAL (
        SELECT CASE WHEN loan.condiciones ->> 'gracia_mora' IS NOT NULL
                         THEN CAST(:dia AS date) - 1 - (loan.condiciones ->> 'gracia_mora')::int
                    WHEN loan.condiciones ->> 'frecuencia' = '{Frecuencia.SEMANAL}'
                         THEN CAST(:dia AS date) - extract(isodow FROM CAST(:dia AS date))::int
                    ELSE CAST(:dia AS date) - 1 END AS ultimo
    ) gracia
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capital), 0) AS capital, coalesce(sum(interes + iva), 0) AS interes,
               coalesce(sum(capital + interes + iva), 0) AS a_cuotas, coalesce(sum(cargos), 0) AS cargos
        FROM credito_pagos WHERE prestamo_id = loan.id AND estado = '{EstadoPago.VALIDO}' AND fecha > :dia
    ) despues
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(monto + iva - condonado), 0) AS monto FROM credito_cargos
        WHERE prestamo_id = loan.id AND fecha > :dia
    ) cargado_despues
    CROSS JOIN LATERAL (
        SELECT min(fecha_vencimiento) FILTER (WHERE hasta_aqui > pagado) AS antiguo,
               coalesce(sum(exigible) FILTER (WHERE fecha_vencimiento <= gracia.ultimo), 0) AS debido,
               coalesce(sum(exigible) FILTER (WHERE fecha_vencimiento <= :dia), 0) AS vencio,
               count(*) FILTER (WHERE hasta_aqui <= pagado) AS pagadas,
               count(*) FILTER (WHERE hasta_aqui > pagado AND fecha_vencimiento <= :dia) AS debe,
               max(pagado) AS pagado
        FROM (
            SELECT fecha_vencimiento, exigible, sum(exigible) OVER (ORDER BY numero) AS hasta_aqui,
                   sum(pagado) OVER () - despues.a_cuotas AS pagado
            FROM (
                SELECT numero, fecha_vencimiento, pagado,
                       monto - CASE WHEN loan.estado IN ({OPEN}) THEN condonado ELSE 0 END AS exigible
                FROM credito_cuotas WHERE prestamo_id = loan.id
            ) own
        ) running
    ) cuotas
    CROSS JOIN LATERAL (
        SELECT loan.saldo_capital + despues.capital AS capital, loan.saldo_interes + despues.interes AS interes,
               greatest(0, loan.saldo_cargos + despues.cargos - cargado_despues.monto) AS cargos,
               greatest(0, cuotas.debido - cuotas.pagado) AS vencido,
               greatest(0, cuotas.pagado - cuotas.vencio) AS adelanto,
               CASE WHEN cuotas.antiguo <= gracia.ultimo THEN CAST(:dia AS date) - cuotas.antiguo ELSE 0 END AS atraso
    ) cifras
"""  # noqa: S608 - of constants of the program
"""Joins that give the figures of a `loan` at the end of a day. Payments pay installments in the order of their numbers,
so the amount that was paid by a day says which ones were.
"""

_BUCKETS = " ".join(f"WHEN {{0}} >= {least} THEN {least}" for least in reversed(ATRASOS))
TRAMO = f"CASE {_BUCKETS} END"
"""Bucket of a number of days late."""

ATRASO_DE_SUMA = """
    CASE WHEN sums.vence <= CASE WHEN sums.gracia < 0
                                 THEN CAST(:dia AS date) - extract(isodow FROM CAST(:dia AS date))::int
                                 ELSE CAST(:dia AS date) - 1 - sums.gracia END
         THEN CAST(:dia AS date) - sums.vence ELSE 0 END
"""
"""Days late of the loans of a kept sum, on a day."""
