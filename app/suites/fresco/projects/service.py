"""Services of projects."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar, NamedTuple, NotRequired, TypedDict, Unpack

from app.core.imports.rules import LeftReason
from app.core.imports.service import Importer, UntouchedRows
from app.infra.context import Context
from app.infra.db import undone
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest
from app.kernel.rows import EnteredRow, Values, plain_name
from app.suites.fresco.clients.service import ClientService
from app.suites.fresco.projects.events import ProjectLeaving, ScheduleChanged, ScheduleEffect, ScheduleKept
from app.suites.fresco.projects.models import PaymentPlan, Project, ProjectPause, ProjectRecord
from app.suites.fresco.projects.queries import NamedProject, named_projects, owners_of, projects_of
from app.suites.fresco.projects.repository import ProjectFilter, ProjectRepository
from app.suites.fresco.projects.rules import (
    PLAN_FIELDS,
    Pause,
    PlanBasis,
    PlanValues,
    ProjectStatus,
    RecurringFee,
    Subscription,
    Terms,
    merged_plan,
    normalized_plan,
    plan_problems,
    plan_values,
    recurring_fee_of,
    terms_from,
)


class ProjectChanges(TypedDict, total=False):
    """The values of a project that a caller may change; those of the plan are merged into the stored ones."""

    client_id: int
    name: str
    description: str
    start_date: date
    end_date: date | None
    status: ProjectStatus
    notes: str | None
    tags: list[str]
    payment_plan: PlanValues | None


class NewProject(TypedDict):
    """The values of a new project."""

    client_id: int
    name: str
    description: str
    start_date: date
    end_date: NotRequired[date | None]
    status: NotRequired[ProjectStatus]
    notes: NotRequired[str | None]
    tags: NotRequired[list[str]]
    payment_plan: NotRequired[PlanValues | None]


class ChangeRequest(TypedDict):
    """Whether a change of a project is only previewed."""

    dry_run: bool


class ProjectFilters(TypedDict, total=False):
    """The criteria of a list of projects."""

    client_id: int
    status: ProjectStatus
    tag: str
    q: str


class BelongingValues(TypedDict, total=False):
    """Client and project that an income or an expense belongs to."""

    client_id: int | None
    project_id: int | None


class ActiveFees(NamedTuple):
    """Recurring fees with equal terms that are active on a day, and their number."""

    day: date
    terms: Subscription
    number: int


class _Schedule(NamedTuple):
    """The values from which payments are computed; if one changes, future payments are generated again."""

    start: date
    end: date | None
    status: ProjectStatus
    plan: PlanValues


_SCHEDULE_FIELDS = {"start_date", "end_date", "status", "payment_plan"}
"""Fields of a project from which its payments are computed."""


class ProjectService:
    """Creates, changes and deletes projects; publishes changes of their payment schedule."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.projects = ProjectRepository(context.session)
        self.clients = ClientService(context)

    def get(self, project_id: int) -> ProjectRecord:
        """One project."""
        return self.projects.get(project_id)

    def client_of(self, project_id: int) -> int:
        """The id of the project's client."""
        return self.projects.client_of(project_id)

    def page(self, request: PageRequest, **filters: Unpack[ProjectFilters]) -> Page[ProjectRecord]:
        """One page of projects."""
        return self.projects.page(ProjectFilter(**filters), request)

    def create(self, **values: Unpack[NewProject]) -> ProjectRecord:
        """Create a project of an existing client."""
        project = self.new(values)
        self.projects.add(project)
        if project.payment_plan is not None:
            self.projects.record_plan_version(project.id, self.context.clock.today(), PlanBasis())
        return self.projects.get(project.id)

    def new(self, values: NewProject) -> Project:
        """A project with its plan, not stored yet; Invalid for dates or a plan that can't be."""
        given: NewProject = {**values}
        payment_plan = given.pop("payment_plan", None)
        entered = self.context.clock.now()  # by the same clock as pauses and charges
        project = Project(**given, created_at=entered, updated_at=entered)
        _check_dates(project)
        if payment_plan is not None:
            project.payment_plan = PaymentPlan(**_validated(merged_plan(None, payment_plan)))
        if project.status is not ProjectStatus.ACTIVE:
            project.pauses.append(ProjectPause(first_day=self.context.clock.today()))
        return project

    def create_many(self, rows: Sequence[NewProject]) -> list[int]:
        """Create projects of existing clients, with their plans, in a few statements; returns their ids."""
        projects = [self.new(values) for values in rows]
        ids = self.projects.add_all(projects)
        planned = [project.id for project in projects if project.payment_plan is not None]
        self.projects.record_plan_versions(planned, self.context.clock.today(), PlanBasis())
        return ids

    def owners(self, project_ids: Collection[int]) -> Mapping[int, int]:
        """Clients of these projects; those that don't exist are missing."""
        return owners_of(self.context.session, project_ids) if project_ids else {}

    def resolve(self, rows: Sequence[EnteredRow]) -> None:
        """Set the clients and projects of rows of a file by their names."""
        self.clients.resolve(rows)
        self.resolve_projects(rows)

    def resolve_projects(self, rows: Sequence[EnteredRow]) -> None:
        """Set the projects of rows whose clients are resolved; of homonyms, the one of the client."""
        names = {row.names["project_name"] for row in rows if "project_name" in row.names}
        found: dict[str, list[NamedProject]] = defaultdict(list)
        for one in named_projects(self.context.session, names) if names else ():
            found[one.given].append(one)
        for row in rows:
            if "project_name" in row.names:
                _set_project(row, found[row.names["project_name"]])

    def set_owners(self, rows: Sequence[EnteredRow]) -> None:
        """Set the clients of loaded rows that have a project; adds errors where another client is given."""
        owners = self.owners({row.values["project_id"] for row in rows if row.values.get("project_id") is not None})
        for row in rows:
            project_id = row.values.get("project_id")
            if project_id is None:
                continue
            if project_id not in owners:
                row.errors["project_id"] = ["The project does not exist."]
            elif row.values.get("client_id") not in {None, owners[project_id]}:
                row.errors["client_id"] = ["Is not the project's client."]
            else:
                row.values["client_id"] = owners[project_id]

    def take_back(self, ids: Collection[int], left: dict[int, LeftReason]) -> None:
        """Delete imported projects that nobody changed or uses, with their plans; adds the others to `left`."""
        gone = UntouchedRows(self.context).among(Project, ids, left)
        self.projects.delete_where(Project.id.in_(gone))

    def update(self, project_id: int, **changes: Unpack[ProjectChanges]) -> ProjectRecord:
        """Change the given values; a changed plan, date or status regenerates future payments."""
        self._change(project_id, changes)
        return self.projects.get(project_id)

    def preview(self, project_id: int, **changes: Unpack[ProjectChanges]) -> ScheduleEffect:
        """Effect that a change would have on the payments; everything is undone."""
        with undone(self.context.session):
            effect = self._change(project_id, changes)
            if effect is None:
                effect = ScheduleEffect()
                self.context.publish(ScheduleKept(project_id, effect))
        return effect

    def _change(self, project_id: int, changes: ProjectChanges) -> ScheduleEffect | None:
        """Change the project; the effect on its payments, or None if its schedule is as before."""
        project = self.projects.get_for_update(project_id)
        before, pauses = _schedule(project), project.pauses  # loaded before any change: loading flushes pending changes
        terms = self._terms(project) if _SCHEDULE_FIELDS & changes.keys() else None
        if "payment_plan" in changes:
            self._change_plan(project, changes.pop("payment_plan"))
        for name, value in changes.items():
            setattr(project, name, value)
        _check_dates(project)
        _record_pause(project, pauses, self.context.clock.today())
        after = _schedule(project)
        if after != before:
            project.updated_at = self.context.clock.now()  # so that the version of the project changes with its plan
        self.projects.flush()
        if terms is None or after == before:
            return None
        effect = ScheduleEffect(terms.basis)
        self.context.publish(ScheduleChanged(project.id, terms, effect))
        if after.plan != before.plan or effect.basis != terms.basis:
            self.projects.record_plan_version(project.id, self.context.clock.today(), effect.basis)
        return effect

    def delete(self, project_id: int) -> None:
        """Delete a project with its plan and its unpaid, uninvoiced payments."""
        project = self.projects.get_for_update(project_id)
        self.context.publish(ProjectLeaving(project.id))
        self.projects.delete(project)

    def lock_terms(self, project_id: int) -> Terms:
        """The terms of a project, locked against changes until the end of the transaction."""
        return self._terms(self.projects.lock(project_id))

    def lock_active_terms(self) -> Iterator[Terms]:
        """The terms of all active projects with a plan, locked against changes until the end of the transaction."""
        return self.projects.lock_active(self.context.clock.zone)

    def active_terms(self, project_ids: Collection[int]) -> Iterator[Terms]:
        """The terms of those of these projects that are active and have a plan, without a lock."""
        return self.projects.active(project_ids, self.context.clock.zone) if project_ids else iter(())

    def active_fees(self, days: Collection[date], excluded: Collection[int]) -> Iterator[ActiveFees]:
        """The recurring fees that are active on each of these days, without those of `excluded` projects."""
        for group in self.projects.fee_groups_on(days, excluded):
            start = group.own_start_date or group.day
            terms = Subscription(None, group.client_id, start, None, recurring_fee_of(group), ())
            yield ActiveFees(group.day, terms, 1 if group.own_start_date is None else group.n)

    def subscriptions(self, project_ids: Collection[int]) -> Iterator[Subscription]:
        """The recurring fees of these projects, active or not."""
        return self.projects.subscriptions(project_ids) if project_ids else iter(())

    def fees_before_change(self, day: date) -> Mapping[int, RecurringFee | None]:
        """Recurring fees at the end of the day by project, of plans that were changed since."""
        return {version.project_id: recurring_fee_of(version) for version in self.projects.replaced_versions(day)}

    def violations(self) -> list[str]:
        """Messages about plans whose newest version is not the plan."""
        return [
            f"the payment plan of project {project_id} is not as its newest version"
            for project_id in self.projects.plans_unlike_their_version()
        ]

    def _terms(self, project: Project) -> Terms:
        pauses = (Pause(pause.first_day, pause.until_day) for pause in project.pauses)
        basis = self.projects.basis(project.id)
        return terms_from(project, project.payment_plan, pauses, self.context.clock.zone, basis)

    def _change_plan(self, project: Project, given: PlanValues | None) -> None:
        if given is None:
            project.payment_plan = None
            return
        stored = project.payment_plan
        plan = _validated(merged_plan(_values_of(stored), given))
        if stored is None:
            project.payment_plan = PaymentPlan(**plan)
            return
        for name, value in plan.items():
            setattr(stored, name, value)


