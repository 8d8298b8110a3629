"""Changes of the calendar that too many loans follow for one request."""

from datetime import date

from app.infra.context import Context
from app.suites.credito.equipo.models import Cambio
from app.suites.credito.equipo.queries.cambios import (
    avanzar_cambio,
    cambios_pendientes,
    hay_cambios_de_prestamo,
    hay_cambios_de_ruta,
    insertar_cambio,
    terminar_cambio,
    tomar_cambio,
)

FECHAS_EN_CURSO = "fechas_en_curso"
"""Notice that loans still follow a change of the calendar, so that their due dates are those before it."""


class CambioDeFechasService:
    """Keeps the changes of the calendar that loans follow later, and how far they are."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session

    def aplazar(self, ruta_id: int | None, desde: date, hasta: date | None, *, sin_cobro: bool) -> int:
        """Store a change that loans are to follow after this transaction; returns its id."""
        identity = self.context.identity
        user_id = None if identity is None else identity.user_id
        return insertar_cambio(self.session, ruta_id, desde, hasta, sin_cobro=sin_cobro, user_id=user_id)

    def pendientes(self) -> list[int]:
        """Ids of the changes that are not done, in their order."""
        return cambios_pendientes(self.session)

    def tomar(self, cambio_id: int) -> Cambio | None:
        """Lock a change for its next slice; None if it is done."""
        return tomar_cambio(self.session, cambio_id)

    def avanzar(self, cambio: Cambio, hasta_id: int) -> None:
        """Note that the loans up to an id followed."""
        avanzar_cambio(self.session, cambio.id, hasta_id)

    def terminar(self, cambio: Cambio) -> None:
        """Note that all loans followed."""
        terminar_cambio(self.session, cambio.id)

    def avisos_de_ruta(self, ruta_id: int | None) -> list[str]:
        """The notice, while loans of a route, or without one of any, still follow a change."""
        return [FECHAS_EN_CURSO] if hay_cambios_de_ruta(self.session, ruta_id) else []

    def avisos_de_prestamo(self, prestamo_id: int, grupo_id: int | None) -> list[str]:
        """The notice, while an open loan still is to follow a change."""
        return [FECHAS_EN_CURSO] if hay_cambios_de_prestamo(self.session, prestamo_id, grupo_id) else []
