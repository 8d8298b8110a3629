"""Balances of a loan: the only place that writes them, by the allocation of its payments."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from app.infra.context import Context
from app.kernel.identity import ALL
from app.suites.credito.diario.rules import Linea
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.models import CargoRecord, CuotaRecord, Pago, PagoValido, Prestamo
from app.suites.credito.prestamos.queries import (
    PrestamoRepository,
    cambiar_cargos,
    cambiar_cuotas,
    cambiar_pagos,
    cargos_de,
    cuotas_de,
    insertar_pagos,
    pagos_validos_de,
    renglones_de,
    reservar_pagos,
    reversar_pagos,
    saldos_de,
)
from app.suites.credito.prestamos.rules.asientos import asiento_de_aplicacion, asiento_de_recuperacion
from app.suites.credito.prestamos.rules.asignacion import Aplicado, Asignacion, asignar
from app.suites.credito.prestamos.rules.atraso import Atraso, Gracia, atraso_de
from app.suites.credito.prestamos.rules.cuotas import CargoVigente, CuotaVigente, suma
from app.suites.credito.prestamos.rules.estados import (
    ABIERTOS,
    EstadoPrestamo,
    Hechos,
    estado_computado,
    fecha_de_cierre,
)
from app.suites.credito.prestamos.rules.faltas import PagoCobrado, cubierto_a_tiempo
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO, Duda, EstadoPago, MetodoPago, OrigenPago, Pagador, Senal
from app.suites.credito.prestamos.rules.terminos import terminos_de
from app.suites.credito.productos.rules.condiciones import ZERO, Condiciones

APLICADO = (*(one.name for one in fields(Aplicado)), "saldo_despues")
ASIGNADO = ("numero", "pagado", "condonado", "fecha_pagada", "a_tiempo")
"""Columns of payments and of installments that the allocation writes, with the number of the latter."""


class NuevoPago(TypedDict, total=False):
    """A payment that is to be stored; several of one call have the same keys."""

    recibo: str
    fecha: date
    registrado_en: datetime
    monto: Decimal
    metodo: MetodoPago
    origen: OrigenPago
    pagador: Pagador
    pagador_id: int | None
    cobrador_id: int | None
    local_id: UUID | None
    dispositivo: str | None
    lat: Decimal | None
    lng: Decimal | None
    precision: Decimal | None
    corte_id: int | None
    duda: Duda | None
    senales: Sequence[Senal]
    prestamo_enviado_id: int | None
    condonado: str | None
    """JSON of the amounts that it forgives, by the numbers of installments, where it settles the loan."""
    notas: str | None


@dataclass(frozen=True, slots=True)
class Libro:
    """Installments, charges and valid payments of a loan, as they are stored."""

    prestamo_id: int
    condiciones: Condiciones
    cuotas: Sequence[CuotaRecord]
    cargos: Sequence[CargoRecord]
    pagos: Sequence[PagoValido]

    @property
    def vigentes(self) -> list[CuotaVigente]:
        """The installments as the rules have them."""
        return [cuota.vigente for cuota in self.cuotas]

    @property
    def cargos_vigentes(self) -> list[CargoVigente]:
        """The charges as the rules have them."""
        return [cargo.vigente for cargo in self.cargos]

    @property
    def gracia(self) -> Gracia:
        """Grace of the loan."""
        return Gracia(self.condiciones.gracia_mora, self.condiciones.frecuencia)

    @property
    def aplicado(self) -> Aplicado:
        """Use of all valid payments, as it is stored."""
        return sum((pago.aplicado for pago in self.pagos), Aplicado())

    def atraso(self, today: date) -> Atraso:
        """Lateness on a day."""
        return atraso_de(self.vigentes, self.gracia, today)


@dataclass(frozen=True, slots=True)
class Recalculo:
    """Effect of an allocation."""

    diferencia: Aplicado
    """Change of what the payments of the loan paid, for the journal."""
    estado_anterior: EstadoPrestamo

    @property
    def haber(self) -> list[Linea]:
        """Credits of the journal: those of a loan that is written off are recoveries."""
        if self.estado_anterior is EstadoPrestamo.CASTIGADO:
            return asiento_de_recuperacion(self.diferencia)
        return asiento_de_aplicacion(self.diferencia)


_Row = dict[str, object]


@dataclass(slots=True)
class _Filas:
    """Rows that are to be written, by their keys: one that changes again is written once, as it is at last."""

    prestamos: dict[int, Prestamo] = field(default_factory=dict)
    cuotas: dict[tuple[int, int], _Row] = field(default_factory=dict)
    cargos: dict[int, _Row] = field(default_factory=dict)
    pagos: dict[int, _Row] = field(default_factory=dict)
    admitidos: dict[int, _Row] = field(default_factory=dict)
    nuevos: dict[int, _Row] = field(default_factory=dict)

    def de_pago(self, pago_id: int) -> _Row:
        """The row of a payment: of a new one, of one that waited, or of one that only pays otherwise."""
        found = self.nuevos.get(pago_id) or self.admitidos.get(pago_id)
        return self.pagos.setdefault(pago_id, {"id": pago_id}) if found is None else found


class SaldoService:
    """Allocates the payments of loans and writes what differs; the caller has locked the loans.

    `recalcular` does all for one loan. For many payments `leer` reads their loans, `pagar` allocates one after the
    other in memory, and `escribir` writes everything by a few statements; no other statement may come in between.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.prestamos = PrestamoRepository(context.session, ALL, hoy(context))
        self.libros: dict[int, Libro] = {}
        self.filas = _Filas()

    def libro(self, prestamo: Prestamo) -> Libro:
        """The rows of a loan from which its balances follow."""
        return Libro(
            prestamo.id,
            terminos_de(prestamo.condiciones),
            cuotas_de(self.session, prestamo.id),
            cargos_de(self.session, prestamo.id),
            pagos_validos_de(self.session, prestamo.id),
        )

    def recalcular(
        self,
        prestamo: Prestamo,
        today: date,
        *,
        nuevo: NuevoPago | None = None,
        reversados: Mapping[int, str] | None = None,
        condonado: Mapping[int, Decimal] | None = None,
        admitido: Pago | None = None,
    ) -> Recalculo:
        """Bring balances, installments, charges and payments into line with the payments that there are.

        `nuevo` is stored with what it pays; `reversados` pay nothing any more, for the reason given by their id.
        `condonado` are amounts to forgive, or where negative to demand again, by the numbers of installments.
        `admitido` is a stored payment that waited and becomes a valid one of this loan.
        """
        self.session.flush()
        self.libros[prestamo.id] = self.libro(prestamo)
        if nuevo is not None:
            self._agregar(prestamo, self.reservar(1)[0], nuevo)
        if admitido is not None:
            self._admitir(prestamo, admitido)
        reversar_pagos(self.session, reversados or {}, today)
        effect = self._recalcular(prestamo, today, condonado or {}, sin=reversados or ())
        self.escribir()
        return effect

    def recalcular_varios(self, prestamos: Sequence[Prestamo], today: date) -> list[Recalculo]:
        """Bring different loans into line with their rows by a few statements."""
        self.leer(prestamos)
        effects = [self._recalcular(prestamo, today, {}) for prestamo in prestamos]
        self.escribir()
        return effects

    def reservar(self, count: int) -> list[int]:
        """Ids of new payments."""
        return reservar_pagos(self.session, count)

    def leer(self, prestamos: Collection[Prestamo]) -> None:
        """Read the rows of loans."""
        self.session.flush()
        below = renglones_de(self.session, [prestamo.id for prestamo in prestamos])
        for prestamo in prestamos:
            own = prestamo.id
            rows = below.cuotas.get(own, []), below.cargos.get(own, []), below.pagos.get(own, [])
            self.libros[own] = Libro(own, terminos_de(prestamo.condiciones), *rows)

    def pagar(
        self,
        prestamo: Prestamo,
        pago_id: int,
        pago: NuevoPago,
        today: date,
        condonado: Mapping[int, Decimal] | None = None,
    ) -> Recalculo:
        """Allocate a new payment of a loan that was read; `escribir` stores it with what it pays."""
        self._agregar(prestamo, pago_id, pago)
        return self._recalcular(prestamo, today, condonado or {})

    def escribir(self) -> None:
        """Write the rows that were noted, by one statement for each kind."""
        rows, self.filas, self.libros = self.filas, _Filas(), {}
        self.prestamos.guardar_saldos(list(rows.prestamos.values()))
        cambiar_cuotas(self.session, list(rows.cuotas.values()))
        cambiar_cargos(self.session, list(rows.cargos.values()))
        cambiar_pagos(self.session, list(rows.pagos.values()))
        cambiar_pagos(self.session, list(rows.admitidos.values()))
        insertar_pagos(self.session, list(rows.nuevos.values()))

    def _agregar(self, prestamo: Prestamo, pago_id: int, pago: NuevoPago) -> None:
        """Add a new payment to the rows of its loan."""
        own = (pago_id, pago["recibo"], pago["fecha"], pago["registrado_en"], pago["monto"], pago["metodo"])
        self.filas.nuevos[pago_id] = {**pago, **self._unir(prestamo, PagoValido(*own))}

    def _admitir(self, prestamo: Prestamo, pago: Pago) -> None:
        """Add a stored payment that waited to the rows of a loan."""
        own = (pago.id, pago.recibo, pago.fecha, pago.registrado_en, pago.monto, pago.metodo)
        self.filas.admitidos[pago.id] = self._unir(prestamo, PagoValido(*own))

    def _unir(self, prestamo: Prestamo, pago: PagoValido) -> _Row:
        """Add a payment that pays nothing yet to the rows of a loan; the columns that make it one of it."""
        libro, recovers = self.libros[prestamo.id], prestamo.estado is EstadoPrestamo.CASTIGADO
        self.libros[prestamo.id] = replace(libro, pagos=[*libro.pagos, pago._replace(recuperacion=recovers)])
        own = {"id": pago.id, "prestamo_id": prestamo.id, "estado": EstadoPago.VALIDO}
        return {**own, "recuperacion": recovers}

    def _recalcular(
        self, prestamo: Prestamo, today: date, condonado: Mapping[int, Decimal], sin: Collection[int] = ()
    ) -> Recalculo:
        """Allocate the payments of a loan, without some, and note the rows that `escribir` writes."""
        libro, stored, before = self.libros[prestamo.id], saldos_de(prestamo), EstadoPrestamo(prestamo.estado)
        cuotas = _condonadas(libro.vigentes, condonado)
        pagos = [pago for pago in libro.pagos if pago.id not in sin]
        orden = libro.condiciones.orden_aplicacion
        found = asignar(cuotas, libro.cargos_vigentes, (pago.asignable for pago in pagos), orden)
        now = replace(
            libro,
            cuotas=self._cuotas(libro, cuotas, found, cubierto_a_tiempo(cuotas, _cobrados(pagos, found))),
            cargos=self._cargos(libro, found),
            pagos=self._pagos(pagos, found),
        )
        self.libros[prestamo.id], moved = now, found.aplicado - libro.aplicado
        if before is EstadoPrestamo.CASTIGADO:
            prestamo.recuperado += moved.total_pagado
        self._write_prestamo(prestamo, now, found.aplicado, today)
        if saldos_de(prestamo) != stored:
            self.filas.prestamos[prestamo.id] = prestamo
        return Recalculo(moved, before)

    def _cuotas(
        self, libro: Libro, cuotas: Iterable[CuotaVigente], found: Asignacion, on_time: Mapping[int, Decimal]
    ) -> list[CuotaRecord]:
        """The installments as they are now; those that differ are noted."""
        after = [
            stored._replace(
                pagado=found.pagado[stored.numero],
                condonado=cuota.condonado,
                fecha_pagada=found.fechas.get(stored.numero),
                a_tiempo=on_time.get(stored.numero, ZERO),
            )
            for stored, cuota in zip(libro.cuotas, cuotas, strict=True)
        ]
        for stored, now in zip(libro.cuotas, after, strict=True):
            if stored != now:
                values = {name: getattr(now, name) for name in ASIGNADO}
                self.filas.cuotas[libro.prestamo_id, now.numero] = {"prestamo_id": libro.prestamo_id, **values}
        return after

    def _cargos(self, libro: Libro, found: Asignacion) -> list[CargoRecord]:
        """The charges as they are now; those that differ are noted."""
        after = [cargo._replace(pagado=found.cargos[cargo.id]) for cargo in libro.cargos]
        for stored, now in zip(libro.cargos, after, strict=True):
            if stored != now:
                self.filas.cargos[now.id] = {"id": now.id, "pagado": now.pagado}
        return after

    def _pagos(self, pagos: Sequence[PagoValido], found: Asignacion) -> list[PagoValido]:
        """The payments as they are now; those that pay otherwise are noted."""
        after = [pago.asignado(found.pagos[pago.id]) for pago in pagos]
        for stored, now in zip(pagos, after, strict=True):
            if stored != now:
                self.filas.de_pago(now.id).update({name: getattr(now, name) for name in APLICADO})
        return after

    def _write_prestamo(self, prestamo: Prestamo, libro: Libro, aplicado: Aplicado, today: date) -> None:
        cuotas = libro.vigentes
        left, late = suma(cuota.pendientes for cuota in cuotas), atraso_de(cuotas, libro.gracia, today)
        prestamo.saldo_capital = left.capital
        prestamo.saldo_interes = left.interes + left.iva
        prestamo.saldo_cargos = sum((cargo.saldo for cargo in libro.cargos_vigentes), ZERO)
        prestamo.saldo = prestamo.saldo_capital + prestamo.saldo_interes + prestamo.saldo_cargos
        prestamo.pagado = aplicado.total_pagado
        prestamo.saldo_a_favor = aplicado.a_favor - prestamo.a_favor_usado
        prestamo.vence_mas_antiguo = late.vence_mas_antiguo
        if prestamo.primera_fecha is None:
            raise AssertionError("a loan with installments has a first date")
        facts = Hechos(prestamo.saldo, late.dias_atraso, prestamo.pagado > 0, prestamo.primera_fecha)
        after = estado_computado(EstadoPrestamo(prestamo.estado), facts, today)
        if prestamo.estado is EstadoPrestamo.LIQUIDADO and after in ABIERTOS:
            prestamo.reabierto = True
        elif after not in ABIERTOS:
            prestamo.reabierto = False
        prestamo.estado = after
        paying = (pago.fecha for pago in libro.pagos if pago.aplicado.total_pagado)
        prestamo.fecha_cierre = fecha_de_cierre(prestamo.estado, prestamo.fecha_cierre, max(paying, default=today))


def _cobrados(pagos: Iterable[PagoValido], found: Asignacion) -> list[PagoCobrado]:
    """Payments that somebody collected, with what they pay now."""
    return [
        PagoCobrado(pago.fecha, pago.monto, found.pagos[pago.id].aplicado.a_cuotas)
        for pago in pagos
        if pago.metodo not in SIN_COBRO
    ]


def _condonadas(cuotas: Iterable[CuotaVigente], condonado: Mapping[int, Decimal]) -> list[CuotaVigente]:
    return [
        replace(una, condonado=una.condonado + condonado[una.numero]) if una.numero in condonado else una
        for una in cuotas
    ]


def condonado_en_json(condonado: Mapping[int, Decimal]) -> str | None:
    """Amounts that a payment forgives, as its row has them."""
    return json.dumps({str(number): str(amount) for number, amount in condonado.items()}) if condonado else None