def _record_pause(project: Project, pauses: list[ProjectPause], today: date) -> None:
    """Begin or end a pause if the status of the project changed."""
    running = next((pause for pause in pauses if pause.until_day is None), None)
    if project.status is ProjectStatus.ACTIVE and running is not None:
        running.until_day = max(today, running.first_day)
    elif project.status is not ProjectStatus.ACTIVE and running is None:
        pauses.append(ProjectPause(first_day=today))


class BelongingResolver:
    """Finds client and project of an income or an expense: both must exist, and a project sets its client."""

    def __init__(self, projects: ProjectService) -> None:
        self.projects = projects

    def resolved(self, given: BelongingValues, before: BelongingValues) -> BelongingValues:
        """Client and project after a change of those before; empty if neither is given."""
        if not {"client_id", "project_id"} & given.keys():
            return {}
        client_id, project_id = given.get("client_id"), given.get("project_id", before.get("project_id"))
        if client_id is not None:
            self.projects.clients.get(client_id)
        if project_id is None:
            return {"client_id": given.get("client_id", before.get("client_id")), "project_id": None}
        owner = self.projects.client_of(project_id)
        if client_id not in {None, owner}:
            raise Invalid.field("client_id", "Is not the project's client.")
        return {"client_id": owner, "project_id": project_id}


