"""Decisions about requests: approving, rejecting and cancelling them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from app.infra.context import Context
from app.kernel.errors import Conflict, Forbidden
from app.kernel.identity import Identity
from app.suites.credito import DIRECCION, GERENTE
from app.suites.credito.equipo.service import alcance, hoy, persona
from app.suites.credito.prestamos.models import Prestamo, PrestamoRecord
from app.suites.credito.prestamos.queries import PrestamoRepository, bloquear_cliente, comprometido_de
from app.suites.credito.prestamos.rules.avales import Facultad
from app.suites.credito.prestamos.rules.estados import Accion, transicion
from app.suites.credito.prestamos.service.cotizaciones import CotizacionService
from app.suites.credito.productos.rules.condiciones import ZERO
from app.suites.credito.productos.service import TipoPrestamoService

VIGENCIA = timedelta(days=7)
"""Time in which an approved loan may be disbursed, and a request of a closed type be approved."""
VENCIO = "vencio"
"""Reason of loans that were approved and not disbursed in time."""


class MotivoRequest(TypedDict):
    """The reason of an act."""

    motivo: str


class AprobacionRequest(TypedDict, total=False):
    """The approval of a request."""

    motivo: str | None


class DecisionService:
    """Approves, rejects and cancels requests."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.prestamos = PrestamoRepository(context.session, alcance(context), self.today)
        self.cotizaciones = CotizacionService(context)

    def aprobar(self, prestamo_id: int, motivo: str | None = None) -> PrestamoRecord:
        """Approve a request, which freezes its terms; Forbidden for one's own, and over what one may approve."""
        prestamo = self._locked(prestamo_id)
        after = transicion(prestamo.estado, Accion.APROBAR)
        user_id = self._user_id()
        if user_id is not None and prestamo.solicitado_por_id == user_id:
            raise Forbidden("Nobody approves their own request.", code="no_su_propia_solicitud")
        owed = comprometido_de(self.session, prestamo.cliente_id, sin=(prestamo.id, prestamo.prestamo_anterior_id))
        self._facultad().exigir(owed.total + prestamo.monto)
        tipos = TipoPrestamoService(self.context)
        tipo = tipos.get(prestamo.tipo_prestamo_id)
        if not tipo.activo and prestamo.fecha_solicitud + VIGENCIA < self.today:
            raise Conflict("The loan type is closed.", code="tipo_cerrado")
        settled = self._liquidacion(prestamo)
        quote = self.cotizaciones.calcular(
            tipos.condiciones(tipo), prestamo.monto, self.today, prestamo.grupo_id, liquidacion=settled
        )
        decided = {"estado": after, "fecha_aprobacion": self.today, "aprobado_por_id": user_id, "motivo": motivo}
        self.prestamos.change(prestamo, {**quote.valores(), **decided})
        return self.prestamos.get(prestamo_id)

    def rechazar(self, prestamo_id: int, motivo: str) -> PrestamoRecord:
        """Reject a request."""
        prestamo = self._locked(prestamo_id)
        self._anular(prestamo, Accion.RECHAZAR, motivo)
        return self.prestamos.get(prestamo_id)

    def cancelar(self, prestamo_id: int, motivo: str) -> PrestamoRecord:
        """Cancel a request or an approved loan: whoever requested it, or who manages."""
        prestamo = self._locked(prestamo_id)
        identity = self.context.identity
        if identity is not None and not (_manages(identity) or prestamo.solicitado_por_id == identity.user_id):
            raise Forbidden("Only who requested it, or a gerente, cancels a loan.", code="no_su_solicitud")
        self._anular(prestamo, Accion.CANCELAR, motivo)
        return self.prestamos.get(prestamo_id)

    def vencer_aprobados(self, today: date) -> int:
        """Cancel the loans that were approved more than 7 days ago; returns how many."""
        due = self.prestamos.lock_approved_before(today - VIGENCIA)
        for prestamo in due:
            self._anular(prestamo, Accion.CANCELAR, VENCIO)
        return len(due)

    def _anular(self, prestamo: Prestamo, accion: Accion, motivo: str) -> None:
        after = transicion(prestamo.estado, accion)
        self.prestamos.change(prestamo, {"estado": after, "motivo": motivo, "anulado_por_id": self._user_id()})

    def _locked(self, prestamo_id: int) -> Prestamo:
        """A loan within the caller's scope, locked after its client: decisions about a client take turns."""
        bloquear_cliente(self.session, self.prestamos.get(prestamo_id).cliente_id)
        return self.prestamos.get_for_update(prestamo_id)

    def _liquidacion(self, prestamo: Prestamo) -> Decimal:
        """Settlement of the loan that it renews, today."""
        if prestamo.prestamo_anterior_id is None:
            return ZERO
        old = self.session.get_one(Prestamo, prestamo.prestamo_anterior_id)
        return self.cotizaciones.liquidacion_de(old, self.today).total

    def _facultad(self) -> Facultad:
        """Amounts up to which the caller may approve."""
        identity = self.context.identity
        if identity is None or identity.role in DIRECCION:
            return Facultad(None, None)
        own = None if identity.role == GERENTE else persona(self.context).limite_prestamo
        return Facultad(own, self.context.settings.credito_limite_sin_direccion)

    def _user_id(self) -> int | None:
        return None if self.context.identity is None else self.context.identity.user_id


def _manages(identity: Identity) -> bool:
    return identity.role in DIRECCION | {GERENTE}
