"""The portfolio: open loans of a day, by how late they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, Unpack

from app.infra.context import Context
from app.kernel.paging import Page, PageRequest
from app.suites.credito.equipo.service import hoy
from app.suites.credito.reportes.queries.cartera import (
    PrestamoEnCartera,
    en_cartera,
    suma_de_foto,
    suma_de_hechos,
    suma_de_hoy,
)
from app.suites.credito.reportes.queries.filtros import Filtro
from app.suites.credito.reportes.queries.general import fotografiado
from app.suites.credito.reportes.queries.par import Fuente, TramoDe, sabe, tramos
from app.suites.credito.reportes.rules.cifras import ZERO, razon
from app.suites.credito.reportes.rules.par import EDADES, Riesgo, Tramo
from app.suites.credito.reportes.rules.periodos import dia_de
from app.suites.credito.reportes.rules.valores import Por
from app.suites.credito.reportes.service.comun import MONEDA, DeUnDia, con_totales, filtro_de


class ParRequest(DeUnDia):
    """Criteria of the portfolio at risk."""

    por: Por
    hechos: bool


class LineaDeRiesgo(NamedTuple):
    """A line of the portfolio at risk, or the sum of all."""

    id: int | None
    nombre: str | None
    prestamos: int
    saldo_capital: Decimal
    par_1: Decimal | None
    par_7: Decimal | None
    par_30: Decimal | None
    par_60: Decimal | None
    par_90: Decimal | None
    numero_par_1: Decimal | None
    numero_par_7: Decimal | None
    numero_par_30: Decimal | None
    numero_par_60: Decimal | None
    numero_par_90: Decimal | None
    provision: Decimal
    reestructurado: Decimal | None
    """Capital of restructured loans; None where a snapshot does not say."""
    capital_en_foto: Decimal | None
    """Capital in the snapshot of the day, where the figures are of the facts."""
    diferencia: Decimal | None
    """Capital by the facts less that of the snapshot: entries that came later explain it."""


@dataclass(frozen=True, slots=True)
class _Linea:
    id: int | None
    nombre: str | None
    riesgo: Riesgo
    reestructurado: Decimal | None
    foto: Decimal | None = None

    def plana(self, provisiones: Sequence[Decimal]) -> LineaDeRiesgo:
        """The line with all figures, by the parts that are provided for."""
        riesgo, foto = self.riesgo, self.foto
        return LineaDeRiesgo(
            self.id,
            self.nombre,
            riesgo.numero,
            riesgo.saldo_capital,
            riesgo.par(1),
            riesgo.par(7),
            riesgo.par(30),
            riesgo.par(60),
            riesgo.par(90),
            riesgo.par_por_numero(1),
            riesgo.par_por_numero(7),
            riesgo.par_por_numero(30),
            riesgo.par_por_numero(60),
            riesgo.par_por_numero(90),
            riesgo.provision(provisiones),
            self.reestructurado,
            foto,
            None if foto is None else riesgo.saldo_capital - foto,
        )


class LineaDeEdad(NamedTuple):
    """Open loans of an age."""

    dias_desde: int
    dias_hasta: int | None
    prestamos: int
    saldo_capital: Decimal
    porcentaje: Decimal | None


class CarteraService:
    """Reads open loans of today or of a past day, within the caller's scope."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)

    def cartera(self, request: PageRequest, **pedido: Unpack[DeUnDia]) -> Page[PrestamoEnCartera]:
        """One page of the loans that were open at the end of a day, by id, and the sums of all."""
        filtro = self._filtro(pedido)
        fuente = self._fuente(filtro.dia)
        total = {Fuente.HOY: suma_de_hoy, Fuente.FOTO: suma_de_foto, Fuente.HECHOS: suma_de_hechos}[fuente]
        sums = total(self.session, filtro)
        rows = en_cartera(self.session, filtro, request)
        return Page(rows if request.whole else list(rows), sums.prestamos, request, {"totales": sums, "moneda": MONEDA})

    def par(self, **pedido: Unpack[ParRequest]) -> Page[LineaDeRiesgo]:
        """Portfolio at risk of a day; by the facts it is compared with the snapshot of that day."""
        filtro, por, hechos = self._filtro(pedido), pedido["por"], pedido["hechos"]
        fuente = Fuente.HECHOS if hechos else self._fuente(filtro.dia)
        if not sabe(fuente, por, filtro):
            fuente = Fuente.HECHOS
        lines = _lineas(tramos(self.session, fuente, por, filtro))
        if hechos and sabe(Fuente.FOTO, por, filtro) and fotografiado(self.session, filtro.dia):
            lines = _comparadas(lines, _lineas(tramos(self.session, Fuente.FOTO, por, filtro)))
        parts = self.context.settings.credito_provisiones
        return con_totales([line.plana(parts) for line in lines], _suma(lines).plana(parts))

    def antiguedad(self, **pedido: Unpack[DeUnDia]) -> Page[LineaDeEdad]:
        """Open loans of a day by how many days late they are."""
        filtro = self._filtro(pedido)
        found = tramos(self.session, self._fuente(filtro.dia), Por.RUTA, filtro)
        riesgo = _riesgo(found)
        rows = []
        for desde, hasta in EDADES:
            number, amount = riesgo.entre(desde, hasta)
            rows.append(LineaDeEdad(desde, hasta, number, amount, razon(amount, riesgo.saldo_capital)))
        total = {"prestamos": riesgo.numero, "saldo_capital": riesgo.saldo_capital}
        return con_totales(rows, total)

    def _filtro(self, pedido: DeUnDia) -> Filtro:
        return filtro_de(self.context, dia_de(pedido.get("fecha"), pedido.get("semana"), self.today), pedido)

    def _fuente(self, dia: date) -> Fuente:
        if dia >= self.today:
            return Fuente.HOY
        return Fuente.FOTO if fotografiado(self.session, dia) else Fuente.HECHOS


def _riesgo(rows: Iterable[TramoDe]) -> Riesgo:
    return Riesgo.de(Tramo(row.atraso_desde, row.prestamos, row.capital) for row in rows)


def _lineas(rows: Sequence[TramoDe]) -> list[_Linea]:
    """Lines of the rows, those of one line being together."""
    found = []
    for (key, name), own in groupby(rows, key=lambda row: (row.id, row.nombre)):
        parts = list(own)
        known = [row.reestructurado for row in parts if row.reestructurado is not None]
        found.append(_Linea(key, name, _riesgo(parts), sum(known, ZERO) if known else None))
    return found


def _comparadas(lines: Sequence[_Linea], foto: Sequence[_Linea]) -> list[_Linea]:
    """Lines by the facts, each with the capital that it has in the snapshot; also those that are there only."""
    before = {line.id: line.riesgo.saldo_capital for line in foto}
    own = {line.id for line in lines}
    missing = [_Linea(line.id, line.nombre, Riesgo.de(()), ZERO) for line in foto if line.id not in own]
    return [
        _Linea(line.id, line.nombre, line.riesgo, line.reestructurado, before.get(line.id, ZERO))
        for line in (*lines, *missing)
    ]


def _suma(lines: Sequence[_Linea]) -> _Linea:
    parts = (
        Tramo(least, line.riesgo.prestamos[least], amount)
        for line in lines
        for least, amount in line.riesgo.capital.items()
    )
    restructured = [line.reestructurado for line in lines if line.reestructurado is not None]
    compared = [line.foto for line in lines if line.foto is not None]
    return _Linea(
        None,
        None,
        Riesgo.de(parts),
        sum(restructured, ZERO) if restructured or not lines else None,
        sum(compared, ZERO) if compared else None,
    )
