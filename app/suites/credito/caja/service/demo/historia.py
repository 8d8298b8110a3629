"""The loans of the demo in the weeks that are closed, by the rules alone: most are paid as agreed, some are renewed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from app.infra.context import Context
from app.kernel.paging import PageRequest
from app.suites.credito.caja.service.demo.gente import SEMANAS, Gente, GrupoDemo
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.prestamos.rules.atraso import Gracia
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.faltas import FaltaDeSemana, TipoFalta
from app.suites.credito.prestamos.rules.mora import Penalizacion, ReglaDeMora, pena_de
from app.suites.credito.prestamos.rules.pagos import MetodoPago
from app.suites.credito.productos.rules.calendario import Cuota
from app.suites.credito.productos.rules.condiciones import ZERO, Condiciones
from app.suites.credito.productos.rules.cotizacion import Cotizacion, cotizar
from app.suites.credito.productos.service import TipoPrestamoService

_PLAZOS = (14, 14, 14, 20, 13)
"""Numbers of weekly payments of the types that are lent."""
_WEEK = timedelta(weeks=1)
_MORE, _MOST = Decimal(500), Decimal(5000)


@dataclass(frozen=True, slots=True)
class Tipo:
    """A loan type."""

    id: int
    terminos: Condiciones


@dataclass(frozen=True, slots=True)
class AbonoDemo:
    """Money that was paid of a loan."""

    fecha: date
    monto: Decimal
    metodo: MetodoPago = MetodoPago.EFECTIVO


@dataclass(slots=True)
class Contrato:
    """A loan with what happened to it."""

    cliente_id: int
    aval_id: int
    grupo: GrupoDemo
    tipo: Tipo
    cotizacion: Cotizacion
    desembolso: date
    anterior: "Contrato | None"
    saldo_anterior: Decimal
    estado: EstadoPrestamo = EstadoPrestamo.ACTIVO
    cierre: date | None = None
    abonos: list[AbonoDemo] = field(default_factory=list)
    faltas: list[FaltaDeSemana] = field(default_factory=list)
    penas: list[Penalizacion | None] = field(default_factory=list)
    """Penalty of each missed week, or None."""

    @property
    def cuotas(self) -> tuple[Cuota, ...]:
        """Its installments."""
        return self.cotizacion.calendario.cuotas

    def debido(self, fecha: date) -> Decimal:
        """Amount that is due by a day, with penalties, and was not paid."""
        due = sum((cuota.monto for cuota in self.cuotas if cuota.fecha_vencimiento <= fecha), ZERO)
        charged = sum((pena.monto + pena.iva for pena in self.penas if pena is not None and pena.fecha <= fecha), ZERO)
        return due + charged - sum((abono.monto for abono in self.abonos), ZERO)

    @property
    def saldo(self) -> Decimal:
        """Amount that is left to pay."""
        return self.debido(date.max)

    def pagar(self, fecha: date, monto: Decimal) -> None:
        """Note a payment; one that settles the loan ends it."""
        self.abonos.append(AbonoDemo(fecha, monto))
        if not self.saldo:
            self.estado, self.cierre = EstadoPrestamo.LIQUIDADO, fecha

    def faltar(self, cuota: Cuota, abonado: Decimal) -> None:
        """Note a missed week, with its penalty."""
        monday, missing = lunes(cuota.fecha_vencimiento), cuota.monto - abonado
        kind = TipoFalta.PARCIAL if abonado else TipoFalta.SIN_PAGO
        self.faltas.append(FaltaDeSemana(monday, cuota.numero, cuota.monto, abonado, missing, kind))
        terms = self.tipo.terminos
        rule = ReglaDeMora(
            terms.mora_tipo,
            terms.mora_valor,
            Gracia(terms.gracia_mora, terms.frecuencia),
            terms.iva,
            terms.incumplimientos_tolerados,
            terms.limite_penalizaciones,
        )
        charged = sum(pena is not None for pena in self.penas)
        dia, vigentes = monday + _WEEK, len(self.faltas)
        first = self.cuotas[0].monto
        self.penas.append(pena_de(rule, first, numero=cuota.numero, dia=dia, vigentes=vigentes, penas=charged))


def historia(context: Context, gente: Gente) -> list[Contrato]:
    """All loans, each after the one that it renews."""
    service = TipoPrestamoService(context)
    known = [one for one in service.page(PageRequest(per_page=100)).items if one.numero_pagos in _PLAZOS]
    tipos = {one.numero_pagos: Tipo(one.id, service.condiciones(one)) for one in known}
    found = []
    for grupo in gente.grupos:
        for place, cliente_id in enumerate(grupo.clientes):
            aval_id = grupo.clientes[(place + 1) % len(grupo.clientes)]
            found += list(_Clienta(cliente_id, aval_id, grupo, tipos, gente.lunes).contratos())
    return found


class _Clienta:
    """A client who borrows one loan after the other."""

    def __init__(self, cliente_id: int, aval_id: int, grupo: GrupoDemo, tipos: dict[int, Tipo], monday: date) -> None:
        self.cliente_id, self.aval_id, self.grupo, self.tipos, self.monday = cliente_id, aval_id, grupo, tipos, monday
        self.chance = random.Random(cliente_id)  # noqa: S311 - demo data, the same each time
        self.cumple = self.chance.choices((0.99, 0.9, 0.6), (85, 11, 4))[0]
        """Chance that she pays in a week."""

    def contratos(self) -> Iterator[Contrato]:
        """Her loans up to this week."""
        started = max(self.chance.randrange(SEMANAS - 8) for _ in range(2))  # a business that grows
        semana = self.monday - _WEEK * (SEMANAS - started)
        monto = Decimal(1000 * self.chance.randrange(2, 5))
        before: Contrato | None = None
        while (dia := semana + timedelta(days=self.grupo.dia)) < self.monday:
            renews = before is not None and before.estado is EstadoPrestamo.ACTIVO
            made = self._contrato(dia, monto, before if renews else None)
            yield made
            semana = self._pagar(made)
            monto = min(_MOST, monto + _MORE)
            before = made

    def _contrato(self, dia: date, monto: Decimal, old: Contrato | None) -> Contrato:
        tipo = self.tipos[self.chance.choice(_PLAZOS)]
        quote = cotizar(tipo.terminos, monto, dia, self.grupo.dia + 1)
        settled = ZERO if old is None else old.saldo
        if old is not None:
            old.abonos.append(AbonoDemo(dia, settled, MetodoPago.RENOVACION))
            old.estado, old.cierre = EstadoPrestamo.RENOVADO, dia
        return Contrato(self.cliente_id, self.aval_id, self.grupo, tipo, quote, dia, old, settled)

    def _pagar(self, contrato: Contrato) -> date:
        """Pay week by week; returns the Monday of the week in which the next loan is handed over."""
        for cuota in contrato.cuotas:
            dia = cuota.fecha_vencimiento
            if dia >= self.monday:
                return self.monday
            late = contrato.debido(dia) > cuota.monto
            paid = self._abono(contrato, dia, cuota, late=late)
            if paid < cuota.monto:
                contrato.faltar(cuota, paid)
            elif cuota.numero >= contrato.tipo.terminos.pagos_para_renovar and self._renueva(contrato, dia):
                return lunes(dia) + _WEEK
        dia = contrato.cuotas[-1].fecha_vencimiento
        while contrato.saldo:  # penalties, and what was late at the end
            dia += _WEEK
            if dia >= self.monday:
                return self.monday
            if self.chance.random() < self.cumple:
                contrato.pagar(dia, contrato.saldo)
        return lunes(dia) + _WEEK * self.chance.randrange(1, 5)

    def _abono(self, contrato: Contrato, dia: date, cuota: Cuota, *, late: bool) -> Decimal:
        """Amount that she pays on a day: nothing, a part, the installment, or with it all that is late."""
        if self.chance.random() > self.cumple:
            part = self.chance.choice((ZERO, ZERO, cuota.monto / 2))
            paid = part.quantize(Decimal("0.01"))
        else:
            paid = contrato.debido(dia) if late and self.chance.random() < 0.7 else cuota.monto
        if paid:
            contrato.pagar(dia, paid)
        return paid

    def _renueva(self, contrato: Contrato, dia: date) -> bool:
        """Whether she renews at the next meeting, which needs that nothing is late."""
        is_closed = dia + _WEEK < self.monday and bool(contrato.saldo)
        return is_closed and not contrato.debido(dia) and self.chance.random() < 0.5