def _check_dates(project: Project) -> None:
    if project.end_date is not None and project.end_date < project.start_date:
        raise Invalid.field("end_date", "Must not be before start_date.")


def _validated(plan: PlanValues) -> PlanValues:
    if problems := plan_problems(plan):
        raise Invalid("The request is not valid.", errors={"payment_plan": problems})
    return normalized_plan(plan)


def _values_of(plan: PaymentPlan | None) -> PlanValues | None:
    return None if plan is None else plan_values((name, getattr(plan, name)) for name in PLAN_FIELDS)


def _schedule(project: Project) -> _Schedule:
    plan = _values_of(project.payment_plan) or PlanValues()
    return _Schedule(project.start_date, project.end_date, project.status, plan)


class ProjectImporter(Importer):
    """Projects of a file, with their plans: known by client and name."""

    kind: ClassVar = "projects"
    permission: ClassVar = "projects:write"
    day: ClassVar = "start_date"
    once: ClassVar = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.projects = ProjectService(context)

    def resolve(self, rows: Sequence[EnteredRow]) -> None:
        self.projects.clients.resolve(rows)

    def check(self, rows: Sequence[EnteredRow]) -> None:
        """Make each project, which checks its dates and its plan, and forget it."""
        for row in rows:
            try:
                self.projects.new(NewProject(**row.values))  # type: ignore[typeddict-item]  # loaded by the shape of a POST
            except Invalid as problem:
                row.errors |= problem.errors

    def key(self, values: Values) -> Hashable:
        return values["client_id"], plain_name(values["name"])

    def stored(self, rows: Sequence[EnteredRow]) -> Mapping[Hashable, Sequence[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for project in projects_of(self.context.session, {row.values["client_id"] for row in rows}):
            found[self.key(project._asdict())].append(project.id)
        return found

    def create(self, rows: Sequence[Values]) -> list[int]:
        return self.projects.create_many([NewProject(**values) for values in rows])  # type: ignore[typeddict-item]  # loaded by the shape of a POST


def _set_project(row: EnteredRow, found: list[NamedProject]) -> None:
    """Set the project that has the name: of several, that of the row's client, or of the id given beside it."""
    given, client = row.given.pop("project_id", None), row.given.get("client_id")
    if row.errors.keys() & {"client_name", "client_tax_id", "client_id"}:
        return  # whose project it is can't be told
    of_client = [one for one in found if client is None or str(one.client_id) == str(client)]
    same = [one for one in of_client if str(one.id) == given]
    if len(same or of_client) == 1:
        row.given["project_id"] = (same or of_client)[0].id
    elif of_client:
        row.errors["project_name"] = ["More than one project has this name; give its client, or its id beside it."]
    else:
        whose = " of the client" if found else ""
        row.errors["project_name"] = [f"No project{whose} has this name."]
