"""Storing payments: what they pay, the journal, and the missed weeks that they cover."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.suites.credito.cobranza.service.faltas import FaltaService
from app.suites.credito.diario.rules import RESUELTO, REVERSO, Asiento, Cuenta, Linea, debe, efectivo, haber
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.rules.asignacion import PagoAsignable
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago
from app.suites.credito.prestamos.service import NuevoPago, Pago, Prestamo, SaldoService, insertar_pagos, reservar_pagos

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
    """Stores payments of loans that the caller has locked; entries of the journal are posted by `asentar`."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.saldos = SaldoService(context)
        self.faltas = FaltaService(context)
        self.diario = Diario(context)
        self.asientos: list[Asiento] = []

    def registrar(
        self, prestamo: Prestamo, pago: NuevoPago, cuenta: str, condonado: Mapping[int, Decimal] | None = None
    ) -> int:
        """Store a payment of a loan and allocate it; its id."""
        effect = self.saldos.recalcular(prestamo, self.today, nuevos=[pago], condonado=condonado)
        pago_id = next(iter(effect.pagos))
        self._anotar(pago["fecha"], PAGO, pago_id, [debe(cuenta, pago["monto"]), *effect.haber], prestamo)
        self.faltas.retirar_cubiertas(prestamo, pago["fecha"])
        return pago_id

    def registrar_varios(self, cobros: Sequence[tuple[Prestamo, NuevoPago, str]]) -> list[int]:
        """Store payments of different loans, each with its account, by a few statements; their ids."""
        paying = [(prestamo, pago) for prestamo, pago, _ in cobros]
        effects = self.saldos.registrar_varios(paying, self.today) if cobros else []
        ids: list[int] = []
        for (loan, pago, cuenta), effect in zip(cobros, effects, strict=True):
            ids += effect.pagos
            self._anotar(pago["fecha"], PAGO, ids[-1], [debe(cuenta, pago["monto"]), *effect.haber], loan)
        self.faltas.retirar_cubiertas_de([(prestamo, pago["fecha"]) for prestamo, pago in paying])
        return ids

    def apartar(self, pago: NuevoPago, prestamo_id: int | None, duda: Duda, cuenta: str) -> int:
        """Store a payment that waits for a supervisor: it is somebody's cash, and on no loan yet; its id."""
        pago_id = reservar_pagos(self.session, 1)[0]
        state = {"id": pago_id, "prestamo_id": prestamo_id, "estado": EstadoPago.POR_REVISAR, "duda": duda}
        insertar_pagos(self.session, [{**pago, **state}])
        lines = [debe(cuenta, pago["monto"]), haber(Cuenta.COBROS_POR_REVISAR, pago["monto"])]
        self._anotar(pago["fecha"], COBRO_POR_REVISAR, pago_id, lines)
        return pago_id

    def admitir(self, prestamo: Prestamo, pago: PagoAsignable) -> None:
        """Make a payment that waited a valid one of a loan."""
        effect = self.saldos.recalcular(prestamo, self.today, admitidos={pago.id: pago})
        self._anotar(
            self.today, RESUELTO, pago.id, [debe(Cuenta.COBROS_POR_REVISAR, pago.monto), *effect.haber], prestamo
        )
        self.faltas.retirar_cubiertas(prestamo, pago.fecha)

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
