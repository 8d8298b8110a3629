"""Restructures: a new version of a loan's schedule, or a part of the debt that is forgiven."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.service import alcance, hoy
from app.suites.credito.prestamos.models import CuotaRecord, Prestamo, PrestamoRecord
from app.suites.credito.prestamos.queries import (
    PrestamoRepository,
    borrar_cuotas,
    cambiar_cuotas,
    cuotas_de,
    insertar_cuotas,
)
from app.suites.credito.prestamos.rules.asientos import asiento_de_quita
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.rules.propuestas import TipoPropuesta
from app.suites.credito.prestamos.rules.reestructura import (
    TipoReestructura,
    Vencible,
    Version,
    condonadas_por_quita,
    prorrogada,
    recalendarizada,
)
from app.suites.credito.prestamos.rules.terminos import terminos_de
from app.suites.credito.prestamos.service.cotizaciones import CotizacionService
from app.suites.credito.prestamos.service.propuestas import AcuerdoService
from app.suites.credito.prestamos.service.saldos import SaldoService
from app.suites.credito.productos.rules.condiciones import ZERO

ORIGEN, CONCEPTO = "propuestas", "reestructura"
"""Origin and concept of restructures in the journal."""


class ReestructuraRequest(TypedDict):
    """A restructure; its terms are those of its kind."""

    tipo: TipoReestructura
    motivo: str
    semanas: NotRequired[int]
    numero_pagos: NotRequired[int]
    primera_fecha: NotRequired[date]
    monto: NotRequired[Decimal]


class ReestructuraService:
    """Restructures open loans by two people; penalties end with it."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.acuerdos = AcuerdoService(context)
        self.cotizaciones = CotizacionService(context)
        self.saldos = SaldoService(context)
        self.diario = Diario(context)

    def reestructurar(self, prestamo_id: int, **pedido: Unpack[ReestructuraRequest]) -> tuple[PrestamoRecord, bool]:
        """Restructure a loan, or propose it, with whether it was done."""
        prestamo = self.prestamos.get_for_update(prestamo_id)
        if prestamo.estado not in ABIERTOS:
            raise Conflict(f"The loan is {prestamo.estado}.", code="prestamo_cerrado")
        cuotas = cuotas_de(self.session, prestamo_id)
        condonado = self._quita(cuotas, pedido)
        version = None if condonado else self._version(prestamo, cuotas, pedido)
        agreed = self.acuerdos.acordar(prestamo_id, TipoPropuesta.REESTRUCTURA, pedido["motivo"], _terms(pedido))
        if agreed is not None:
            agreed.calendario_anterior = [_in_json(cuota) for cuota in cuotas]
            if version is not None:
                self._escribir(prestamo, version, relaid=pedido["tipo"] is TipoReestructura.RECALENDARIZAR)
            prestamo.reestructurado = True
            self._recalcular(prestamo, condonado, agreed.id)
        return self.prestamos.get(prestamo_id), agreed is not None

    def _quita(self, cuotas: Sequence[CuotaRecord], pedido: ReestructuraRequest) -> Mapping[int, Decimal]:
        """Amounts to forgive by installment; none of another kind of restructure."""
        if pedido["tipo"] is not TipoReestructura.QUITA:
            return {}
        return condonadas_por_quita([cuota.vigente for cuota in cuotas], pedido["monto"])

    def _version(self, prestamo: Prestamo, cuotas: Sequence[CuotaRecord], pedido: ReestructuraRequest) -> Version:
        """The new version of the schedule."""
        vencibles = [Vencible(cuota.fecha_original, cuota.vigente) for cuota in cuotas]
        since = prestamo.calendario_desde or prestamo.fecha_desembolso or self.today
        if pedido["tipo"] is TipoReestructura.PRORROGA:
            dias = self.cotizaciones.dias_sin_cobro(prestamo.grupo_id, since)
            return prorrogada(vencibles, pedido["semanas"], dias.after(since))
        if pedido["primera_fecha"] <= self.today:
            raise Invalid.field("primera_fecha", "Must be in the future.")
        dias = self.cotizaciones.dias_sin_cobro(prestamo.grupo_id, self.today)
        terms = terminos_de(prestamo.condiciones)
        return recalendarizada(
            vencibles, terms, pedido["numero_pagos"], pedido["primera_fecha"], dias.after(self.today)
        )

    def _escribir(self, prestamo: Prestamo, version: Version, *, relaid: bool) -> None:
        """Write a new version of the schedule; what was paid keeps its number and date."""
        shrunk = [
            {
                "prestamo_id": prestamo.id,
                "numero": numero,
                "a_tiempo": ZERO,
                "monto": partes.total,
                "capital": partes.capital,
                "interes": partes.interes,
                "iva": partes.iva,
            }
            for numero, partes in version.saldadas
        ]
        cambiar_cuotas(self.session, shrunk)
        borrar_cuotas(self.session, prestamo.id, version.borradas)
        insertar_cuotas(self.session, prestamo.id, version.nuevas)
        now = cuotas_de(self.session, prestamo.id)
        prestamo.numero_pagos = len(now)
        prestamo.primera_fecha = now[0].fecha_vencimiento
        prestamo.fecha_vencimiento = max(cuota.fecha_vencimiento for cuota in now)
        if relaid:
            prestamo.calendario_desde = self.today
            prestamo.cuota = version.nuevas[0].monto

    def _recalcular(self, prestamo: Prestamo, condonado: Mapping[int, Decimal], propuesta_id: int) -> None:
        """Bring the balances into line, and post forgiven capital with what payments pay otherwise."""
        owed = prestamo.saldo_capital
        effect = self.saldos.recalcular(prestamo, self.today, condonado=condonado)
        self.prestamos.flush()
        forgiven = owed - prestamo.saldo_capital - effect.diferencia.capital
        lines = [*asiento_de_quita(forgiven), *effect.haber]
        self.diario.asentar(self.today, CONCEPTO, ORIGEN, propuesta_id, lines)


def _terms(pedido: ReestructuraRequest) -> dict[str, str]:
    """Terms of a restructure as they are compared and kept."""
    terms = {name: value for name, value in sorted(pedido.items()) if name != "motivo"}
    return {name: f"{value:.2f}" if isinstance(value, Decimal) else str(value) for name, value in terms.items()}


def _in_json(cuota: CuotaRecord) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in cuota._asdict().items()}
