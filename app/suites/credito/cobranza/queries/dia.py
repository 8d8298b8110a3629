"""Loans that a person collects: due by the end of the week, or late."""

from collections.abc import Collection
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, FromClause, Select, cast, func, or_, select, true
from sqlalchemy.orm import Session

from app.core.parties.models import Party
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import columns_of
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.models import Visita
from app.suites.credito.cobranza.queries.abiertos import abierto, vive
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.equipo.models import Asignacion, Grupo, vigente
from app.suites.credito.prestamos.models import Aval, Cuota, CuotaRecord, Prestamo, ultimo_atrasado
from app.suites.credito.productos.rules.condiciones import Liquidacion

_LOANS, _CLIENTS, _CUOTAS = Prestamo.__table__.c, Cliente.__table__.c, Cuota.__table__.c
_VISITAS, _GRUPOS, _PERIODS = Visita.__table__.c, Grupo.__table__.c, Asignacion.__table__.c


class GrupoDelDia(NamedTuple):
    """A group to collect from."""

    id: int
    nombre: str
    dia_reunion: int
    hora_reunion: time | None


class CobroDelDia(NamedTuple):
    """A loan to collect."""

    id: int
    folio: str
    grupo_id: int | None
    cliente_id: int
    cliente: str
    telefono: str | None
    calle: str | None
    colonia: str
    cp: str
    municipio: str | None
    lat: Decimal | None
    lng: Decimal | None
    aval: str | None
    aval_telefono: str | None
    cuota: Decimal
    numero: int
    numero_pagos: int
    vence: date
    vencido: Decimal
    adelanto: Decimal
    saldo: Decimal
    liquidacion: Liquidacion
    visita_en: datetime | None
    visita_resultado: ResultadoVisita | None
    visita_notas: str | None
    promesa_fecha: date | None
    promesa_monto: Decimal | None
    cambio: datetime
    """Time of the last change of the loan, the client or the visits."""

    @property
    def direccion(self) -> str:
        """The address in one line."""
        return ", ".join(part for part in (self.calle, self.colonia, self.cp, self.municipio) if part)


class Huella(NamedTuple):
    """Sums that change with any change of the open loans of some groups, their clients and visits."""

    prestamos: int
    versiones: int
    versiones_de_clientes: int
    ultima_visita: int
    cambio: datetime | None


def grupos_de(session: Session, personal_id: int, day: date) -> list[GrupoDelDia]:
    """Groups that a person collects from on a day, or whose titular they are."""
    return _grupos_de(personal_id=personal_id, day=day).all(session, GrupoDelDia)


@cached_query
def _grupos_de() -> Select[Any]:
    own = parameter("personal_id", int)
    theirs = or_(_PERIODS.cobrador_id == own, _PERIODS.titular_id == own)
    joined = Grupo.__table__.join(Asignacion.__table__, _PERIODS.grupo_id == _GRUPOS.id)
    found = select(_GRUPOS.id, _GRUPOS.nombre, _GRUPOS.dia_reunion, _GRUPOS.hora_reunion).select_from(joined)
    return found.where(theirs, vigente(Asignacion, parameter("day", date))).order_by(
        _GRUPOS.dia_reunion, _GRUPOS.nombre
    )


def cobros_del_dia(
    session: Session, grupos: Collection[int], day: date, last: date, sunday: date, *, sin_grupo: bool
) -> list[CobroDelDia]:
    """Open loans of groups with anything due until the last day, by client; `sin_grupo` are those of no group, too.

    `sunday` is that before the week of the day: what was due by then is late, of weekly loans without own grace.
    """
    values = {"groups": list(grupos), "day": day, "last": last, "last_sunday": sunday}
    return _cobros(sin_grupo, **values).all(session, CobroDelDia)


@cached_query
def _cobros(sin_grupo: bool) -> Select[Any]:
    figures, visit, promise, guarantor = _figures(), _last_visit(), _promise(), _guarantor()
    clients = (_CLIENTS.nombre_completo, _CLIENTS.telefono, _CLIENTS.calle, _CLIENTS.colonia, _CLIENTS.cp)
    columns = (
        *(_LOANS.id, _LOANS.folio, _LOANS.grupo_id, _LOANS.cliente_id, *clients, _CLIENTS.municipio),
        *(_CLIENTS.lat, _CLIENTS.lng, guarantor.c.name, guarantor.c.telefono, _LOANS.cuota),
        *(figures.c.numero, _LOANS.numero_pagos, _LOANS.vence_mas_antiguo, figures.c.vencido, figures.c.adelanto),
        *(_LOANS.saldo, _LOANS.condiciones["liquidacion"].astext),
        *(visit.c.fecha_hora, visit.c.resultado, visit.c.notas, promise.c.promesa_fecha, promise.c.promesa_monto),
        func.greatest(_LOANS.updated_at, _CLIENTS.updated_at, visit.c.created_at),
    )
    joined = Prestamo.__table__.join(Cliente.__table__, _CLIENTS.id == _LOANS.cliente_id).join(figures, true())
    for lateral in (visit, promise, guarantor):
        joined = joined.outerjoin(lateral, true())
    due = (abierto(), _LOANS.vence_mas_antiguo <= parameter("last", date))
    found = select(*columns).select_from(joined).where(*due, vive(), _of_groups(sin_grupo))
    return found.order_by(_CLIENTS.nombre_completo, _LOANS.id)


