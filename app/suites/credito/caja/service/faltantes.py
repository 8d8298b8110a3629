"""Shortages of people, and what they pay of them."""

from dataclasses import replace
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Forbidden
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.credito.caja.models import Abono, Faltante, FaltanteRecord
from app.suites.credito.caja.queries.faltantes import FaltanteFilter, FaltanteRepository
from app.suites.credito.caja.queries.personas import tenedor
from app.suites.credito.caja.rules.cortes import EstadoFaltante, MetodoAbono
from app.suites.credito.diario.rules import Cuenta, debe, efectivo, faltantes, haber
from app.suites.credito.diario.service import CorteService, Diario
from app.suites.credito.equipo.service import a_cargo, hoy, persona

ABONOS, FALTANTES = "credito.abonos_de_faltantes", "credito.faltantes"
"""Origins in the journal."""


class FaltanteFilters(TypedDict, total=False):
    """The criteria of a list of shortages."""

    personal_id: int
    corte_id: int
    estado: EstadoFaltante


class AbonoRequest(TypedDict):
    """Payment of a shortage; by default in cash, into the open cut of the caller."""

    monto: Decimal
    metodo: NotRequired[MetodoAbono]


class FaltanteService:
    """Reads shortages and enters what is paid of them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.faltantes = FaltanteRepository(context.session, a_cargo(context))

    def get(self, faltante_id: int) -> FaltanteRecord:
        """One shortage."""
        return self.faltantes.get(faltante_id)

    def page(self, request: PageRequest, **filters: Unpack[FaltanteFilters]) -> Page[FaltanteRecord]:
        """One page of shortages, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=(Sort("id", descending=True),))
        return self.faltantes.page(FaltanteFilter(**filters), in_order)

    def abonar(self, faltante_id: int, **pedido: Unpack[AbonoRequest]) -> FaltanteRecord:
        """Enter what somebody paid of their shortage."""
        monto, metodo = pedido["monto"], pedido.get("metodo", MetodoAbono.EFECTIVO)
        debtor = tenedor(self.session, self.faltantes.get(faltante_id).personal_id)
        identity = self.context.identity
        if identity is not None and debtor.user_id == identity.user_id:
            raise Forbidden("Nobody enters payments of their own shortage.", code="no_su_propio_corte")
        account, corte_id = self._caja(metodo)
        faltante = self.faltantes.get_for_update(faltante_id)
        left = _por_pagar(faltante)
        if monto > left:
            raise Conflict(f"{left} are owed.", code="mayor_que_el_saldo")
        paid = EstadoFaltante.PAGADO if monto == left else EstadoFaltante.PENDIENTE
        today = hoy(self.context)
        abono = Abono(faltante_id=faltante_id, monto=monto, metodo=metodo, fecha=today, corte_id=corte_id)
        self.session.add(abono)
        self.faltantes.change(faltante, {"abonado": faltante.abonado + monto, "estado": paid})
        lines = (debe(account, monto), haber(faltantes(debtor.clave), monto))
        Diario(self.context).asentar(today, "abono", ABONOS, abono.id, lines)
        return self.faltantes.get(faltante_id)

    def castigar(self, faltante_id: int, motivo: str) -> FaltanteRecord:
        """Write off the rest of a shortage: only now it is an expense."""
        debtor = tenedor(self.session, self.faltantes.get(faltante_id).personal_id)
        faltante = self.faltantes.get_for_update(faltante_id)
        left, identity = _por_pagar(faltante), self.context.identity
        user_id = None if identity is None else identity.user_id
        gone = {"estado": EstadoFaltante.INCOBRABLE, "motivo": motivo, "castigado_por_id": user_id}
        self.faltantes.change(faltante, gone)
        lines = (debe(Cuenta.FALTANTES_INCOBRABLES, left), haber(faltantes(debtor.clave), left))
        Diario(self.context).asentar(hoy(self.context), "castigo", FALTANTES, faltante_id, lines)
        return self.faltantes.get(faltante_id)

    def _caja(self, metodo: MetodoAbono) -> tuple[str, int | None]:
        """Account of the money, and for cash the open cut of the caller, which is locked."""
        if metodo is MetodoAbono.BANCO:
            return Cuenta.BANCO, None
        own = persona(self.context)
        return efectivo(own.clave), CorteService(self.context).abierto(own.id).id


def _por_pagar(faltante: Faltante) -> Decimal:
    """Amount that is still owed; Conflict for a shortage that is paid or written off."""
    if faltante.estado is not EstadoFaltante.PENDIENTE:
        raise Conflict(f"The shortage is {faltante.estado}.", code="faltante_cerrado")
    return faltante.monto - faltante.abonado
