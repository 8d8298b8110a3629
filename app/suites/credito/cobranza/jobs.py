"""Scheduled jobs of collection, in the zone of the suite."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Job, Weekly
from app.suites.credito.cobranza.service.semana import CierreSemanalService

_LUNES, _AT = 1, time(1)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""

    def cerrar_semanas(context: Context, _today: date) -> Mapping[str, object]:
        return {"semanas": CierreSemanalService(context).cerrar()}

    return (
        Job(
            "credito-cierre-semanal",
            "Close the weeks whose days are closed: missed weeks and their penalties",
            cerrar_semanas,
            Weekly(_LUNES, _AT),
            zone=config["CREDITO_TIMEZONE"],
        ),
    )