def _of_groups(sin_grupo: bool) -> ColumnElement[bool]:
    own = _LOANS.grupo_id == func.any(parameter("groups", list))
    return or_(own, _LOANS.grupo_id.is_(None)) if sin_grupo else own


def _last_late_day() -> ColumnElement[date]:
    return ultimo_atrasado(cast(parameter("day", date), Date) - 1, parameter("last_sunday", date))


def _figures() -> FromClause:
    left, due = _CUOTAS.monto - _CUOTAS.condonado - _CUOTAS.pagado, _CUOTAS.fecha_vencimiento
    late, ahead = due <= _last_late_day(), due > parameter("day", date)
    return (
        select(
            func.min(_CUOTAS.numero).filter(left > 0).label("numero"),
            func.coalesce(func.sum(left).filter(late), 0).label("vencido"),
            func.coalesce(func.sum(_CUOTAS.pagado).filter(ahead), 0).label("adelanto"),
        )
        .where(_CUOTAS.prestamo_id == _LOANS.id)
        .correlate(Prestamo.__table__)
        .lateral("figures")
    )


def _last_visit() -> FromClause:
    columns = (_VISITAS.fecha_hora, _VISITAS.resultado, _VISITAS.notas, _VISITAS.created_at)
    own = select(*columns).where(_VISITAS.cliente_id == _LOANS.cliente_id)
    last = own.order_by(_VISITAS.fecha_hora.desc(), _VISITAS.id.desc()).limit(1)
    return last.correlate(Prestamo.__table__).lateral("visit")


def _promise() -> FromClause:
    own = select(_VISITAS.promesa_fecha, _VISITAS.promesa_monto).where(
        _VISITAS.cliente_id == _LOANS.cliente_id, _VISITAS.promesa_fecha >= parameter("day", date)
    )
    last = own.order_by(_VISITAS.fecha_hora.desc(), _VISITAS.id.desc()).limit(1)
    return last.correlate(Prestamo.__table__).lateral("promise")


def _guarantor() -> FromClause:
    avales, person, party = Aval.__table__, Cliente.__table__.alias("person"), Party.__table__.alias("party")
    joined = avales.join(person, person.c.id == avales.c.cliente_id).join(party, party.c.id == person.c.id)
    own = select(party.c.name, person.c.telefono).select_from(joined).where(avales.c.prestamo_id == _LOANS.id)
    return own.order_by(avales.c.id).limit(1).correlate(Prestamo.__table__).lateral("guarantor")


def huella_de(session: Session, grupos: Collection[int], *, sin_grupo: bool) -> Huella:
    """Sums by which a change of the loans to collect is known."""
    found = _huella(sin_grupo, groups=list(grupos)).rows(session)[0]
    return Huella(found[0], int(found[1]), int(found[2]), found[3], found[4])


@cached_query
def _huella(sin_grupo: bool) -> Select[Any]:
    clients = select(_CLIENTS.version, _CLIENTS.updated_at).where(_CLIENTS.id == _LOANS.cliente_id).lateral("client")
    last = select(func.max(_VISITAS.id).label("id")).where(_VISITAS.cliente_id == _LOANS.cliente_id).lateral("last")
    joined = Prestamo.__table__.join(clients, true()).join(last, true())
    sums = (
        func.count(),
        func.coalesce(func.sum(_LOANS.version), 0),
        func.coalesce(func.sum(clients.c.version), 0),
        func.coalesce(func.max(last.c.id), 0),
        func.max(func.greatest(_LOANS.updated_at, clients.c.updated_at)),
    )
    return select(*sums).select_from(joined).where(abierto(), _of_groups(sin_grupo))


def cambiados_desde(session: Session, grupos: Collection[int], since: datetime) -> set[int]:
    """Loans of groups that changed since an instant, whatever their state."""
    return {one for (one,) in _cambiados(groups=list(grupos), since=since).rows(session)}


@cached_query
def _cambiados() -> Select[Any]:
    return select(_LOANS.id).where(_of_groups(sin_grupo=False), _LOANS.updated_at >= parameter("since", datetime))


def cuotas_de_varios(session: Session, prestamos: Collection[int]) -> dict[int, list[CuotaRecord]]:
    """Installments of loans, by loan and number."""
    found: dict[int, list[CuotaRecord]] = {}
    for loan_id, *values in _cuotas(ids=list(prestamos)).rows(session) if prestamos else ():
        found.setdefault(loan_id, []).append(CuotaRecord(*values))
    return found


@cached_query
def _cuotas() -> Select[Any]:
    columns = (_CUOTAS.prestamo_id, *columns_of(CuotaRecord, Cuota.__table__))
    of_loans = _CUOTAS.prestamo_id == func.any(parameter("ids", list))
    return select(*columns).where(of_loans).order_by(_CUOTAS.prestamo_id, _CUOTAS.numero)
