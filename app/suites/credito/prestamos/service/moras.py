"""Charges for lateness, brought into line with what is owed on a day; the loans are locked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.suites.credito.prestamos.models import CargoRecord, Prestamo
from app.suites.credito.prestamos.queries import (
    Moroso,
    cambiar_cargos,
    cambiar_saldos,
    con_cargos_de_mora,
    insertar_cargos,
    renglones_de,
)
from app.suites.credito.prestamos.rules.asignacion import asignar
from app.suites.credito.prestamos.rules.cierre import AjusteDeMora, CambiosDeMora, MoraRegistrada, cambios_de_mora
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.mora import POR_DIAS, Penalizacion, ReglaDeMora, moras_al
from app.suites.credito.prestamos.rules.terminos import terminos_de
from app.suites.credito.prestamos.service.reasignacion import reasignar
from app.suites.credito.prestamos.service.saldos import Libro
from app.suites.credito.productos.rules.condiciones import ZERO

ORIGEN, CONCEPTO = "cierres", "mora"
"""Origin and concept in the journal of what payments pay otherwise because of a charge."""
RETIRO_DE_MORA = "retiro_de_mora"
"""Concept of what they pay otherwise because one was withdrawn."""


class MoraService:
    """Writes charges for lateness of many loans by a few statements."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session

    def cobrar(self, morosos: Sequence[Moroso], dia: date) -> None:
        """Bring the charges for lateness of loans into line with the start of a day.

        A loan of which a payment reaches a changed charge is allocated anew; the others owe that much more or less.
        """
        nuevas: list[dict[str, object]] = []
        ajustes: list[AjusteDeMora] = []
        saldos: list[dict[str, object]] = []
        por_asignar: list[int] = []
        for moroso, libro in self._libros(morosos):
            cambios = _cambios(libro, moroso, dia)
            nuevas += [_cargo(moroso.id, nueva) for nueva in cambios.nuevas]
            ajustes += cambios.ajustes
            if not (cambios.nuevas or cambios.ajustes):
                continue
            cargos = moroso.saldo_cargos + _diferencia(libro.cargos, cambios)
            saldo = moroso.saldo - moroso.saldo_cargos + cargos
            if _alcanza_un_pago(libro, cambios) or saldo <= 0:
                por_asignar.append(moroso.id)
            else:
                saldos.append({"id": moroso.id, "saldo_cargos": cargos, "saldo": saldo})
        insertar_cargos(self.session, nuevas)
        cambiar_cargos(self.session, [_valores(ajuste) for ajuste in ajustes])
        cambiar_saldos(self.session, saldos)
        self.reasignar(por_asignar, dia, CONCEPTO)

    def retirar_cubiertas_de(self, pagos: Iterable[tuple[Prestamo, date]], hoy: date) -> None:
        """Withdraw what charges for lateness demand for days that payments of an earlier day now cover.

        The loans are locked. What such a charge had been paid goes to what is owed then, or is credit of the client.
        """
        tardios = {
            prestamo.id
            for prestamo, fecha in pagos
            if fecha < hoy
            and prestamo.estado != EstadoPrestamo.CASTIGADO
            and prestamo.condiciones["mora_tipo"] in POR_DIAS
        }
        if not tardios:
            return
        bajan: dict[int, list[AjusteDeMora]] = {}
        for moroso, libro in self._libros(con_cargos_de_mora(self.session, tardios)):
            antes = {cargo.id: cargo.monto + cargo.iva - cargo.condonado for cargo in libro.cargos}
            menores = [uno for uno in _cambios(libro, moroso, hoy).ajustes if uno.exigible < antes[uno.id]]
            if menores:
                bajan[moroso.id] = menores
        cambiar_cargos(self.session, [_valores(ajuste) for menores in bajan.values() for ajuste in menores])
        reasignar(self.context, list(bajan), hoy, ORIGEN, lambda prestamo: f"{RETIRO_DE_MORA}-{hoy}-{prestamo.version}")

    def _libros(self, morosos: Sequence[Moroso]) -> Iterator[tuple[Moroso, Libro]]:
        """The loans with their rows."""
        below = renglones_de(self.session, [moroso.id for moroso in morosos])
        for moroso in morosos:
            own = (below.cuotas[moroso.id], below.cargos.get(moroso.id, []), below.pagos.get(moroso.id, []))
            yield moroso, Libro(moroso.id, terminos_de(moroso.condiciones), *own)

    def reasignar(self, ids: Sequence[int], dia: date, concepto: str, al: date | None = None) -> None:
        """Allocate the payments of loans anew, and post what they pay otherwise on a day; states are those of `al`."""
        reasignar(self.context, ids, dia, ORIGEN, lambda _: f"{concepto}-{dia}", al)


def _cambios(libro: Libro, moroso: Moroso, dia: date) -> CambiosDeMora:
    terms = libro.condiciones
    regla = ReglaDeMora(
        terms.mora_tipo,
        terms.mora_valor,
        libro.gracia,
        terms.iva,
        terms.incumplimientos_tolerados,
        terms.limite_penalizaciones,
        moroso.fecha_fallecimiento,
    )
    payments = [pago.asignable for pago in libro.pagos]
    found = asignar(libro.vigentes, libro.cargos_vigentes, payments, terms.orden_aplicacion)
    stored = [
        MoraRegistrada(uno.id, uno.cuota_numero, uno.monto, uno.iva, uno.pagado, uno.condonado, uno.motivo)
        for uno in libro.cargos
        if uno.tipo is TipoCargo.MORA
    ]
    return cambios_de_mora(stored, moras_al(libro.vigentes, found.abonos, regla, dia))


def _diferencia(cargos: Sequence[CargoRecord], cambios: CambiosDeMora) -> Decimal:
    """Amount by which the loan owes more for charges."""
    antes = {cargo.id: cargo.vigente.saldo for cargo in cargos}
    nuevo = sum((nueva.monto + nueva.iva for nueva in cambios.nuevas), ZERO)
    return nuevo + sum((ajuste.saldo - antes[ajuste.id] for ajuste in cambios.ajustes), ZERO)


def _alcanza_un_pago(libro: Libro, cambios: CambiosDeMora) -> bool:
    """Whether a payment is of the day of a changed charge, or later."""
    if not libro.pagos:
        return False
    fechas = {cargo.id: cargo.fecha for cargo in libro.cargos}
    changed = [*(nueva.fecha for nueva in cambios.nuevas), *(fechas[ajuste.id] for ajuste in cambios.ajustes)]
    return libro.pagos[-1].fecha >= min(changed)


def _cargo(prestamo_id: int, nueva: Penalizacion) -> dict[str, object]:
    return {
        "prestamo_id": prestamo_id,
        "tipo": TipoCargo.MORA,
        "cuota_numero": nueva.cuota_numero,
        "fecha": nueva.fecha,
        "monto": nueva.monto,
        "iva": nueva.iva,
    }


def _valores(ajuste: AjusteDeMora) -> dict[str, object]:
    return {
        "id": ajuste.id,
        "monto": ajuste.monto,
        "iva": ajuste.iva,
        "pagado": ajuste.pagado,
        "condonado": ajuste.condonado,
        "motivo": ajuste.motivo,
    }
