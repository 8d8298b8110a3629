"""Handlers of the events of projects."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.fresco.payments.service import GenerationService
from app.suites.fresco.projects.events import ProjectLeaving, ScheduleChanged


def regenerate(context: Context, event: ScheduleChanged) -> None:
    """Generate the payments of a project whose schedule changed anew."""
    today = context.clock.today()
    GenerationService(context).regenerate(event.project_id, new_calendar=event.new_calendar, today=today)


def delete_payments(context: Context, event: ProjectLeaving) -> None:
    """Delete the payments of a project that are neither paid nor invoiced; the others keep it from being deleted."""
    GenerationService(context).delete_unsettled(event.project_id)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ScheduleChanged, regenerate),
    Subscription(ProjectLeaving, delete_payments),
)
