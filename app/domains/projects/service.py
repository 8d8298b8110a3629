"""The verbs of projects."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.domains.clients.service import ClientService
from app.domains.projects.models import PaymentPlan, Project, ProjectPause
from app.domains.projects.repository import ProjectFilter, ProjectRepository
from app.domains.projects.rules import (
    PLAN_FIELDS,
    Pause,
    ProjectStatus,
    Subscription,
    Terms,
    fee_of,
    merged_plan,
    normal_plan,
    plan_problems,
    recorded_recurring,
    recurring_of,
)
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.events import ProjectLeaving, ScheduleChanged
from app.kernel.paging import Page, PageRequest

_MATTERS = ("start_date", "end_date", "status")


class Charged(NamedTuple):
    """Fees of equal terms that run on a day, and how many there are."""

    day: date
    terms: Subscription
    times: int


class ProjectService:
    """Keeps projects with their plans, and tells when what they pay changes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.projects = ProjectRepository(context.session)
        self.clients = ClientService(context)

    def get(self, project_id: int) -> Any:
        """One project."""
        return self.projects.get(project_id)

    def client_of(self, project_id: int) -> int:
        """Whose project it is."""
        return self.projects.client_of(project_id)

    def page(self, request: PageRequest, **filters: Any) -> Page[Any]:
        """Projects, a page at a time."""
        return self.projects.page(ProjectFilter(**filters), request)

    def create(self, *, payment_plan: Mapping[str, Any] | None = None, **values: Any) -> Project:
        """A new project; its client must exist."""
        entered = self.context.clock.now()  # a business fact, so by the same clock as pauses and charges
        project = Project(**values, created_at=entered, updated_at=entered)
        _check_dates(project)
        if payment_plan is not None:
            project.payment_plan = PaymentPlan(**_checked(merged_plan(None, payment_plan)))
        if project.status is not ProjectStatus.ACTIVE:
            project.pauses.append(ProjectPause(first_day=self.context.clock.today()))
        return self.projects.add(project)

    def update(self, project_id: int, **changes: Any) -> Project:
        """Change what is given; future payments follow a change of plan, dates or status."""
        project = self.projects.get_for_update(project_id)
        before, pauses = _schedule(project), project.pauses  # read now: reading later would flush half a change
        if "payment_plan" in changes:
            self._replan(project, changes.pop("payment_plan"))
        for name, value in changes.items():
            setattr(project, name, value)
        _check_dates(project)
        _record_pause(project, pauses, self.context.clock.today())
        after = _schedule(project)
        if after != before:
            project.updated_at = self.context.clock.now()  # a changed plan is a changed project, with a new version
        self.projects.flush()
        if after != before:
            self.context.publish(ScheduleChanged(project.id, new_calendar=_calendar(after) != _calendar(before)))
        return project

    def delete(self, project_id: int) -> None:
        """Remove a project with its plan and its unpaid, uninvoiced payments."""
        project = self.projects.get_for_update(project_id)
        self.context.publish(ProjectLeaving(project.id))
        self.projects.delete(project)

    def terms_of(self, project_id: int) -> Terms:
        """What the project pays and when, held still until the end of the transaction."""
        project = self.projects.hold(project_id)
        return _terms(project, project.payment_plan, _pauses(project.pauses), self.context.clock.zone)

    def active_terms(self) -> Iterator[Terms]:
        """The terms of every active project with a plan, held still likewise."""
        zone = self.context.clock.zone
        for project, plan, pauses in self.projects.hold_active():
            yield _terms(project, plan, _pauses(pauses), zone)

    def planned_terms(self) -> Iterator[Terms]:
        """The terms of every active project with a plan, to look at."""
        zone = self.context.clock.zone
        for row in self.projects.planned():
            yield _terms(row, row, _spans(row.pauses), zone)

    def charged_on(self, days: Collection[date], without: Collection[int]) -> Iterator[Charged]:
        """The fees that run on each of these days, but for those of some projects."""
        for row in self.projects.charged_on(days, without):
            alone = row.own_start_date is not None
            amount = row.own_recurring_fee_amount if alone else row.total
            fee = recorded_recurring(row._asdict() | {"recurring_fee_amount": amount})
            start = row.own_start_date or row.day
            yield Charged(row.day, Subscription(None, row.client_id, start, None, fee, ()), row.n if alone else 1)

    def subscriptions(self, project_ids: Collection[int]) -> Iterator[Subscription]:
        """What these projects bring again and again, whatever their status."""
        for row in self.projects.recurring(project_ids) if project_ids else ():
            yield Subscription(
                row.id, row.client_id, row.start_date, row.end_date, recurring_of(row), _spans(row.pauses)
            )

    def _replan(self, project: Project, given: Mapping[str, Any] | None) -> None:
        if given is None:
            project.payment_plan = None
            return
        stored = project.payment_plan
        plan = _checked(merged_plan(_plan_values(stored), given))
        if stored is None:
            project.payment_plan = PaymentPlan(**plan)
            return
        for name, value in plan.items():
            setattr(stored, name, value)


def _record_pause(project: Project, pauses: list[ProjectPause], today: date) -> None:
    """Begin or end a pause where the project's status changed."""
    running = next((pause for pause in pauses if pause.until_day is None), None)
    if project.status is ProjectStatus.ACTIVE and running is not None:
        running.until_day = max(today, running.first_day)
    elif project.status is not ProjectStatus.ACTIVE and running is None:
        pauses.append(ProjectPause(first_day=today))


def _check_dates(project: Project) -> None:
    if project.end_date is not None and project.end_date < project.start_date:
        raise Invalid.field("end_date", "Lies before start_date.")


def _checked(plan: Mapping[str, Any]) -> dict[str, Any]:
    if problems := plan_problems(plan):
        raise Invalid("The request is not valid.", errors={"payment_plan": problems})
    return normal_plan(plan)


def _plan_values(plan: PaymentPlan | None) -> dict[str, Any] | None:
    return None if plan is None else {name: getattr(plan, name) for name in PLAN_FIELDS}


def _schedule(project: Project) -> dict[str, Any]:
    """All that decides what is paid and when."""
    plan = _plan_values(project.payment_plan) or {}
    return {name: getattr(project, name) for name in _MATTERS} | plan


def _calendar(schedule: Mapping[str, Any]) -> tuple[date, Any]:
    """What numbers the periods: under another start or frequency, number 6 is another period."""
    return schedule["start_date"], schedule.get("recurring_fee_frequency")


def _spans(stored: list[list[date]] | None) -> tuple[Pause, ...]:
    return tuple(Pause(first, until) for first, until in stored or ())


def _pauses(stored: Iterable[Any]) -> tuple[Pause, ...]:
    return tuple(Pause(pause.first_day, pause.until_day) for pause in stored)


def _terms(project: Any, plan: Any, pauses: tuple[Pause, ...], zone: ZoneInfo) -> Terms:
    """From what is stored, entities or plain rows."""
    return Terms(
        project_id=project.id,
        client_id=project.client_id,
        start=project.start_date,
        end=project.end_date,
        active=project.status is ProjectStatus.ACTIVE,
        entered=project.created_at.astimezone(zone).date(),
        fee=fee_of(plan) if plan else None,
        recurring=recurring_of(plan) if plan else None,
        pauses=pauses,
    )
