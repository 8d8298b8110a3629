"""Balances of a loan: the only place that writes them, by the allocation of its payments."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from app.infra.context import Context
from app.kernel.identity import ALL
from app.suites.credito.diario.rules import Linea
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.models import CargoRecord, CuotaRecord, PagoValido, Prestamo
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
from app.suites.credito.prestamos.rules.asignacion import Aplicado, Asignacion, PagoAsignable, asignar
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
from app.suites.credito.productos.rules.condiciones import ZERO, Condiciones

PARTS = tuple(one.name for one in fields(Aplicado))
"""Columns of a payment that say what it paid."""


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
    pagos: Mapping[int, Aplicado]
    """Use of the new payments, by id."""
    estado_anterior: EstadoPrestamo

    @property
    def haber(self) -> list[Linea]:
        """Credits of the journal: those of a loan that is written off are recoveries."""
        if self.estado_anterior is EstadoPrestamo.CASTIGADO:
            return asiento_de_recuperacion(self.diferencia)
        return asiento_de_aplicacion(self.diferencia)


@dataclass(slots=True)
class _Filas:
    """Rows that are to be written."""

    prestamos: list[Prestamo] = field(default_factory=list)
    cuotas: list[dict[str, object]] = field(default_factory=list)
    cargos: list[dict[str, object]] = field(default_factory=list)
    pagos: list[dict[str, object]] = field(default_factory=list)
    admitidos: list[dict[str, object]] = field(default_factory=list)
    nuevos: list[dict[str, object]] = field(default_factory=list)


class SaldoService:
    """Allocates the payments of a loan and writes what differs; the caller has locked the loan."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.prestamos = PrestamoRepository(context.session, ALL, hoy(context))
        self.filas = _Filas()

    def libro(self, prestamo: Prestamo) -> Libro:
        """The rows of a loan from which its balances follow."""
        return Libro(
            prestamo.id,
            Condiciones.from_json(prestamo.condiciones),
            cuotas_de(self.session, prestamo.id),
            cargos_de(self.session, prestamo.id),
            pagos_validos_de(self.session, prestamo.id),
        )

    def recalcular(
        self,
        prestamo: Prestamo,
        today: date,
        *,
        nuevos: Sequence[NuevoPago] = (),
        reversados: Mapping[int, str] | None = None,
        condonado: Mapping[int, Decimal] | None = None,
        admitidos: Mapping[int, PagoAsignable] | None = None,
    ) -> Recalculo:
        """Bring balances, installments, charges and payments into line with the payments that there are.

        `nuevos` are stored with what they pay; `reversados` pay nothing any more, for the reason given by their id.
        `condonado` are amounts to forgive, or where negative to demand again, by the numbers of installments.
        `admitidos` are stored payments that waited and become valid ones of this loan, by id.
        """
        self.session.flush()
        numbered = dict(zip(reservar_pagos(self.session, len(nuevos)), nuevos, strict=True)) if nuevos else {}
        effect = self._recalcular(
            prestamo, self.libro(prestamo), today, numbered, reversados or {}, condonado or {}, admitidos or {}
        )
        self._escribir()
        return effect

    def registrar_varios(self, nuevos: Sequence[tuple[Prestamo, NuevoPago]], today: date) -> list[Recalculo]:
        """Store one payment of each of different loans by a few statements; the payments have the same keys."""
        keys = reservar_pagos(self.session, len(nuevos))
        paid = {prestamo.id: {key: pago} for key, (prestamo, pago) in zip(keys, nuevos, strict=True)}
        return self._recalcular_varios([prestamo for prestamo, _ in nuevos], today, paid)

    def recalcular_varios(self, prestamos: Sequence[Prestamo], today: date) -> list[Recalculo]:
        """Bring different loans into line with their rows by a few statements."""
        return self._recalcular_varios(prestamos, today, {})

    def _recalcular_varios(
        self, prestamos: Sequence[Prestamo], today: date, nuevos: Mapping[int, Mapping[int, NuevoPago]]
    ) -> list[Recalculo]:
        """Allocate the payments of loans, with new ones by the ids of their loans."""
        self.session.flush()
        below = renglones_de(self.session, [prestamo.id for prestamo in prestamos])
        effects = []
        for prestamo in prestamos:
            own = prestamo.id
            rows = below.cuotas.get(own, []), below.cargos.get(own, []), below.pagos.get(own, [])
            libro = Libro(own, Condiciones.from_json(prestamo.condiciones), *rows)
            effects.append(self._recalcular(prestamo, libro, today, nuevos.get(own, {}), {}, {}, {}))
        self._escribir()
        return effects

    def _recalcular(
        self,
        prestamo: Prestamo,
        libro: Libro,
        today: date,
        numbered: Mapping[int, NuevoPago],
        gone: Mapping[int, str],
        condonado: Mapping[int, Decimal],
        admitted: Mapping[int, PagoAsignable],
    ) -> Recalculo:
        """Allocate the payments of a loan, and note the rows that `_escribir` writes."""
        stored = saldos_de(prestamo)
        cuotas = _condonadas(libro.vigentes, condonado)
        added = [PagoAsignable(key, one["fecha"], one["registrado_en"], one["monto"]) for key, one in numbered.items()]
        valid = (pago.asignable for pago in libro.pagos if pago.id not in gone)
        payments = [*valid, *admitted.values(), *added]
        found = asignar(cuotas, libro.cargos_vigentes, payments, libro.condiciones.orden_aplicacion)
        on_time = cubierto_a_tiempo(cuotas, _cobrados(libro, numbered, admitted, found))
        self._write_cuotas(libro, cuotas, found, on_time)
        self._write_cargos(libro, found)
        self._write_pagos(libro, found, gone, today)
        self.filas.admitidos += [_valid(key, prestamo, found) for key in admitted]
        self.filas.nuevos += [{**one, **_valid(key, prestamo, found)} for key, one in numbered.items()]
        before, moved = EstadoPrestamo(prestamo.estado), found.aplicado - libro.aplicado
        if before is EstadoPrestamo.CASTIGADO:
            prestamo.recuperado += moved.total_pagado
        paid = [replace(una, pagado=found.pagado[una.numero]) for una in cuotas]
        charges = [replace(uno, pagado=found.cargos[uno.id]) for uno in libro.cargos_vigentes]
        self._write_prestamo(prestamo, libro.gracia, paid, charges, found.aplicado, today)
        paying = (pago.fecha for pago in payments if found.pagos[pago.id].aplicado.total_pagado)
        prestamo.fecha_cierre = fecha_de_cierre(prestamo.estado, prestamo.fecha_cierre, max(paying, default=today))
        if saldos_de(prestamo) != stored:
            self.filas.prestamos.append(prestamo)
        own = {key: found.pagos[key].aplicado for key in (*numbered, *admitted)}
        return Recalculo(moved, own, before)

    def _escribir(self) -> None:
        """Write the rows that were noted, by one statement for each kind."""
        rows, self.filas = self.filas, _Filas()
        self.prestamos.guardar_saldos(rows.prestamos)
        cambiar_cuotas(self.session, rows.cuotas)
        cambiar_cargos(self.session, rows.cargos)
        cambiar_pagos(self.session, rows.pagos)
        cambiar_pagos(self.session, rows.admitidos)
        insertar_pagos(self.session, rows.nuevos)

    def _write_cuotas(
        self, libro: Libro, cuotas: Iterable[CuotaVigente], found: Asignacion, on_time: Mapping[int, Decimal]
    ) -> None:
        for stored, cuota in zip(libro.cuotas, cuotas, strict=True):
            values = {
                "pagado": found.pagado[stored.numero],
                "condonado": cuota.condonado,
                "fecha_pagada": found.fechas.get(stored.numero),
                "a_tiempo": on_time.get(stored.numero, ZERO),
            }
            if any(getattr(stored, name) != value for name, value in values.items()):
                self.filas.cuotas.append({"prestamo_id": libro.prestamo_id, "numero": stored.numero, **values})

    def _write_cargos(self, libro: Libro, found: Asignacion) -> None:
        self.filas.cargos += [
            {"id": cargo.id, "pagado": found.cargos[cargo.id]}
            for cargo in libro.cargos
            if cargo.pagado != found.cargos[cargo.id]
        ]

    def _write_pagos(self, libro: Libro, found: Asignacion, reversados: Mapping[int, str], today: date) -> None:
        reversar_pagos(self.session, reversados, today)
        for pago in libro.pagos:
            if pago.id in reversados:
                continue
            now = found.pagos[pago.id]
            if (pago.aplicado, pago.saldo_despues) != (now.aplicado, now.saldo_despues):
                parts = _parts(now.aplicado)
                self.filas.pagos.append({"id": pago.id, **parts, "saldo_despues": now.saldo_despues})

    def _write_prestamo(
        self,
        prestamo: Prestamo,
        gracia: Gracia,
        cuotas: Sequence[CuotaVigente],
        cargos: Iterable[CargoVigente],
        aplicado: Aplicado,
        today: date,
    ) -> None:
        left, late = suma(cuota.pendientes for cuota in cuotas), atraso_de(cuotas, gracia, today)
        prestamo.saldo_capital = left.capital
        prestamo.saldo_interes = left.interes + left.iva
        prestamo.saldo_cargos = sum((cargo.saldo for cargo in cargos), ZERO)
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


