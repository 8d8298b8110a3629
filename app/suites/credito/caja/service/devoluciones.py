"""Paying the credit of clients out."""

from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict
from app.suites.credito.caja.models import Devolucion, DevolucionRecord
from app.suites.credito.caja.queries.devoluciones import DevolucionRepository
from app.suites.credito.caja.rules.cortes import MetodoAbono
from app.suites.credito.diario.rules import Cuenta, debe, efectivo, haber
from app.suites.credito.diario.service import CorteService, Diario
from app.suites.credito.equipo.service import alcance, hoy, persona
from app.suites.credito.prestamos.service import PrestamoRepository

DEVOLUCIONES = "credito.devoluciones"
"""Origin in the journal."""


class DevolucionRequest(TypedDict):
    """Credit to pay out; by default in cash, out of the open cut of the caller."""

    monto: Decimal
    metodo: NotRequired[MetodoAbono]


class DevolucionService:
    """Pays credit out. Locks in one order: the cut, then the loan."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.devoluciones = DevolucionRepository(context.session)

    def get(self, prestamo_id: int, devolucion_id: int) -> DevolucionRecord:
        """Credit of a loan within the caller's scope that was paid out; NotFound if it is none of it."""
        self.prestamos.get(prestamo_id)
        return self.devoluciones.get_below(devolucion_id, prestamo_id=prestamo_id)

    def pagar(self, prestamo_id: int, **pedido: Unpack[DevolucionRequest]) -> DevolucionRecord:
        """Pay credit of a client out, at most what stands at the loan that it came from."""
        monto, metodo = pedido["monto"], pedido.get("metodo", MetodoAbono.EFECTIVO)
        self.prestamos.get(prestamo_id)
        account, corte_id = self._caja(metodo)
        prestamo = self.prestamos.lock_all([prestamo_id])[0]
        if monto > prestamo.saldo_a_favor:
            raise Conflict(f"The credit is {prestamo.saldo_a_favor}.", code="mayor_que_el_saldo")
        used = {"a_favor_usado": prestamo.a_favor_usado + monto, "saldo_a_favor": prestamo.saldo_a_favor - monto}
        self.prestamos.change(prestamo, used)
        made = Devolucion(prestamo_id=prestamo_id, monto=monto, metodo=metodo, fecha=self.today, corte_id=corte_id)
        self.devoluciones.add(made)
        lines = (debe(Cuenta.SALDOS_A_FAVOR, monto), haber(account, monto))
        about = (self.today, "devolucion", DEVOLUCIONES, made.id)
        Diario(self.context).asentar(*about, lines, detalle=prestamo.folio, grupo_id=prestamo.grupo_id)
        return self.devoluciones.get(made.id)

    def _caja(self, metodo: MetodoAbono) -> tuple[str, int | None]:
        """Account of the money, and for cash the open cut of the caller, which is locked."""
        if metodo is MetodoAbono.BANCO:
            return Cuenta.BANCO, None
        own = persona(self.context)
        return efectivo(own.clave), CorteService(self.context).abierto(own.id).id
