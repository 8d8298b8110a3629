"""Data for benchmarks, by the hundred thousand loans."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.core.identity.service.demo import PASSWORD
from app.infra.context import COMMAND_LINE, Context
from app.kernel.paging import PageRequest
from app.suites.credito import CAJERO, COBRADOR, GERENTE, SUPERVISOR, TITULAR
from app.suites.credito.caja.queries.carga import PAGOS, POR_GRUPO, SEMANAS, CargaRepository
from app.suites.credito.cobranza.rules.recibos import EN_LINEA
from app.suites.credito.diario.rules import Asiento, Cuenta, Linea, debe, efectivo, haber
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.service import (
    TODOS,
    CierreDeDia,
    TipoCierre,
    Tramo,
    dias_cerrados,
    registrar_cierre,
)
from app.suites.credito.productos.rules.condiciones import Frecuencia, Metodo, MoraTipo
from app.suites.credito.productos.service import TipoPrestamoService

ORIGEN = "carga"
"""Origin of its entries in the journal: one for the collection of a person's day, not for each payment."""
TIPO = "Carga de 14 semanas"
_GRUPOS_POR_PARTE = 50
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


class _Gente(NamedTuple):
    """People and groups for the loans."""

    cajero_id: int
    cobradores: list[int]
    grupos: list[int]


class _Tipo(NamedTuple):
    """The loan type of the loans, with its terms as JSON."""

    id: int
    condiciones: str
    cat: Decimal | None


class CargaService:
    """Inserts open loans of 14 weeks that were handed over in the last 13: one in eight is not paid as agreed."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.diario = Diario(context)
        zone = context.settings.credito_timezone.key
        self.cierres: list[CierreDeDia] = []
        """Closed days, to whose snapshots the loans are added."""
        self.rows = CargaRepository(context.session, context.clock.now(), hoy(context), zone)

    def cargar(self, prestamos: int, advance: Callable[[int], None]) -> None:
        """Insert loans with clients, groups, routes, people, payments, cuts and the journal."""
        gente, tipo = self._gente(-(-prestamos // POR_GRUPO)), self._tipo()
        self._cerrar()
        next_analysis = POR_GRUPO * _GRUPOS_POR_PARTE
        for first in range(0, len(gente.grupos), _GRUPOS_POR_PARTE):
            grupos = gente.grupos[first : first + _GRUPOS_POR_PARTE]
            done = first * POR_GRUPO
            size = min(len(grupos) * POR_GRUPO, prestamos - done)
            cobradores = gente.cobradores[first // 2 : (first + len(grupos) + 1) // 2]
            self._parte(done, size, grupos, cobradores, gente.cajero_id, tipo)
            advance(size)
            if done + size >= next_analysis:
                self.rows.actualizar_estadisticas()
                next_analysis *= 4

    def _cerrar(self) -> None:
        """Close the Sundays of the loans and yesterday, where they are not, as of the loans that there are already."""
        session, today = self.context.session, hoy(self.context)
        sundays = {lunes(today) - _DAY - _WEEK * number for number in range(SEMANAS)}
        for day in sorted({*sundays, today - _DAY}):
            if registrar_cierre(session, TipoCierre.DIARIO, day):
                CierreDeDia(self.context, day).fotografiar(self.context, TODOS)
        closed = dias_cerrados(session, TipoCierre.DIARIO, min(sundays))
        self.cierres = [CierreDeDia(self.context, day) for day in closed]

    def _gente(self, grupos: int) -> _Gente:
        rutas = -(-grupos // 25)
        secreto = self.context.passwords.hash(PASSWORD, COMMAND_LINE)
        rows = self.rows
        [cajero_id] = rows.personas(CAJERO, "J", 1, secreto)
        gerentes = rows.personas(GERENTE, "G", -(-rutas // 10), secreto)
        supervisores = rows.personas(SUPERVISOR, "S", rutas, secreto)
        titulares = rows.personas(TITULAR, "T", -(-grupos // 4), secreto)
        cobradores = rows.personas(COBRADOR, "C", -(-grupos // 2), secreto)
        own = rows.grupos(grupos, rows.rutas(rutas, gerentes, supervisores), titulares, cobradores)
        return _Gente(cajero_id, cobradores, own)

    def _tipo(self) -> _Tipo:
        """The loan type of this name, which is made once."""
        tipos = TipoPrestamoService(self.context)
        known = [one for one in tipos.page(PageRequest(per_page=100), q=TIPO).items if one.nombre == TIPO]
        tipo_id = known[0].id if known else self._nuevo_tipo(tipos)
        tipo = tipos.get(tipo_id)
        return _Tipo(tipo.id, json.dumps(tipos.condiciones(tipo).to_json()), tipo.cat)

    def _nuevo_tipo(self, tipos: TipoPrestamoService) -> int:
        made = tipos.create(
            nombre=TIPO,
            metodo=Metodo.CUOTA_FIJA,
            frecuencia=Frecuencia.SEMANAL,
            numero_pagos=PAGOS,
            interes=Decimal("0.4"),
            redondeo=Decimal(1),
            mora_tipo=MoraTipo.CUOTAS_EXTRA,
            mora_valor=Decimal(1),
            incumplimientos_tolerados=1,
            limite_penalizaciones=1,
        )
        return made.id

    def _parte(
        self, desde: int, size: int, grupos: list[int], cobradores: list[int], cajero_id: int, tipo: _Tipo
    ) -> None:
        rows = self.rows
        clientes = rows.clientes(desde, size, grupos)
        prestamos = rows.prestamos(desde, clientes, *tipo)
        rows.pagos(prestamos, cobradores, cajero_id, EN_LINEA)
        for cierre in self.cierres:
            cierre.fotografiar(self.context, Tramo(0, min(prestamos), max(prestamos)))
        self.diario.asentar_varios([*self._entregado(prestamos), *self._cobrado(prestamos)])

    def _entregado(self, prestamos: list[int]) -> list[Asiento]:
        return [
            _asiento(
                one.fecha,
                "desembolso",
                one.prestamo_id,
                debe(Cuenta.CARTERA, one.monto),
                haber(Cuenta.BANCO, one.monto),
            )
            for one in self.rows.entregado(prestamos)
        ]

    def _cobrado(self, prestamos: list[int]) -> list[Asiento]:
        """Entries of what was collected, and of the cuts that were handed over."""
        found = []
        for one in self.rows.cobrado(prestamos):
            cash, total = efectivo(one.clave), one.capital + one.interes
            paid = (
                debe(cash, total),
                haber(Cuenta.CARTERA, one.capital),
                haber(Cuenta.INGRESOS_INTERES, one.interes),
            )
            found.append(_asiento(one.fecha, f"pago-{one.fecha}", one.corte_id, *paid))
            if one.confirmado and one.hasta is not None:
                handed = (debe(Cuenta.CAJA_OFICINA, total), haber(cash, total))
                found.append(_asiento(one.hasta, f"corte-{one.fecha}", one.corte_id, *handed))
        return found


def _asiento(fecha: date, concepto: str, origen_id: int, *lineas: Linea) -> Asiento:
    return Asiento(fecha=fecha, concepto=concepto, origen=ORIGEN, origen_id=origen_id, lineas=lineas)


def load(context: Context, count: int, _today: date, advance: Callable[[int], None]) -> None:
    """Insert `count` open loans, with all that belongs to them."""
    CargaService(context).cargar(count, advance)