def _cobrados(
    libro: Libro, nuevos: Mapping[int, NuevoPago], admitidos: Mapping[int, PagoAsignable], found: Asignacion
) -> list[PagoCobrado]:
    """Payments that somebody collected, with what they pay now."""
    collected = [(one.id, one.fecha, one.monto) for one in libro.pagos if one.metodo not in SIN_COBRO]
    collected += [(key, one["fecha"], one["monto"]) for key, one in nuevos.items() if one["metodo"] not in SIN_COBRO]
    collected += [(one.id, one.fecha, one.monto) for one in admitidos.values()]
    return [
        PagoCobrado(fecha, monto, found.pagos[key].aplicado.a_cuotas)
        for key, fecha, monto in collected
        if key in found.pagos
    ]


def _condonadas(cuotas: Iterable[CuotaVigente], condonado: Mapping[int, Decimal]) -> list[CuotaVigente]:
    return [replace(una, condonado=una.condonado + condonado.get(una.numero, ZERO)) for una in cuotas]


def _parts(aplicado: Aplicado) -> dict[str, object]:
    return {name: getattr(aplicado, name) for name in PARTS}


def _valid(key: int, prestamo: Prestamo, found: Asignacion) -> dict[str, object]:
    """Columns of a payment that is valid, with what it paid."""
    now = found.pagos[key]
    own = {"id": key, "prestamo_id": prestamo.id, "estado": EstadoPago.VALIDO, **_parts(now.aplicado)}
    recovered = prestamo.estado is EstadoPrestamo.CASTIGADO
    return {**own, "saldo_despues": now.saldo_despues, "recuperacion": recovered}


def condonado_en_json(condonado: Mapping[int, Decimal]) -> str | None:
    """Amounts that a payment forgives, as its row has them."""
    return json.dumps({str(number): str(amount) for number, amount in condonado.items()}) if condonado else None
