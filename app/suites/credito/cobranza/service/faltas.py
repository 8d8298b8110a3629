"""Missed weeks: listed, justified, and withdrawn where a payment that was entered late covers them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict
from app.kernel.identity import ALL
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.cobranza.models import Falta, FaltaRecord
from app.suites.credito.cobranza.queries.faltas import (
    FaltaFilter,
    FaltaRepository,
    cargos_de_faltas,
    faltas_vigentes,
    retirar_de_semana,
)
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.diario.rules import Asiento
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import GrupoService, alcance, hoy
from app.suites.credito.prestamos.rules.asientos import asiento_de_aplicacion
from app.suites.credito.prestamos.rules.asignacion import Aplicado
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.faltas import PagoCobrado, TipoFalta, falta_de
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO
from app.suites.credito.prestamos.service import Libro, Prestamo, PrestamoRepository, SaldoService

RETIRO = "retiro"
SIN_COBRO_EN_LA_SEMANA = "Semana sin cobro"
"""Reason of missed weeks in which nothing was to be collected."""
ORIGEN = "faltas"
"""Origin in the journal of what a withdrawn charge frees."""


class FaltaFilters(TypedDict, total=False):
    """The criteria of a list of missed weeks."""

    prestamo_id: int
    cliente_id: int
    grupo_id: int
    semana: date
    estado: EstadoFalta
    tipo: TipoFalta
    tolerada: bool


class FaltaService:
    """Reads missed weeks, and takes them back with their charges; the loan is locked first."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.saldos = SaldoService(context)
        self.diario = Diario(context)

    @cached_property
    def faltas(self) -> FaltaRepository:
        """Missed weeks within the caller's scope, which payments that withdraw none do not ask for."""
        return FaltaRepository(self.session, alcance(self.context))

    @cached_property
    def prestamos(self) -> PrestamoRepository:
        """Loans within the caller's scope."""
        return PrestamoRepository(self.session, alcance(self.context), self.today)

    def get(self, falta_id: int) -> FaltaRecord:
        """One missed week."""
        return self.faltas.get(falta_id)

    def page(self, request: PageRequest, **filters: Unpack[FaltaFilters]) -> Page[FaltaRecord]:
        """One page of missed weeks, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=(Sort("id", descending=True),))
        if "semana" in filters:
            filters["semana"] = lunes(filters["semana"])
        return self.faltas.page(FaltaFilter(**filters), in_order)

    def page_de(self, loan_id: int, request: PageRequest, **filters: Unpack[FaltaFilters]) -> Page[FaltaRecord]:
        """One page of the missed weeks of a loan; NotFound for a loan out of scope."""
        self.prestamos.get(loan_id)
        filters["prestamo_id"] = loan_id
        return self.page(request, **filters)

    def justificar(self, falta_id: int, motivo: str) -> FaltaRecord:
        """Take a missed week back, and its charge, for a reason."""
        prestamo = self.prestamos.lock_all([self.faltas.get(falta_id).prestamo_id])[0]
        if prestamo.estado is EstadoPrestamo.CASTIGADO:
            raise Conflict("The loan was written off with the charge.", code="prestamo_castigado")
        falta = self.faltas.get_for_update(falta_id)
        if falta.estado is not EstadoFalta.VIGENTE:
            raise Conflict(f"The missed week is {falta.estado}.", code="falta_no_vigente")
        self._quitar(prestamo, [falta], EstadoFalta.JUSTIFICADA, motivo)
        return self.faltas.get(falta_id)

    def justificar_semana(self, grupo_id: int, semana: date, motivo: str) -> list[FaltaRecord]:
        """Take back all missed weeks of a group's loans in a week that still count."""
        GrupoService(self.context).get(grupo_id)
        monday = lunes(semana)
        request = PageRequest(1, 1, ()).unpaged()
        criteria = FaltaFilter(grupo_id=grupo_id, semana=monday, estado=EstadoFalta.VIGENTE)
        found = list(self.faltas.page(criteria, request).items)
        for prestamo in self.prestamos.lock_all({one.prestamo_id for one in found}) if found else ():
            if prestamo.estado is EstadoPrestamo.CASTIGADO:
                found = [one for one in found if one.prestamo_id != prestamo.id]
                continue
            own = [one for one in faltas_vigentes(self.session, [prestamo.id]) if one.semana == monday]
            self._quitar(prestamo, own, EstadoFalta.JUSTIFICADA, motivo)
        return [self.faltas.get(one.id) for one in found]

    def retirar_cubiertas_de(self, prestamos: Iterable[tuple[Prestamo, date]]) -> None:
        """Withdraw the missed weeks of loans, each from a day on, that the payments there are now cover."""
        earlier = {
            prestamo.id: (prestamo, desde)
            for prestamo, desde in prestamos
            if desde < lunes(self.today) and prestamo.estado is not EstadoPrestamo.CASTIGADO
        }
        later: dict[int, list[Falta]] = {}
        for one in faltas_vigentes(self.session, earlier):
            if one.semana >= lunes(earlier[one.prestamo_id][1]):
                later.setdefault(one.prestamo_id, []).append(one)
        for prestamo_id, faltas in later.items():
            self._retirar(earlier[prestamo_id][0], faltas)

    def retirar_semana(self, prestamos: Collection[int], semana: date) -> None:
        """Withdraw the missed weeks of locked loans in a closed week without collection, and their charges."""
        if semana >= lunes(self.today):
            return
        found = retirar_de_semana(self.session, semana, prestamos, SIN_COBRO_EN_LA_SEMANA)
        if not found:
            return
        loans = PrestamoRepository(self.session, ALL, self.today).lock_all(found)
        effects = self.saldos.recalcular_varios(loans, self.today)
        for loan in loans:
            loan.faltas -= 1
        self.prestamos.flush()
        entries = [
            Asiento(
                fecha=self.today,
                concepto=f"{RETIRO}-{semana}-{loan.version}",
                origen="credito.prestamos",
                origen_id=loan.id,
                lineas=tuple(effect.haber),
            )
            for loan, effect in zip(loans, effects, strict=True)
        ]
        self.diario.asentar_varios(entries)

    def _retirar(self, prestamo: Prestamo, later: Sequence[Falta]) -> None:
        libro = self.saldos.libro(prestamo)
        paid = cobrados(libro)
        covered = [one for one in later if falta_de(libro.vigentes, paid, one.semana) is None]
        self._quitar(prestamo, covered, EstadoFalta.RETIRADA, None)

    def _quitar(self, prestamo: Prestamo, faltas: Sequence[Falta], estado: EstadoFalta, motivo: str | None) -> None:
        """Set the state of missed weeks, forgive their charges, and allocate again what had paid these."""
        if not faltas:
            return
        identity = self.context.identity
        for falta in faltas:
            falta.estado, falta.motivo = estado, motivo
            if estado is EstadoFalta.JUSTIFICADA and identity is not None:
                falta.justificada_por_id = identity.user_id
        for cargo in cargos_de_faltas(self.session, [falta.id for falta in faltas]):
            cargo.pagado, cargo.condonado = Decimal(0), cargo.monto + cargo.iva
            cargo.motivo = motivo or "La semana quedó cubierta"
        effect = self.saldos.recalcular(prestamo, self.today)
        prestamo.faltas = len(faltas_vigentes(self.session, [prestamo.id]))
        self.prestamos.flush()
        self._asentar(faltas, effect.diferencia)

    def _asentar(self, faltas: Iterable[Falta], moved: Aplicado) -> None:
        """Post what payments pay otherwise now; a charge that nobody had paid was never posted."""
        first = min(falta.id for falta in faltas)
        self.diario.asentar(self.today, RETIRO, ORIGEN, first, asiento_de_aplicacion(moved))


def cobrados(libro: Libro) -> list[PagoCobrado]:
    """Payments of a loan that somebody collected."""
    return [
        PagoCobrado(pago.fecha, pago.monto, pago.aplicado.a_cuotas)
        for pago in libro.pagos
        if pago.metodo not in SIN_COBRO
    ]
