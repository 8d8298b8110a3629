"""Facts about the payments of a batch, read by a few statements, and kept up while its items are entered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.infra.context import Context
from app.infra.queries.references import existing
from app.kernel.identity import Scope
from app.suites.credito.cobranza.models import PagoRecord
from app.suites.credito.cobranza.queries.pagos import cobros_de, pagos_con_llaves, recibos_usados
from app.suites.credito.cobranza.queries.personas import Cobrador, Encargo, encargos_de, puntos_de
from app.suites.credito.cobranza.rules.distancia import Punto
from app.suites.credito.cobranza.rules.duplicados import Cobro, es_posible_duplicado
from app.suites.credito.cobranza.rules.sincronizacion import Situacion
from app.suites.credito.prestamos.rules.estados import ABIERTOS, EstadoPrestamo
from app.suites.credito.prestamos.service import Prestamo, PrestamoRepository


@dataclass(frozen=True, slots=True)
class Pedidos:
    """Ids, days and receipts that a batch names."""

    llaves: Collection[UUID]
    prestamos: Collection[int]
    fechas: Collection[date]
    recibos: Collection[str]


@dataclass(slots=True)
class Lote:
    """Facts about a batch; its loans are locked in the order of their ids."""

    persona: Cobrador
    grupos: Scope
    """Groups that the person collects from today."""
    conocidos: dict[UUID, PagoRecord]
    prestamos: Mapping[int, Prestamo]
    encargos: list[Encargo]
    cobros: dict[int, list[Cobro]]
    recibos: set[str]
    casas: Mapping[int, Punto]
    efectivo: Decimal = Decimal(0)
    """Cash that the person holds."""
    hechos: dict[UUID, int] = field(default_factory=dict)
    """Payments of the batch by key."""

    @classmethod
    def leer(
        cls, context: Context, persona: Cobrador, grupos: Scope, pedidos: Pedidos, prestamos: PrestamoRepository
    ) -> "Lote":
        """Read the facts, and lock the loans."""
        session = context.session
        known = {one.local_id: one for one in pagos_con_llaves(session, pedidos.llaves) if one.local_id is not None}
        ids = existing(session, Prestamo, pedidos.prestamos)
        loans = {one.id: one for one in prestamos.lock_all(ids)} if ids else {}
        others: dict[int, list[Cobro]] = {}
        for found in cobros_de(session, ids, pedidos.fechas):
            others.setdefault(found.prestamo_id, []).append(found.cobro)
        return cls(
            persona=persona,
            grupos=grupos,
            conocidos=known,
            prestamos=loans,
            encargos=encargos_de(session, persona.id),
            cobros=others,
            recibos=recibos_usados(session, pedidos.recibos),
            casas=puntos_de(session, ids),
        )

    def situacion(self, prestamo_id: int, recibo: str, cobro: Cobro) -> Situacion:
        """Facts about a payment."""
        loan = self.prestamos.get(prestamo_id)
        return Situacion(
            conocido=loan is not None,
            al_alcance=loan is not None and (self.es_suyo(loan) or self.era_suyo(loan, cobro.fecha)),
            abierto=loan is not None and loan.estado in ABIERTOS,
            renovado=loan is not None and loan.estado is EstadoPrestamo.RENOVADO,
            castigado=loan is not None and loan.estado is EstadoPrestamo.CASTIGADO,
            saldo=Decimal(0) if loan is None else loan.saldo,
            desembolso=None if loan is None else loan.fecha_desembolso,
            duplicado=es_posible_duplicado(cobro, self.cobros.get(prestamo_id, ())),
            recibo_repetido=recibo in self.recibos,
        )

    def conoce(self, local_id: UUID) -> bool:
        """Whether a payment has the key, of the batch or from before."""
        return local_id in self.conocidos or local_id in self.hechos

    def es_suyo(self, prestamo: Prestamo) -> bool:
        """Whether the person collects from the loan's group today."""
        if self.grupos.ids is None:
            return True
        return prestamo.grupo_id is not None and self.grupos.includes(prestamo.grupo_id)

    def era_suyo(self, prestamo: Prestamo, fecha: date) -> bool:
        """Whether the person collected from the loan's group on a day."""
        return any(one.grupo_id == prestamo.grupo_id and one.incluye(fecha) for one in self.encargos)

    def copia(self) -> "Lote":
        """A copy, to which nothing is noted any more."""
        cobros = {prestamo_id: list(some) for prestamo_id, some in self.cobros.items()}
        return replace(self, cobros=cobros, recibos=set(self.recibos), hechos=dict(self.hechos))

    def volver(self, before: "Lote") -> None:
        """Forget what was noted since the copy was made."""
        self.cobros, self.recibos, self.hechos = before.cobros, before.recibos, before.hechos
        self.efectivo = before.efectivo

    def anotar(self, pago_id: int, local_id: UUID, prestamo_id: int, recibo: str, cobro: Cobro) -> None:
        """Note a payment that was entered, for those that follow."""
        self.hechos[local_id] = pago_id
        self.cobros.setdefault(prestamo_id, []).append(cobro)
        self.recibos.add(recibo)
