"""Forgiving charges."""

from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.service import alcance, hoy
from app.suites.credito.prestamos.models import CargoRecord
from app.suites.credito.prestamos.queries import PrestamoRepository
from app.suites.credito.prestamos.queries.cargos import CargoRepository
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.service.saldos import SaldoService

ORIGEN = "cargos"
"""Origin in the journal of what payments pay otherwise once a charge is forgiven."""


class CondonacionRequest(TypedDict):
    """Amount to forgive, all that is left of it without one, and the reason."""

    motivo: str
    monto: NotRequired[Decimal]


class CargoService:
    """Forgives charges of open loans; the loan is locked first."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.cargos = CargoRepository(context.session, alcance(context))
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.saldos = SaldoService(context)
        self.diario = Diario(context)

    def condonar(self, cargo_id: int, **pedido: Unpack[CondonacionRequest]) -> CargoRecord:
        """Forgive what is left to pay of a charge, or a part of it; what was paid stays paid."""
        prestamo = self.prestamos.lock_all([self.cargos.get(cargo_id).prestamo_id])[0]
        if prestamo.estado not in ABIERTOS:
            raise Conflict(f"The loan is {prestamo.estado}.", code="prestamo_cerrado")
        cargo = self.cargos.get_for_update(cargo_id)
        left = self.cargos.get(cargo_id).vigente.saldo
        if left <= 0:
            raise Conflict("Nothing is left to pay of the charge.", code="cargo_saldado")
        amount = pedido.get("monto", left)
        if amount > left:
            raise Invalid.field("monto", f"Of the charge {left} are left to pay.")
        identity = self.context.identity
        cargo.condonado, cargo.motivo = cargo.condonado + amount, pedido["motivo"]
        cargo.condonado_por_id = None if identity is None else identity.user_id
        effect = self.saldos.recalcular(prestamo, self.today)
        self.prestamos.flush()
        self.diario.asentar(self.today, f"condonacion-{cargo.version}", ORIGEN, cargo.id, effect.haber)
        return self.cargos.get(cargo_id)
