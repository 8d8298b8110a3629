"""The portfolio: open loans of a day, by how late they are."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
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
from app.suites.credito.reportes.queries.fuentes import Fuente, fotografiado, fuente_de
from app.suites.credito.reportes.queries.par import LineaDeTramos, lineas, sabe
from app.suites.credito.reportes.rules.cifras import ZERO, razon
from app.suites.credito.reportes.rules.par import EDADES, Riesgo
from app.suites.credito.reportes.rules.valores import Por
from app.suites.credito.reportes.service.comun import MONEDA, DeUnDia, con_totales, dia_del_pedido, filtro_de

SUMADOS = 10_000
"""Most loans of a past day that are summed one by one for the list of them."""


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


def _plana(line: LineaDeTramos, foto: Decimal | None, provisiones: Sequence[Decimal]) -> LineaDeRiesgo:
    """A line with all figures: beside the capital of its snapshot, by the parts that are provided for."""
    key, name, riesgo, restructured = line
    capital = riesgo.saldo_capital
    ratios = (*riesgo.pares(), *riesgo.pares_por_numero())
    difference = None if foto is None else capital - foto
    rest = (riesgo.provision(provisiones), restructured, foto, difference)
    return LineaDeRiesgo._make((key, name, riesgo.numero, capital, *ratios, *rest))


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
        """One page of the loans that were open at the end of a day, the newest first, and the sums of all.

        The sums are those of the rows; of very many loans of a past day they are those of its snapshot.
        """
        filtro = self._filtro(pedido)
        fuente = self._fuente(filtro.dia)
        total = {Fuente.HOY: suma_de_hoy, Fuente.FOTO: suma_de_foto, Fuente.HECHOS: suma_de_hechos}[fuente]
        sums = total(self.session, filtro)
        if fuente is Fuente.FOTO and sums.prestamos <= SUMADOS:
            sums = suma_de_hechos(self.session, filtro)
        rows = en_cartera(self.session, filtro, request)
        return Page(rows if request.whole else list(rows), sums.prestamos, request, {"totales": sums, "moneda": MONEDA})

    def par(self, **pedido: Unpack[ParRequest]) -> Page[LineaDeRiesgo]:
        """Portfolio at risk of a day; by the facts it is compared with the snapshot of that day."""
        filtro, por, hechos = self._filtro(pedido), pedido["por"], pedido["hechos"]
        fuente = Fuente.HECHOS if hechos else self._fuente(filtro.dia)
        if not sabe(self.session, fuente, por, filtro):
            fuente = Fuente.HECHOS
        lines, parts = lineas(self.session, fuente, por, filtro), self.context.settings.credito_provisiones
        if not (hechos and fotografiado(self.session, filtro.dia) and sabe(self.session, Fuente.FOTO, por, filtro)):
            return con_totales([_plana(line, None, parts) for line in lines], _plana(_suma(lines), None, parts))
        foto = {line.id: line for line in lineas(self.session, Fuente.FOTO, por, filtro)}
        lines = [*lines, *_sin_hechos(foto, lines)]
        before = {key: line.riesgo.saldo_capital for key, line in foto.items()}
        rows = [_plana(line, before.get(line.id, ZERO), parts) for line in lines]
        total = sum(before.values(), ZERO) if lines else None
        return con_totales(rows, _plana(_suma(lines), total, parts))

    def antiguedad(self, **pedido: Unpack[DeUnDia]) -> Page[LineaDeEdad]:
        """Open loans of a day by how many days late they are."""
        filtro = self._filtro(pedido)
        riesgo = _suma(lineas(self.session, self._fuente(filtro.dia), Por.RUTA, filtro)).riesgo
        rows = []
        for desde, hasta in EDADES:
            number, amount = riesgo.entre(desde, hasta)
            rows.append(LineaDeEdad(desde, hasta, number, amount, razon(amount, riesgo.saldo_capital)))
        total = {"prestamos": riesgo.numero, "saldo_capital": riesgo.saldo_capital}
        return con_totales(rows, total)

    def _filtro(self, pedido: DeUnDia) -> Filtro:
        return filtro_de(self.context, dia_del_pedido(pedido, self.today), pedido)

    def _fuente(self, dia: date) -> Fuente:
        return fuente_de(self.session, dia, self.today)


def _sin_hechos(foto: Mapping[int | None, LineaDeTramos], lines: Sequence[LineaDeTramos]) -> list[LineaDeTramos]:
    """Lines that are in the snapshot only, without figures."""
    own = {line.id for line in lines}
    return [line._replace(riesgo=Riesgo(), reestructurado=ZERO) for key, line in foto.items() if key not in own]


def _suma(lines: Sequence[LineaDeTramos]) -> LineaDeTramos:
    restructured = [line.reestructurado for line in lines if line.reestructurado is not None]
    known = sum(restructured, ZERO) if restructured or not lines else None
    return LineaDeTramos(None, None, Riesgo.suma(line.riesgo for line in lines), known)
