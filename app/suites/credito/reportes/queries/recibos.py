"""Receipts that are missing from blocks, and those that were given twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.identity import Scope
from app.suites.credito.reportes.queries.filtros import leer
from app.suites.credito.reportes.rules.valores import TipoDeRecibo


class RecibosMal(NamedTuple):
    """Receipts of a person with the same flaw, from one to another."""

    personal_id: int
    nombre: str
    tipo: TipoDeRecibo
    dispositivo: str | None
    recibo: str
    recibo_hasta: str
    cantidad: int


_NUMERADOS = """
    personas AS (
        SELECT id, nombre, clave FROM credito_personal
        WHERE CAST(:personas AS bigint[]) IS NULL OR id = ANY (:personas)
    ),
    usados AS MATERIALIZED (
        SELECT persona.id AS personal_id, pago.recibo, substr(pago.recibo, length(persona.clave) + 2)::bigint AS numero,
               pago.registrado_en
        FROM personas persona
        JOIN credito_pagos pago ON pago.cobrador_id = persona.id
             AND pago.recibo ~ ('^' || persona.clave || '-[0-9]{6,12}$')
    )
"""
_RECIBOS = text(f"""
    WITH {_NUMERADOS},
    huecos AS (
        SELECT bloque.personal_id, bloque.dispositivo, bloque.id, suelto.numero,
               suelto.numero - row_number() OVER (PARTITION BY bloque.id ORDER BY suelto.numero) AS tramo
        FROM credito_bloques bloque JOIN personas ON personas.id = bloque.personal_id
        CROSS JOIN LATERAL generate_series(bloque.desde, greatest(bloque.usado_hasta, (
            SELECT max(numero) FROM usados
            WHERE usados.personal_id = bloque.personal_id AND numero BETWEEN bloque.desde AND bloque.desde + 199
        ))) suelto (numero)
        WHERE EXISTS (SELECT FROM usados
                      WHERE usados.personal_id = bloque.personal_id
                        AND usados.numero BETWEEN bloque.desde AND bloque.desde + 199
                        AND usados.registrado_en >= :desde_las AND usados.registrado_en < :hasta_las)
          AND NOT EXISTS (SELECT FROM usados
                          WHERE usados.personal_id = bloque.personal_id AND usados.numero = suelto.numero)
    ),
    malos AS (
        SELECT personal_id, 'hueco' AS tipo, dispositivo, min(numero) AS desde, max(numero) AS hasta,
               count(*) AS cantidad
        FROM huecos GROUP BY personal_id, dispositivo, id, tramo
        UNION ALL
        SELECT personal_id, 'repetido', NULL, numero, numero, count(*) FROM usados
        GROUP BY personal_id, numero
        HAVING count(*) > 1 AND max(registrado_en) >= :desde_las AND min(registrado_en) < :hasta_las
        UNION ALL
        SELECT usados.personal_id, 'fuera_de_bloque', NULL, numero, numero, count(*) FROM usados
        WHERE registrado_en >= :desde_las AND registrado_en < :hasta_las AND NOT EXISTS (
            SELECT FROM credito_bloques bloque
            WHERE bloque.personal_id = usados.personal_id AND usados.numero BETWEEN bloque.desde AND bloque.desde + 199)
        GROUP BY usados.personal_id, numero
    )
    SELECT malos.personal_id, personas.nombre, malos.tipo, malos.dispositivo,
           personas.clave || '-' || lpad(malos.desde::text, greatest(6, length(malos.desde::text)), '0'),
           personas.clave || '-' || lpad(malos.hasta::text, greatest(6, length(malos.hasta::text)), '0'),
           malos.cantidad
    FROM malos JOIN personas ON personas.id = malos.personal_id
    ORDER BY personas.nombre, malos.personal_id, malos.tipo, malos.desde
""")  # noqa: S608 - of constants of the program


def recibos_de(session: Session, personas: Scope, desde: datetime, hasta: datetime) -> Sequence[RecibosMal]:
    """Flaws of the receipts of people in some time."""
    ids = None if personas.ids is None else sorted(personas.ids)
    return leer(session, RecibosMal, _RECIBOS, personas=ids, desde_las=desde, hasta_las=hasta)
