"""Loans for the credit bureau: those that are open at the end of a month, and those that ended in it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.queries.cached import FETCH_SIZE
from app.infra.queries.records import reader
from app.kernel.paging import PageRequest
from app.suites.credito.prestamos.models import OPEN
from app.suites.credito.reportes.queries.filtros import GRUPOS, Filtro
from app.suites.credito.reportes.queries.hechos import AL_DIA
from app.suites.credito.reportes.rules.periodos import Periodo


class CreditoEnBuro(NamedTuple):
    """A loan in the file for the credit bureau."""

    folio: str
    nombre: str
    apellido_paterno: str
    apellido_materno: str | None
    fecha_nacimiento: date | None
    curp: str | None
    rfc: str | None
    calle: str | None
    colonia: str
    municipio: str | None
    entidad: str | None
    cp: str
    frecuencia: str
    numero_pagos: int
    cuota: Decimal
    fecha_apertura: date
    fecha_cierre: date | None
    fecha_ultimo_pago: date | None
    monto: Decimal
    saldo: Decimal
    vencido: Decimal
    pagos_vencidos: int
    dias_atraso: int
    estado: str


_REPORTADO = f"""
    loan.fecha_desembolso <= :hasta AND (loan.estado IN ({OPEN}) OR loan.fecha_cierre >= :desde)
"""
_WITHIN = "(:todo OR loan.grupo_id = ANY (ARRAY(SELECT id FROM grupos)))"
_CERRADO = "loan.fecha_cierre <= :hasta"
_BURO = text(f"""
    WITH {GRUPOS},
    pagina AS (
        SELECT loan.* FROM credito_prestamos loan WHERE {_REPORTADO} AND {_WITHIN}
        ORDER BY loan.id LIMIT :limite OFFSET :salto
    )
    SELECT loan.folio, cliente.nombre, cliente.apellido_paterno, cliente.apellido_materno, cliente.fecha_nacimiento,
           cliente.curp, cliente.rfc, cliente.calle, cliente.colonia, cliente.municipio, cliente.entidad, cliente.cp,
           loan.condiciones ->> 'frecuencia', loan.numero_pagos, loan.cuota, loan.fecha_desembolso,
           CASE WHEN {_CERRADO} THEN loan.fecha_cierre END,
           (SELECT max(fecha) FROM credito_pagos
            WHERE prestamo_id = loan.id AND estado = 'valido' AND fecha <= :hasta),
           loan.monto,
           CASE WHEN {_CERRADO} THEN loan.saldo ELSE cifras.capital + cifras.interes + cifras.cargos END,
           CASE WHEN {_CERRADO} THEN loan.saldo ELSE cifras.vencido END,
           CASE WHEN {_CERRADO} AND loan.estado <> 'castigado' THEN 0 ELSE cuotas.debe END,
           CASE WHEN {_CERRADO} AND loan.estado <> 'castigado' THEN 0 ELSE cifras.atraso END,
           CASE WHEN {_CERRADO} THEN loan.estado WHEN cifras.atraso > 0 THEN 'atrasado' ELSE 'activo' END
    FROM pagina loan JOIN credito_clientes cliente ON cliente.id = loan.cliente_id {AL_DIA}
    ORDER BY loan.id
""")  # noqa: S608 - of constants of the program
_SUMA = text(f"""
    WITH {GRUPOS}
    SELECT count(*), coalesce(sum(monto), 0) FROM credito_prestamos loan WHERE {_REPORTADO} AND {_WITHIN}
""")  # noqa: S608 - of constants of the program


class SumaDeBuro(NamedTuple):
    """Number and amounts of the loans that are reported."""

    prestamos: int
    monto: Decimal


def en_buro(session: Session, filtro: Filtro, periodo: Periodo, request: PageRequest) -> Iterator[CreditoEnBuro]:
    """Loans that are reported of some days, by id: a page, or all of them as they are read."""
    values = {**filtro.values, **periodo._asdict(), "limite": request.per_page, "salto": request.offset}
    options = {"stream_results": True, "yield_per": FETCH_SIZE} if request.whole else {}
    found = session.execute(_BURO, values, execution_options=options)
    return (row for rows in found.partitions(FETCH_SIZE) for row in reader(CreditoEnBuro)(rows))


def suma_de_buro(session: Session, filtro: Filtro, periodo: Periodo) -> SumaDeBuro:
    """Number and amounts of the loans that are reported of some days."""
    values = {**filtro.values, **periodo._asdict()}
    return SumaDeBuro(*session.execute(_SUMA, values).one())
