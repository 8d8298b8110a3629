"""Storing payments: what they pay, the journal, and the missed weeks that they cover."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.suites.credito.cobranza.service.faltas import FaltaService
from app.suites.credito.diario.rules import RESUELTO, REVERSO, Asiento, Cuenta, Linea, debe, efectivo, haber
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago
from app.suites.credito.prestamos.service import (
    MoraService,
    NuevoPago,
    Pago,
    Prestamo,
    SaldoService,
    insertar_pagos,
)

ORIGEN = "pagos"
"""Origin of payments in the journal."""
PAGO, COBRO_POR_REVISAR = "pago", "cobro_por_revisar"
"""Concepts of payments in the journal, besides those of decisions and reversals."""


def cuenta_de(metodo: MetodoPago, clave: str | None) -> str:
    """Account that the money of a payment comes into."""
    if metodo is MetodoPago.EFECTIVO and clave is not None:
        return efectivo(clave)
    return Cuenta.SEGURO_POR_COBRAR if metodo is MetodoPago.SEGURO else Cuenta.BANCO


class Registro:
    """Stores payments of loans that the caller has locked; entries of the journal are posted by `asentar`.

    `registrar` and `admitir` store one. For many, `leer` reads their loans, `pagar` and `apartar` take one after the
    other in memory, and `escribir` stores all by a few statements; no other statement may come in between.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.saldos = SaldoService(context)
        self.faltas = FaltaService(context)
        self.moras = MoraService(context)
        self.diario = Diario(context)
        self.pagados: list[tuple[Prestamo, date]] = []
        self.apartados: list[Mapping[str, object]] = []
        self.asientos: list[Asiento] = []

    def registrar(
        self, prestamo: Prestamo, pago: NuevoPago, cuenta: str, condonado: Mapping[int, Decimal] | None = None
    ) -> int:
        """Store a payment of a loan and allocate it; its id."""
        [pago_id] = self.leer([prestamo], 1)
        self.pagar(prestamo, pago_id, pago, cuenta, condonado)
        self.escribir()
        return pago_id

    def leer(self, prestamos: Collection[Prestamo], count: int) -> list[int]:
        """Read loans of which payments are to be taken; ids for so many payments."""
        self.saldos.leer(prestamos)
        return self.saldos.reservar(count)

    def pagar(
        self,
        prestamo: Prestamo,
        pago_id: int,
        pago: NuevoPago,
        cuenta: str,
        condonado: Mapping[int, Decimal] | None = None,
    ) -> None:
        """Allocate a payment of a loan that was read."""
        effect = self.saldos.pagar(prestamo, pago_id, pago, self.today, condonado)
        self._anotar(pago["fecha"], PAGO, pago_id, [debe(cuenta, pago["monto"]), *effect.haber], prestamo)
        self.pagados.append((prestamo, pago["fecha"]))

    def apartar(self, pago_id: int, pago: NuevoPago, prestamo_id: int | None, duda: Duda, cuenta: str) -> None:
        """Take a payment that waits for a supervisor: it is somebody's cash, and on no loan yet."""
        state = {"id": pago_id, "prestamo_id": prestamo_id, "estado": EstadoPago.POR_REVISAR, "duda": duda}
        self.apartados.append({**pago, **state})
        lines = [debe(cuenta, pago["monto"]), haber(Cuenta.COBROS_POR_REVISAR, pago["monto"])]
        self._anotar(pago["fecha"], COBRO_POR_REVISAR, pago_id, lines)

    def escribir(self) -> None:
        """Store the payments that were taken, and withdraw the missed weeks and charges that they cover."""
        pagados, apartados, self.pagados, self.apartados = self.pagados, self.apartados, [], []
        self.saldos.escribir()
        insertar_pagos(self.session, apartados)
        self._retirar_cubiertas(pagados)

    def admitir(self, prestamo: Prestamo, pago: Pago) -> None:
        """Make a payment that waited a valid one of a loan."""
        effect = self.saldos.recalcular(prestamo, self.today, admitido=pago)
        self._anotar(
            self.today, RESUELTO, pago.id, [debe(Cuenta.COBROS_POR_REVISAR, pago.monto), *effect.haber], prestamo
        )
        self._retirar_cubiertas([(prestamo, pago.fecha)])

    def reversar(self, prestamo: Prestamo, pago: Pago, cuenta: str, motivo: str) -> None:
        """Take a payment off its loan, as if it had never been, with what it forgave; the entry is of today."""
        owed_again = {int(number): -Decimal(amount) for number, amount in (pago.condonado or {}).items()}
        effect = self.saldos.recalcular(prestamo, self.today, reversados={pago.id: motivo}, condonado=owed_again)
        self._anotar(self.today, REVERSO, pago.id, [haber(cuenta, pago.monto), *effect.haber], prestamo)

    def devolver(self, pago_id: int, monto: Decimal, cuenta: str) -> None:
        """Post that the money of a payment that waited was given back."""
        self._anotar(self.today, RESUELTO, pago_id, [debe(Cuenta.COBROS_POR_REVISAR, monto), haber(cuenta, monto)])

    def asentar(self) -> None:
        """Post the entries of all that was stored, together."""
        self.diario.asentar_varios(self.asientos)
        self.asientos = []

    def _retirar_cubiertas(self, pagados: Sequence[tuple[Prestamo, date]]) -> None:
        self.faltas.retirar_cubiertas_de(pagados)
        self.moras.retirar_cubiertas_de(pagados, self.today)

    def _anotar(
        self, fecha: date, concepto: str, pago_id: int, lines: Sequence[Linea], prestamo: Prestamo | None = None
    ) -> None:
        """Note an entry, of a loan if that is known."""
        entry = Asiento(
            fecha=fecha,
            concepto=concepto,
            origen=ORIGEN,
            origen_id=pago_id,
            lineas=tuple(lines),
            detalle="" if prestamo is None else prestamo.folio,
            grupo_id=None if prestamo is None else prestamo.grupo_id,
        )
        self.asientos.append(entry)
