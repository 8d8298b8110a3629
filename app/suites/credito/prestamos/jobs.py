"""Scheduled jobs of loans, in the zone of the suite."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from app.infra.context import Context
from app.infra.scheduler import Daily, Job
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.service import CierreService, DecisionService

_CIERRE, _VENCER = time(0, 30), time(1, 30)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs of this domain."""

    def cerrar_dias(context: Context, today: date) -> Mapping[str, object]:
        return {"dias": CierreService(context).cerrar_hasta(ayer(context, today))}

    def vencer_aprobados(context: Context, _today: date) -> Mapping[str, object]:
        return {"prestamos": DecisionService(context).vencer_aprobados(hoy(context))}

    zone = config["CREDITO_TIMEZONE"]
    return (
        Job(
            "credito-cierre-diario",
            "Close the days up to yesterday: states, charges for lateness, snapshot of the portfolio",
            cerrar_dias,
            Daily(_CIERRE),
            zone=zone,
        ),
        Job(
            "credito-vencer-aprobados",
            "Cancel loans that were approved more than 7 days ago and not disbursed",
            vencer_aprobados,
            Daily(_VENCER),
            zone=zone,
        ),
    )


def ayer(context: Context, today: date) -> date:
    """The day before the suite's, or before an earlier one that the run was given."""
    own = hoy(context)
    given = own if today == context.clock.today() else min(today, own)
    return given - timedelta(days=1)
