"""Handlers of events of loans."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.credito.cobranza.service import FaltaService
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from app.suites.credito.prestamos.events import DesembolsoAtrasado, SemanaSinCobroSeguida, SemanaTerminada


def judge_closed_weeks(context: Context, event: DesembolsoAtrasado) -> None:
    """Judge the closed weeks of a loan that was handed over on an earlier day."""
    CierreSemanalService(context).alcanzar(event.prestamo_id, event.fecha)


def judge_weeks_first(context: Context, _event: SemanaTerminada) -> None:
    """Judge weeks before the days after them are closed: penalties take a part of the payments of these."""
    CierreSemanalService(context).juzgar()


def withdraw_missed_week(context: Context, event: SemanaSinCobroSeguida) -> None:
    """Withdraw the missed weeks of a week in which nothing was to be collected."""
    FaltaService(context).retirar_semana(event.prestamos, event.semana)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(DesembolsoAtrasado, judge_closed_weeks),
    Subscription(SemanaTerminada, judge_weeks_first),
    Subscription(SemanaSinCobroSeguida, withdraw_missed_week),
)
