"""Collection sheets of groups: printed, and entered as a whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict
from uuid import uuid4

from app.infra.context import Context
from app.kernel.errors import DomainError, Invalid
from app.suites.credito.cobranza.models import PagoRecord, Visita
from app.suites.credito.cobranza.queries.hoja import RenglonDeHoja, renglones_de
from app.suites.credito.cobranza.queries.pagos import SIN_LEER, PagoRepository, pagos_de
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.cobranza.service.cobros import Caja, CobroRequest, Cobros, total_de
from app.suites.credito.cobranza.service.registro import Registro
from app.suites.credito.equipo.rules import DAY, WEEK, lunes
from app.suites.credito.equipo.service import GrupoRecord, GrupoService, alcance, hoy, persona
from app.suites.credito.prestamos.rules.pagos import MetodoPago, Pagador
from app.suites.credito.prestamos.service import NuevoPago, Prestamo, PrestamoRepository


class RenglonRequest(TypedDict):
    """A line of a group's sheet."""

    prestamo_id: int
    monto: Decimal
    pagador: NotRequired[Pagador]


class HojaRequest(TypedDict):
    """Payments of a group's meeting."""

    total: Decimal
    pagos: list[RenglonRequest]
    metodo: NotRequired[MetodoPago]
    fecha: NotRequired[date]
    confirmar_duplicado: NotRequired[bool]


@dataclass(frozen=True, slots=True)
class Hoja:
    """The collection sheet of a group for a week."""

    grupo: GrupoRecord
    semana: date
    prestamos: list[RenglonDeHoja]

    @property
    def total(self) -> Decimal:
        """Sum of what is due in the week."""
        return total_de(one.a_cobrar for one in self.prestamos)


class HojaService:
    """Reads and enters collection sheets."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.grupos = GrupoService(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.pagos = PagoRepository(context.session, SIN_LEER)
        self.cobros = Cobros(context)
        self.registro = Registro(context)

    def get(self, grupo_id: int, semana: date | None = None) -> Hoja:
        """The sheet of a group for the week of a day, by default this one."""
        monday = lunes(semana or self.today)
        grupo, last = self.grupos.get(grupo_id), monday + WEEK - DAY
        return Hoja(grupo, monday, renglones_de(self.session, grupo_id, monday, last))

    def registrar(self, grupo_id: int, pedido: HojaRequest) -> tuple[list[PagoRecord], Mapping[str, object]]:
        """Enter the payments of a group, all or none, with notices; a line of nothing is a visit without payment."""
        self.grupos.get(grupo_id)
        lines = pedido["pagos"]
        total = total_de(line["monto"] for line in lines)
        if total != pedido["total"]:
            raise Invalid(f"The payments sum to {total}.", code="total_no_cuadra", errors={"total": [f"Not {total}."]})
        fecha, caja = (
            self.cobros.fecha(pedido.get("fecha")),
            self.cobros.caja(pedido.get("metodo", MetodoPago.EFECTIVO)),
        )
        paying = [line for line in lines if line["monto"]]
        receipts = self.cobros.recibos_para(caja, len(paying)) if paying else []
        loans = self._bloqueados(grupo_id, lines)
        self._exigir(lines, loans, fecha, caja, confirmed=pedido.get("confirmar_duplicado", False))
        with self.pagos.translated():
            made = self.registro.leer([loans[line["prestamo_id"]] for line in paying], len(paying))
            for line, recibo, pago_id in zip(paying, receipts, made, strict=True):
                pago = self._pago(line, fecha, caja, recibo)
                self.registro.pagar(loans[line["prestamo_id"]], pago_id, pago, caja.cuenta)
            self.registro.escribir()
            self._visitar([loans[line["prestamo_id"]] for line in lines if not line["monto"]])
            self.session.flush()
        self.registro.asentar()
        return pagos_de(self.session, made), {"avisos": self.cobros.avisos(caja, total)}

    def _bloqueados(self, grupo_id: int, lines: list[RenglonRequest]) -> dict[int, Prestamo]:
        """The loans of a sheet by id, locked in the order of their ids; Invalid for one twice, or of another group."""
        ids = [line["prestamo_id"] for line in lines]
        found = {one.id: one for one in self.prestamos.lock_all(set(ids))}
        errors = {
            str(place): ["The loan is in the sheet twice." if ids.index(one) != place else "Is not of this group."]
            for place, one in enumerate(ids)
            if ids.index(one) != place or found[one].grupo_id != grupo_id
        }
        if errors:
            raise Invalid("Some lines of the sheet are not valid.", errors={"pagos": errors})
        return found

    def _exigir(
        self, lines: list[RenglonRequest], loans: Mapping[int, Prestamo], fecha: date, caja: Caja, *, confirmed: bool
    ) -> None:
        """Raise the first problem of the lines, with all of them by place."""
        problems: dict[str, DomainError] = {}
        others = None if confirmed else self.cobros.otros(list(loans), fecha)
        for place, line in enumerate(lines):
            loan, amount = loans[line["prestamo_id"]], line["monto"]
            found = self.cobros.problema(loan, amount, fecha, caja, others) if amount else None
            if found is not None:
                problems[str(place)] = found
        if problems:
            first = next(iter(problems.values()))
            errors = {"pagos": {place: [one.message] for place, one in problems.items()}}
            raise type(first)(first.message, code=first.code, errors=errors)
        self.cobros.exigir_limite(caja, total_de(line["monto"] for line in lines))

    def _pago(self, line: RenglonRequest, fecha: date, caja: Caja, recibo: str) -> NuevoPago:
        body: CobroRequest = {
            "prestamo_id": line["prestamo_id"],
            "monto": line["monto"],
            "pagador": line.get("pagador", Pagador.TITULAR),
        }
        return self.cobros.componer(body, fecha, caja, recibo)

    def _visitar(self, loans: list[Prestamo]) -> None:
        """Note that the people of these loans were met, and paid nothing."""
        if not loans:
            return
        own, now = persona(self.context).id, self.context.clock.now()
        self.session.add_all(
            Visita(
                local_id=uuid4(),
                cliente_id=loan.cliente_id,
                prestamo_id=loan.id,
                cobrador_id=own,
                fecha_hora=now,
                resultado=ResultadoVisita.SIN_DINERO,
            )
            for loan in loans
        )
