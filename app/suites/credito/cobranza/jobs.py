"""Scheduled jobs of collection, in the zone of the suite."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Daily, Job, Weekly
from app.suites.credito.cobranza.service.recordatorios import RecordatorioService
from app.suites.credito.cobranza.service.semana import CierreSemanalService

_LUNES, _AT, _RECORDAR = 1, time(1), time(7, 5)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""

    def cerrar_semanas(context: Context, _today: date) -> Mapping[str, object]:
        return {"semanas": CierreSemanalService(context).cerrar()}

    def recordar(context: Context, _today: date) -> Mapping[str, object]:
        return RecordatorioService(context).publicar()

    zone = config["CREDITO_TIMEZONE"]
    return (
        Job(
            "credito-cierre-semanal",
            "Close the weeks whose days are closed: missed weeks, their penalties, bonuses of groups",
            cerrar_semanas,
            Weekly(_LUNES, _AT),
            zone=zone,
        ),
        Job(
            "credito-recordatorios",
            "Publish the promises and the due payments of the day, for reminders; none outside 7:00 to 22:00",
            recordar,
            Daily(_RECORDAR),
            zone=zone,
        ),
    )
