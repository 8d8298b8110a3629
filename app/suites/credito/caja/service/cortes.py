"""Reading and opening cuts; whose they are, and who answers for them."""

from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.identity import ALL, Scope
from app.kernel.paging import Page, PageRequest, Sort
from app.manifest import ADMIN
from app.suites.credito import CAJERO, GERENTE
from app.suites.credito.caja.queries.cortes import CajaRepository, CorteDeCaja, CorteFilter
from app.suites.credito.caja.queries.lineas import EntregaRepository, GastoRepository
from app.suites.credito.caja.queries.personas import Tenedor, cajeros, persona_de, tenedor
from app.suites.credito.diario.rules import EstadoCorte
from app.suites.credito.diario.service import CorteService, NewCorte
from app.suites.credito.equipo.service import a_cargo


class CorteFilters(TypedDict, total=False):
    """The criteria of a list of cuts."""

    personal_id: int
    estado: EstadoCorte
    desde: date
    hasta: date


class CajaService:
    """Reads cuts with their figures, and opens them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.role = None if context.identity is None else context.identity.role
        self.cortes = CajaRepository(self.session, self._scope(), delivered=self.role == CAJERO)
        self.todos = CajaRepository(self.session, ALL)

    def get(self, corte_id: int) -> Item[CorteDeCaja]:
        """One cut with its figures of now, its expenses, and the cash from the office."""
        found = self.cortes.get(corte_id)
        expenses = GastoRepository(self.session).of_cut(corte_id)
        given = EntregaRepository(self.session).of_cut(corte_id)
        return Item(found, {"lista_gastos": expenses, "lista_entregas": given})

    def page(self, request: PageRequest, **filters: Unpack[CorteFilters]) -> Page[CorteDeCaja]:
        """One page of cuts, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=(Sort("id", descending=True),))
        return self.cortes.page(CorteFilter(**filters), in_order)

    def abrir(self, **values: Unpack[NewCorte]) -> CorteDeCaja:
        """Open a cut of the caller's, today, with the cash that the last one left."""
        return self.todos.get(CorteService(self.context).abrir(**values).id)

    def ve(self, corte_id: int) -> bool:
        """Whether the caller sees a cut."""
        try:
            self.cortes.get(corte_id)
        except NotFound:
            return False
        return True

    def titular_de(self, corte: CorteDeCaja) -> Tenedor:
        """The person whose cut it is."""
        return tenedor(self.session, corte.personal_id)

    def es_propio(self, corte: CorteDeCaja) -> bool:
        """Whether a cut is the caller's own."""
        identity = self.context.identity
        return identity is not None and self.titular_de(corte).user_id == identity.user_id

    def bloquear_propio(self, corte_id: int) -> CorteDeCaja:
        """An open cut of the caller's own, locked; Forbidden for one of another person."""
        if not self.es_propio(self.cortes.get(corte_id)):
            raise Forbidden("It is the cut of another person.", code="corte_ajeno")
        return self.bloquear_abierto(corte_id)

    def bloquear_abierto(self, corte_id: int) -> CorteDeCaja:
        """An open cut, locked; Conflict for one that was handed over."""
        self.todos.lock_all([corte_id])
        corte = self.todos.get(corte_id)
        if corte.estado is not EstadoCorte.ABIERTO:
            raise Conflict(f"The cut is {corte.estado}.", code="corte_cerrado")
        return corte

    def exigir_ajeno(self, corte: CorteDeCaja) -> None:
        """Raise Forbidden if a cut is the caller's own."""
        if self.es_propio(corte):
            raise Forbidden("Nobody does this with their own cut.", code="no_su_propio_corte")

    def exigir_superior(self, corte: CorteDeCaja) -> None:
        """Raise Forbidden unless the caller may confirm a cut: never one's own, else by the position of its holder."""
        self.exigir_ajeno(corte)
        holder = self.titular_de(corte)
        if not self._confirma(holder):
            message = f"A {holder.role} hands over to a superior or a cashier."
            raise Forbidden(message, code="no_es_superior")

    def _confirma(self, holder: Tenedor) -> bool:
        """Whether the caller, another person, confirms the cuts of a holder."""
        if (
            self.role == ADMIN
            or self.role is None
            or (holder.jefe_id is not None and holder.jefe_id == self.propio_id())
        ):
            return True
        if holder.role == GERENTE:
            return self.role == CAJERO
        if holder.role == CAJERO:
            return self.role == GERENTE
        return self.role == CAJERO or a_cargo(self.context).includes(holder.id)

    def propio_id(self) -> int | None:
        """Id of the person that the caller is, or None."""
        identity = self.context.identity
        return None if identity is None else persona_de(self.session, identity.user_id)

    def _scope(self) -> Scope:
        """People whose cuts the caller sees: those that the caller answers for, and for a gerente the cashiers."""
        scope = a_cargo(self.context)
        if self.role != GERENTE or scope.ids is None:
            return scope
        return Scope(scope.ids | cajeros(self.session))
