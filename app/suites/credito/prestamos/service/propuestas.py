"""Agreement of two people about an act on a loan."""

from collections.abc import Mapping

from app.infra.context import Context
from app.kernel.errors import Conflict
from app.suites.credito import DIRECCION
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.models import Propuesta
from app.suites.credito.prestamos.queries import ultima_propuesta
from app.suites.credito.prestamos.rules.propuestas import EstadoPropuesta, TipoPropuesta


class AcuerdoService:
    """Stores proposals, and finds the one that somebody carries out; the caller has locked the loan."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session

    def acordar(
        self, prestamo_id: int, tipo: TipoPropuesta, motivo: str, datos: Mapping[str, str] | None = None
    ) -> Propuesta | None:
        """The proposal of another person that the caller carries out now, or None: then the caller's own is stored.

        Only the direction carries one out, with the terms that were proposed; nobody their own.
        """
        role, user_id = self._caller()
        terms = dict(datos or {})
        pending = ultima_propuesta(self.session, prestamo_id, tipo, EstadoPropuesta.PENDIENTE)
        if pending is not None and pending.propuesta_por_id != user_id and role in DIRECCION:
            if pending.datos != terms:
                raise Conflict("Other terms were proposed for this loan.", code="propuesta_distinta")
            pending.estado, pending.aplicada_por_id = EstadoPropuesta.APLICADA, user_id
            pending.aplicada_en = self.context.clock.now()
            return pending
        if pending is not None:
            if pending.propuesta_por_id == user_id and pending.datos == terms:
                raise Conflict("You proposed it; another person carries it out.", code="misma_persona")
            pending.estado = EstadoPropuesta.REEMPLAZADA
            self.session.flush()
        own = Propuesta(
            prestamo_id=prestamo_id,
            tipo=tipo,
            datos=terms,
            motivo=motivo,
            fecha=hoy(self.context),
            propuesta_por_id=user_id,
        )
        self.session.add(own)
        self.session.flush()
        return None

    def deshacer(self, prestamo_id: int, tipo: TipoPropuesta, motivo: str) -> Propuesta:
        """Mark the act that was carried out last as undone."""
        done = ultima_propuesta(self.session, prestamo_id, tipo, EstadoPropuesta.APLICADA)
        if done is None:
            raise AssertionError(f"a {tipo} of loan {prestamo_id} was proposed before")
        done.estado, done.motivo_deshecha = EstadoPropuesta.DESHECHA, motivo
        done.deshecha_por_id = self._caller()[1]
        return done

    def _caller(self) -> tuple[str, int]:
        identity = self.context.identity
        if identity is None:
            raise AssertionError("only people agree about loans")
        return identity.role, identity.user_id
