"""Open loans of a group, as a collection sheet has them."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, func, select, true
from sqlalchemy.orm import Session

from app.core.parties.models import Party
from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.queries.abiertos import abierto, vive
from app.suites.credito.prestamos.models import Aval, Cuota, Prestamo

_LOANS, _CUOTAS, _PARTIES = Prestamo.__table__.c, Cuota.__table__.c, Party.__table__.c


class RenglonDeHoja(NamedTuple):
    """An open loan in a sheet."""

    prestamo_id: int
    folio: str
    cliente_id: int
    cliente: str
    aval: str | None
    cuota: Decimal
    numero: int | None
    """Number of the installment that is due in the week, or of the next one."""
    numero_pagos: int
    saldo: Decimal
    vencido: Decimal
    """Unpaid parts of what was due before the week."""
    de_semana: Decimal
    """Unpaid parts of what is due in the week."""
    adelanto: Decimal
    """Amount paid of what is due after the week."""

    @property
    def a_cobrar(self) -> Decimal:
        """Amount to collect."""
        return self.vencido + self.de_semana

    @property
    def semana(self) -> str:
        """The installment and the number of all."""
        return f"{self.numero_pagos if self.numero is None else self.numero}/{self.numero_pagos}"


def renglones_de(session: Session, grupo_id: int, first: date, last: date) -> list[RenglonDeHoja]:
    """Open loans of those of a group who live, with what is due in a week, by the names of the clients."""
    return _renglones(grupo_id=grupo_id, first=first, last=last).all(session, RenglonDeHoja)


@cached_query
def _renglones() -> Select[Any]:
    figures = _figures()
    columns = (
        *(_LOANS.id, _LOANS.folio, _LOANS.cliente_id, _PARTIES.name, primer_aval(), _LOANS.cuota),
        *(figures.c.numero, _LOANS.numero_pagos, _LOANS.saldo, *(figures.c[name] for name in _SUMS)),
    )
    clients = Party.__table__.join(Cliente.__table__, Cliente.__table__.c.id == _PARTIES.id)
    joined = Prestamo.__table__.join(clients, _PARTIES.id == _LOANS.cliente_id).join(figures, true())
    own = (_LOANS.grupo_id == parameter("grupo_id", int), abierto(), vive())
    return select(*columns).select_from(joined).where(*own).order_by(_PARTIES.name, _LOANS.id)


_SUMS = ("vencido", "de_semana", "adelanto")


def _figures() -> FromClause:
    left = _CUOTAS.monto - _CUOTAS.condonado - _CUOTAS.pagado
    first, last, due = parameter("first", date), parameter("last", date), _CUOTAS.fecha_vencimiento
    return (
        select(
            func.min(_CUOTAS.numero).filter(due >= first).label("numero"),
            _sum(left, due < first).label("vencido"),
            _sum(left, due.between(first, last)).label("de_semana"),
            _sum(_CUOTAS.pagado, due > last).label("adelanto"),
        )
        .where(_CUOTAS.prestamo_id == _LOANS.id)
        .correlate(Prestamo.__table__)
        .lateral("figures")
    )


def _sum(amount: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(amount).filter(condition), 0)


def primer_aval() -> ColumnElement[Any]:
    """Name of the first guarantor of a loan, or None."""
    guarantor = Party.__table__.alias("guarantor")
    names = select(guarantor.c.name).join(Aval.__table__, Aval.__table__.c.cliente_id == guarantor.c.id)
    own = names.where(Aval.__table__.c.prestamo_id == _LOANS.id).order_by(Aval.__table__.c.id).limit(1)
    return own.correlate(Prestamo.__table__).scalar_subquery()
