"""Scheduled jobs of loans."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Daily, Job
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.service import DecisionService

_AT = time(1, 30)


def jobs(_config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""

    def vencer_aprobados(context: Context, _today: date) -> Mapping[str, object]:
        return {"prestamos": DecisionService(context).vencer_aprobados(hoy(context))}

    return (
        Job(
            "credito-vencer-aprobados",
            "Cancel loans that were approved more than 7 days ago and not disbursed",
            vencer_aprobados,
            Daily(_AT),
        ),
    )
