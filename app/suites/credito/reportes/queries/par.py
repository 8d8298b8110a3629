"""Open loans by how late they are: today's from the sums that are kept, those of a past day from its snapshot."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.suites.credito.prestamos.rules.cierre import ATRASOS
from app.suites.credito.reportes.queries.filtros import GRUPOS, Filtro
from app.suites.credito.reportes.queries.fuentes import Fuente
from app.suites.credito.reportes.queries.hechos import ABIERTO_AL_DIA, AL_DIA, ATRASO_DE_SUMA, TRAMO
from app.suites.credito.reportes.rules.par import Riesgo
from app.suites.credito.reportes.rules.valores import Por


class LineaDeTramos(NamedTuple):
    """A line of the portfolio, by how late its loans are."""

    id: int | None
    nombre: str | None
    riesgo: Riesgo
    reestructurado: Decimal | None
    """Capital of restructured loans among them; None where the source does not know."""


_MES = "to_char({0}, 'YYYY-MM')"
_KEYS: Mapping[Por, tuple[str, str, str]] = MappingProxyType(
    {
        Por.RUTA: ("grupos.ruta_id", "named.nombre", "LEFT JOIN credito_rutas named ON named.id = lines.id"),
        Por.GRUPO: ("grupos.id", "named.nombre", "LEFT JOIN credito_grupos named ON named.id = lines.id"),
        Por.COBRADOR: (
            "grupos.cobrador_id",
            "named.nombre",
            "LEFT JOIN credito_personal named ON named.id = lines.id",
        ),
        Por.PRODUCTO: (
            "{source}.tipo_prestamo_id",
            "named.nombre",
            "LEFT JOIN credito_tipos_prestamo named ON named.id = lines.id",
        ),
        Por.MES: (
            "(extract(year FROM {month}) * 100 + extract(month FROM {month}))::bigint",
            "to_char(to_date(lines.id::text, 'YYYYMM'), 'YYYY-MM')",
            "",
        ),
    }
)
"""Key of a line, its name, and the table that has it."""
DEL_PRESTAMO = frozenset({Por.PRODUCTO, Por.MES})
"""Lines that follow from the loans, not from their groups."""

_SUMAS = f"""
    SELECT {{key}} AS id, {TRAMO.format(ATRASO_DE_SUMA)} AS atraso, sums.movements AS prestamos, sums.capital,
           CASE WHEN sums.reestructurado THEN sums.capital ELSE 0 END AS reestructurado
    FROM credito_cartera_sums sums LEFT JOIN grupos ON grupos.id = sums.grupo_id
    WHERE grupos.id IS NOT NULL OR (:todo AND sums.grupo_id IS NULL)
"""  # noqa: S608 - of constants of the program
_PRODUCTOS = f"""
    SELECT {{key}} AS id, {TRAMO.format(ATRASO_DE_SUMA)} AS atraso, sums.movements AS prestamos, sums.capital,
           CASE WHEN sums.reestructurado THEN sums.capital ELSE 0 END AS reestructurado
    FROM credito_producto_sums sums
"""  # noqa: S608 - of constants of the program
_FOTOS = """
    SELECT {key} AS id, fotos.atraso_desde AS atraso, fotos.prestamos, fotos.capital, NULL::numeric AS reestructurado
    FROM credito_fotos fotos LEFT JOIN grupos ON grupos.id = fotos.grupo_id
    WHERE fotos.dia = :dia AND (grupos.id IS NOT NULL OR (:todo AND fotos.grupo_id IS NULL))
"""
_FOTOS_DE_PRODUCTOS = """
    SELECT {key} AS id, fotos.atraso_desde AS atraso, fotos.prestamos, fotos.capital, NULL::numeric AS reestructurado
    FROM credito_fotos_de_productos fotos WHERE fotos.dia = :dia
"""
_PRESTAMOS = f"""
    SELECT {{key}} AS id, {TRAMO.format("cifras.atraso")} AS atraso, 1 AS prestamos, cifras.capital,
           CASE WHEN loan.reestructurado THEN cifras.capital ELSE 0 END AS reestructurado
    FROM credito_prestamos loan LEFT JOIN grupos ON grupos.id = loan.grupo_id {AL_DIA}
    WHERE {ABIERTO_AL_DIA} AND (:todo OR loan.grupo_id = ANY (ARRAY(SELECT id FROM grupos)))
"""  # noqa: S608 - of constants of the program


_PARTES = len(ATRASOS)
_TRAMOS = ", ".join(
    f"coalesce(sum({amount}) FILTER (WHERE atraso = {least}), 0){kind} AS {amount}_{least}"
    for amount, kind in (("prestamos", "::bigint"), ("capital", ""))
    for least in ATRASOS
)
_NOMBRES = ", ".join(f"{amount}_{least}" for amount in ("prestamos", "capital") for least in ATRASOS)


def _statement(rows: str, por: Por, source: str = "", month: str = "") -> TextClause:
    key, name, named = _KEYS[por]
    own = rows.format(key=key.format(source=source, month=month))
    return text(f"""
        WITH {GRUPOS},
        tramos AS (
            SELECT id, atraso, sum(prestamos)::bigint AS prestamos, sum(capital) AS capital,
                   sum(reestructurado) AS reestructurado
            FROM ({own}) cells GROUP BY id, atraso HAVING sum(prestamos) <> 0
        ),
        lines AS (SELECT id, {_TRAMOS}, sum(reestructurado) AS reestructurado FROM tramos GROUP BY id)
        SELECT lines.id, {name}, lines.reestructurado, {_NOMBRES} FROM lines {named} ORDER BY 2, 1
    """)  # noqa: S608 - of constants of the program


def _built() -> dict[tuple[Fuente, Por], TextClause]:
    found = {}
    for por in Por:
        month = "loan.fecha_desembolso"
        found[Fuente.HECHOS, por] = _statement(_PRESTAMOS, por, "loan", month)
        if por in DEL_PRESTAMO:
            found[Fuente.HOY, por] = _statement(_PRODUCTOS, por, "sums", "sums.mes")
            found[Fuente.FOTO, por] = _statement(_FOTOS_DE_PRODUCTOS, por, "fotos", "fotos.mes")
        else:
            found[Fuente.HOY, por] = _statement(_SUMAS, por)
            found[Fuente.FOTO, por] = _statement(_FOTOS, por)
    return found


_STATEMENTS: Mapping[tuple[Fuente, Por], TextClause] = MappingProxyType(_built())


_CON_PRODUCTOS = text("""
    SELECT EXISTS (SELECT FROM credito_fotos_de_productos WHERE dia = :dia)
        OR NOT EXISTS (SELECT FROM credito_fotos WHERE dia = :dia)
""")
"""Snapshots of the first versions are by group alone."""


def sabe(session: Session, fuente: Fuente, por: Por, filtro: Filtro) -> bool:
    """Whether a source has lines of a kind for these criteria."""
    if por not in DEL_PRESTAMO or fuente is Fuente.HECHOS:
        return True
    return filtro.todo and (fuente is Fuente.HOY or bool(session.scalar(_CON_PRODUCTOS, {"dia": filtro.dia})))


def lineas(session: Session, fuente: Fuente, por: Por, filtro: Filtro) -> Sequence[LineaDeTramos]:
    """Open loans of the groups that match on the day of the criteria, by line and lateness."""
    rows = session.execute(_STATEMENTS[fuente, por], filtro.values)
    return [
        LineaDeTramos(key, name, Riesgo(tuple(parts[:_PARTES]), tuple(parts[_PARTES:])), restructured)
        for key, name, restructured, *parts in rows
    ]
