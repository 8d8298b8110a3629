"""Open loans of a day with their balances."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.queries.cached import FETCH_SIZE
from app.infra.queries.records import reader
from app.kernel.paging import PageRequest
from app.suites.credito.reportes.queries.filtros import GRUPOS, Filtro, leer
from app.suites.credito.reportes.queries.hechos import ABIERTO_AL_DIA, AL_DIA, ATRASO_DE_SUMA


class PrestamoEnCartera(NamedTuple):
    """An open loan at the end of a day."""

    id: int
    folio: str
    cliente_id: int
    cliente: str
    grupo_id: int | None
    grupo: str | None
    ruta_id: int | None
    tipo_prestamo: str
    fecha_desembolso: date
    fecha_vencimiento: date
    monto: Decimal
    cuota: Decimal
    saldo: Decimal
    saldo_capital: Decimal
    saldo_interes: Decimal
    saldo_cargos: Decimal
    vencido: Decimal
    dias_atraso: int
    semana_activa: int
    semanas_que_debe: int
    adelanto: Decimal
    reestructurado: bool


class SumaDeCartera(NamedTuple):
    """Sums of open loans at the end of a day; None where the source does not know."""

    prestamos: int
    saldo_capital: Decimal
    saldo_interes: Decimal | None
    saldo_cargos: Decimal | None
    vencido: Decimal


# Names are read by subqueries: planning so many joins would take longer than reading a page.
_ROWS = f"""
    WITH {{grupos}} pagina AS (
        SELECT loan.* FROM credito_prestamos loan
        WHERE {ABIERTO_AL_DIA} {{within}} ORDER BY loan.id DESC LIMIT :limite OFFSET :salto
    )
    SELECT loan.id, loan.folio, loan.cliente_id, (SELECT name FROM parties WHERE id = loan.cliente_id),
           loan.grupo_id, (SELECT nombre FROM credito_grupos WHERE id = loan.grupo_id),
           (SELECT ruta_id FROM credito_asignaciones
            WHERE grupo_id = loan.grupo_id AND desde <= :dia AND (hasta IS NULL OR hasta >= :dia)),
           (SELECT nombre FROM credito_tipos_prestamo WHERE id = loan.tipo_prestamo_id),
           loan.fecha_desembolso, loan.fecha_vencimiento, loan.monto, loan.cuota,
           cifras.capital + cifras.interes + cifras.cargos, cifras.capital, cifras.interes, cifras.cargos,
           cifras.vencido, cifras.atraso, cuotas.pagadas, cuotas.debe, cifras.adelanto, loan.reestructurado
    FROM pagina loan {AL_DIA}
    ORDER BY loan.id DESC
"""  # noqa: S608 - of constants of the program
_ALL = text(_ROWS.format(grupos="", within=""))
_WITHIN = text(_ROWS.format(grupos=f"{GRUPOS},", within="AND loan.grupo_id = ANY (ARRAY(SELECT id FROM grupos))"))


def en_cartera(session: Session, filtro: Filtro, request: PageRequest) -> Iterator[PrestamoEnCartera]:
    """Open loans at the end of the day, the newest first: a page, or all of them as they are read."""
    values = {**filtro.values, "limite": request.per_page, "salto": request.offset}
    options = {"stream_results": True, "yield_per": FETCH_SIZE} if request.whole else {}
    found = session.execute(_ALL if filtro.todo else _WITHIN, values, execution_options=options)
    read = reader(PrestamoEnCartera)
    return (row for rows in found.partitions(FETCH_SIZE) for row in read(rows))


_OF_GROUPS = "(:todo OR {0}.grupo_id = ANY (ARRAY(SELECT id FROM grupos)))"
_HOY = text(f"""
    WITH {GRUPOS}
    SELECT coalesce(sum(sums.movements), 0)::bigint, coalesce(sum(sums.capital), 0), coalesce(sum(sums.interes), 0),
           coalesce(sum(sums.cargos), 0), (
        SELECT coalesce(sum(sums.pendiente), 0)
        FROM (SELECT fecha AS vence, gracia, grupo_id, pendiente FROM credito_cuota_sums
              WHERE pendiente <> 0 AND fecha <= :dia) sums
        WHERE {ATRASO_DE_SUMA} > 0 AND {_OF_GROUPS.format("sums")}
    )
    FROM credito_cartera_sums sums WHERE {_OF_GROUPS.format("sums")}
""")  # noqa: S608 - of constants of the program
_FOTO = text(f"""
    WITH {GRUPOS}
    SELECT coalesce(sum(prestamos), 0)::bigint, coalesce(sum(capital), 0), NULL::numeric, NULL::numeric,
           coalesce(sum(vencido), 0)
    FROM credito_fotos fotos WHERE dia = :dia AND {_OF_GROUPS.format("fotos")}
""")  # noqa: S608 - of constants of the program
_HECHOS = text(f"""
    WITH {GRUPOS}
    SELECT count(*), coalesce(sum(cifras.capital), 0), coalesce(sum(cifras.interes), 0),
           coalesce(sum(cifras.cargos), 0), coalesce(sum(cifras.vencido), 0)
    FROM credito_prestamos loan {AL_DIA} WHERE {ABIERTO_AL_DIA} AND {_OF_GROUPS.format("loan")}
""")  # noqa: S608 - of constants of the program


def suma_de_hoy(session: Session, filtro: Filtro) -> SumaDeCartera:
    """Sums of the open loans of today, from the sums that are kept."""
    return leer(session, SumaDeCartera, _HOY, **filtro.values)[0]


def suma_de_foto(session: Session, filtro: Filtro) -> SumaDeCartera:
    """Sums of the snapshot of a past day."""
    return leer(session, SumaDeCartera, _FOTO, **filtro.values)[0]


def suma_de_hechos(session: Session, filtro: Filtro) -> SumaDeCartera:
    """Sums of the open loans of a day, from the facts."""
    return leer(session, SumaDeCartera, _HECHOS, **filtro.values)[0]
