"""Reminders of the day, as events for whoever sends messages."""

from collections.abc import Mapping

from app.infra.context import Context
from app.suites.credito.cobranza.events import PagoDelDia, PromesaDelDia
from app.suites.credito.cobranza.queries.recordatorios import cuotas_del_dia, promesas_del_dia
from app.suites.credito.cobranza.rules.recordatorios import se_puede_avisar
from app.suites.credito.equipo.service import hoy


class RecordatorioService:
    """Publishes the promises and the due payments of today."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def publicar(self) -> Mapping[str, int]:
        """Publish the reminders of today, none outside the hours of contact; returns how many of each kind."""
        local = self.context.clock.now().astimezone(self.context.settings.credito_timezone)
        if not se_puede_avisar(local.time()):
            return {"promesas": 0, "pagos": 0}
        today = hoy(self.context)
        promised, due = promesas_del_dia(self.context.session, today), cuotas_del_dia(self.context.session, today)
        for promesa in promised:
            self.context.publish(PromesaDelDia(*promesa))
        for cuota in due:
            self.context.publish(PagoDelDia(*cuota))
        return {"promesas": len(promised), "pagos": len(due)}
