"""Receipts that are missing from blocks, and those that were given twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.identity import Scope
from app.suites.credito.prestamos.rules.pagos import EstadoPago
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


_NUMERO = "persona.clave || '-' || lpad({0}::text, greatest(6, length({0}::text)), '0')"
"""Text of a receipt of a person."""
_VALOR = "substr(pago.recibo, length(persona.clave) + 2)::bigint"
_ES_RECIBO = """
    pago.cobrador_id = persona.id AND left(pago.recibo, length(persona.clave) + 1) = persona.clave || '-'
    AND substr(pago.recibo, length(persona.clave) + 2) ~ '^[0-9]{6,12}$'
"""
_DEL_BLOQUE = f"""
    pago.recibo BETWEEN {_NUMERO.format("tocado.desde")} AND {_NUMERO.format("(tocado.desde + 198)")}
    OR pago.recibo = {_NUMERO.format("(tocado.desde + 199)")}
"""
"""Receipts of a block, by an index: all but the last one have as many digits, so that they are in their order."""


_ES_SUELTO = f"pago.recibo = {_NUMERO.format('tocado.numero')}"


def _usados(rows: str, condition: str) -> str:
    """Payments with the receipts of some rows; valid ones and others have an index each."""
    parts = (
        f"""
        SELECT tocado.id AS bloque_id, persona.id AS personal_id, {_VALOR} AS numero, pago.registrado_en
        FROM {rows} tocado JOIN personas persona ON persona.id = tocado.personal_id
        JOIN credito_pagos pago ON ({condition}) AND {_ES_RECIBO} AND pago.estado {state}
        """  # noqa: S608 - of constants of the program
        for state in (f"= '{EstadoPago.VALIDO}'", f"<> '{EstadoPago.VALIDO}'")
    )
    return " UNION ALL ".join(parts)


_RECIBOS = text(f"""
    WITH personas AS MATERIALIZED (
        SELECT id, nombre, clave FROM credito_personal
        WHERE CAST(:personas AS bigint[]) IS NULL OR id = ANY (:personas)
    ),
    recientes AS MATERIALIZED (
        SELECT DISTINCT persona.id AS personal_id, {_VALOR} AS numero
        FROM personas persona JOIN credito_pagos pago ON {_ES_RECIBO}
        WHERE pago.registrado_en >= :desde_las AND pago.registrado_en < :hasta_las
    ),
    situados AS MATERIALIZED (
        SELECT recientes.personal_id, recientes.numero, bloque.id, bloque.dispositivo, bloque.desde, bloque.usado_hasta
        FROM recientes LEFT JOIN credito_bloques bloque
             ON bloque.personal_id = recientes.personal_id
             AND recientes.numero BETWEEN bloque.desde AND bloque.desde + 199
    ),
    tocados AS MATERIALIZED (
        SELECT DISTINCT id, personal_id, dispositivo, desde, usado_hasta FROM situados WHERE id IS NOT NULL
    ),
    sueltos AS MATERIALIZED (SELECT id, personal_id, numero FROM situados WHERE id IS NULL),
    usados AS MATERIALIZED (
        {_usados("tocados", _DEL_BLOQUE)} UNION ALL {_usados("sueltos", _ES_SUELTO)}
    ),
    usos AS (SELECT bloque_id, max(numero) AS ultimo FROM usados WHERE bloque_id IS NOT NULL GROUP BY bloque_id),
    sin_uso AS (
        SELECT tocados.id, posible.numero
        FROM tocados JOIN usos ON usos.bloque_id = tocados.id
        CROSS JOIN LATERAL generate_series(tocados.desde, greatest(tocados.usado_hasta, usos.ultimo)) posible (numero)
        EXCEPT SELECT bloque_id, numero FROM usados
    ),
    huecos AS (
        SELECT id, numero, numero - row_number() OVER (PARTITION BY id ORDER BY numero) AS tramo FROM sin_uso
    ),
    malos AS (
        SELECT tocados.personal_id, 'hueco' AS tipo, tocados.dispositivo, min(huecos.numero) AS desde,
               max(huecos.numero) AS hasta, count(*) AS cantidad
        FROM huecos JOIN tocados ON tocados.id = huecos.id
        GROUP BY tocados.personal_id, tocados.dispositivo, tocados.id, huecos.tramo
        UNION ALL
        SELECT personal_id, 'repetido', NULL, numero, numero, count(*) FROM usados
        GROUP BY personal_id, numero
        HAVING count(*) > 1 AND max(registrado_en) >= :desde_las AND min(registrado_en) < :hasta_las
        UNION ALL
        SELECT personal_id, 'fuera_de_bloque', NULL, numero, numero, count(*) FROM usados
        WHERE bloque_id IS NULL AND registrado_en >= :desde_las AND registrado_en < :hasta_las
        GROUP BY personal_id, numero
    )
    SELECT malos.personal_id, persona.nombre, malos.tipo, malos.dispositivo, {_NUMERO.format("malos.desde")},
           {_NUMERO.format("malos.hasta")}, malos.cantidad
    FROM malos JOIN personas persona ON persona.id = malos.personal_id
    ORDER BY persona.nombre, malos.personal_id, malos.tipo, malos.desde
""")  # noqa: S608 - of constants of the program


def recibos_de(session: Session, personas: Scope, desde: datetime, hasta: datetime) -> Sequence[RecibosMal]:
    """Flaws of the receipts that people gave in some time, and of the blocks of these."""
    ids = None if personas.ids is None else sorted(personas.ids)
    return leer(session, RecibosMal, _RECIBOS, personas=ids, desde_las=desde, hasta_las=hasta)
