"""Repository of projects and their payment plans."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Select,
    String,
    all_,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, array, distinct_on
from sqlalchemy.orm import aliased

from app.infra.db.columns import containing, tagged
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import nested_columns
from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import Conflict, NotFound
from app.kernel.money import Currency
from app.suites.fresco.projects.models import (
    PaymentPlan,
    PaymentPlanRecord,
    PlanVersion,
    Project,
    ProjectPause,
    ProjectRecord,
)
from app.suites.fresco.projects.rules import (
    BASIS_FIELDS,
    PLAN_FIELDS,
    RECURRING_FIELDS,
    BasisColumns,
    ChargeFrequency,
    Pause,
    PaymentType,
    PlanBasis,
    PlanColumns,
    ProjectColumns,
    ProjectStatus,
    Subscription,
    Terms,
    basis_of,
    recurring_fee_of,
    terms_from,
)

_TERMS_COLUMNS = (
    Project.id,
    Project.client_id,
    Project.start_date,
    Project.end_date,
    Project.status,
    Project.created_at,
)
"""The columns of a project that its terms need, to be selected with its plan."""

_PLAN_COLUMNS = {name: PaymentPlan.__table__.c[name] for name in PLAN_FIELDS}

_BASIS_COLUMNS = tuple(PlanVersion.__table__.c[name] for name in BASIS_FIELDS)
_OPEN_VERSION = and_(PlanVersion.project_id == Project.id, PlanVersion.until_day.is_(None))

# The table of a higher domain by its name: no import, and one statement for a project with what its payments carry.
_PAYMENTS = table(
    "payments",
    column("project_id", BigInteger),
    column("type", String),
    column("installment_number", Integer),
    column("currency", String),
    column("amount", Numeric(12, 2)),
)
_CARRIED = (
    select(func.coalesce(func.sum(_PAYMENTS.c.amount), 0))
    .where(
        _PAYMENTS.c.project_id == Project.id,
        _PAYMENTS.c.type == literal(PaymentType.IMPLEMENTATION.value, String()),
        _PAYMENTS.c.installment_number.is_not(None),
        _PAYMENTS.c.currency == cast(_PLAN_COLUMNS["implementation_fee_currency"], String),
    )
    .correlate(Project, PaymentPlan)
    .scalar_subquery()
)
_FEE_TOTAL = _PLAN_COLUMNS["implementation_fee_total"]
UNCHARGED_FEE = case((_FEE_TOTAL.is_not(None), func.greatest(_FEE_TOTAL - _CARRIED, 0))).label("uncharged_fee")
"""Part of the implementation fee that no payment carries; NULL without a fee."""

_HAS_PAYMENTS = Conflict(
    "The project has payments that are paid, invoiced or entered for its client.", code="project_has_payments"
)


@dataclass(frozen=True, slots=True)
class ProjectFilter(Filter):
    """Criteria of projects."""

    client_id: int | None = None
    status: ProjectStatus | None = None
    tag: str | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        conditions = equal((Project.client_id, self.client_id), (Project.status, self.status))
        conditions += tagged(Project.tags, self.tag)
        if self.q is not None:
            conditions.append(containing(self.q, Project.name, Project.description, Project.notes))
        return conditions


@cached_query
def _client_of() -> Select[Any]:
    return select(Project.client_id).where(Project.id == parameter("project_id", int))


@cached_query
def _fee_groups() -> Select[Any]:
    days = select(func.unnest(cast(bindparam("days"), ARRAY(Date))).label("day")).subquery("days")
    day = days.c.day
    paused = exists().where(
        ProjectPause.project_id == Project.id,
        ProjectPause.first_day <= day,
        or_(ProjectPause.until_day.is_(None), ProjectPause.until_day > day),
    )
    amount, changing = _PLAN_COLUMNS["recurring_fee_amount"], _PLAN_COLUMNS["recurring_fee_grace_periods"] > 0
    changing = or_(changing, _PLAN_COLUMNS["recurring_fee_discount_periods"] > 0)
    terms = [_PLAN_COLUMNS[name] for name in RECURRING_FIELDS if name != amount.name]
    # Start and amount distinguish only fees with grace or discount, whose discounted amounts are rounded one by one.
    since = [case((changing, column)).label(f"own_{column.name}") for column in (Project.start_date, amount)]
    statement = select(day, Project.client_id, *terms, *since, func.sum(amount).label("total"), func.count().label("n"))
    return (
        statement.select_from(Project)
        .join(PaymentPlan, PaymentPlan.project_id == Project.id)
        .join(days, true())
        .where(
            amount.is_not(None),
            Project.start_date <= day,
            or_(Project.end_date.is_(None), Project.end_date >= day),
            ~paused,
            Project.id != all_(cast(bindparam("excluded"), ARRAY(BigInteger))),
        )
        .group_by(day, Project.client_id, *terms, *(column.element for column in since))
    )


@cached_query
def _replaced_versions() -> Select[Any]:
    version, later = PlanVersion, aliased(PlanVersion)
    # A version that ended because its plan was removed was not replaced: no report shows a plan that was removed.
    replaced = exists().where(
        later.project_id == version.project_id, later.plan_id == version.plan_id, later.id > version.id
    )
    terms = (PlanVersion.__table__.c[name] for name in RECURRING_FIELDS)
    statement = select(version.project_id, *terms).ext(distinct_on(version.project_id))
    return statement.where(version.until_day > parameter("day", date), replaced).order_by(
        version.project_id, version.plan_id.desc(), version.id
    )


class ReplacedVersion(NamedTuple):
    """The recurring fee of a plan before it was changed."""

    project_id: int
    recurring_fee_amount: Decimal | None
    recurring_fee_currency: Currency | None
    recurring_fee_frequency: ChargeFrequency | None
    recurring_fee_day_of_charge: int | None
    recurring_fee_grace_periods: int | None
    recurring_fee_discount_periods: int | None
    recurring_fee_discount_percentage: Decimal | None


class FeeGroup(NamedTuple):
    """Recurring fees of a client with equal terms that are active on a day: their sum and their number.

    `own_start_date` and `own_recurring_fee_amount` are set for fees with grace or discount periods; these are grouped
    by start and amount as well.
    """

    day: date
    client_id: int
    recurring_fee_currency: Currency
    recurring_fee_frequency: ChargeFrequency
    recurring_fee_day_of_charge: int | None
    recurring_fee_grace_periods: int | None
    recurring_fee_discount_periods: int | None
    recurring_fee_discount_percentage: Decimal | None
    own_start_date: date | None
    own_recurring_fee_amount: Decimal | None
    total: Decimal
    n: int

    @property
    def recurring_fee_amount(self) -> Decimal:
        """The amount of each fee if it is its own, else the sum of all."""
        return self.total if self.own_recurring_fee_amount is None else self.own_recurring_fee_amount


class _PlannedProject(ProjectColumns, PlanColumns, BasisColumns, Protocol):
    """Row of a project with the columns of its plan, of the plan's basis and its pauses."""

    @property
    def pauses(self) -> Sequence[Sequence[date]] | None: ...


class ProjectRepository(Repository[Project, ProjectRecord]):
    """Projects with their payment plans."""

    model = Project
    record = ProjectRecord
    conflicts: ClassVar = {
        "fk_projects_client_id_clients": NotFound("The client does not exist."),
        "fk_payments_project_id_client_id_projects": _HAS_PAYMENTS,
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        plan = nested_columns(PaymentPlanRecord, PaymentPlan.__table__)
        query = super().base_query().add_columns(UNCHARGED_FEE, *plan)
        return query.outerjoin(PaymentPlan, PaymentPlan.project_id == Project.id)

    def client_of(self, project_id: int) -> int:
        """The id of the project's client, or NotFound."""
        found = _client_of(project_id=project_id).scalar(self.session, int)
        if found is None:
            raise self._not_found(project_id)
        return found

    def lock(self, project_id: int) -> Project:
        """The project, locked against changes of its plan while payments are generated from it; or NotFound."""
        statement = select(Project).where(Project.id == project_id).with_for_update(key_share=True)
        project = self.session.scalars(statement).one_or_none()
        if project is None:
            raise self._not_found(project_id)
        return project

    def lock_active(self, zone: ZoneInfo) -> Iterator[Terms]:
        """The terms of all active projects that have a plan; the projects are locked as by `lock`."""
        active = Project.status == ProjectStatus.ACTIVE
        statement = select(*_TERMS_COLUMNS).where(active, Project.payment_plan.has())
        projects: Sequence[Any] = self.session.execute(
            statement.order_by(Project.id).with_for_update(key_share=True)
        ).all()
        # Queried once the locks are held, so that a plan that was just changed is seen; a join would show the old one.
        columns = (PaymentPlan.project_id, *_PLAN_COLUMNS.values(), *_BASIS_COLUMNS)
        planned = select(*columns).select_from(PaymentPlan).join(Project)
        plan_rows = self.session.execute(planned.outerjoin(PlanVersion, _OPEN_VERSION).where(active))
        plans: dict[int, Any] = {plan.project_id: plan for plan in plan_rows}
        pauses: dict[int, list[Pause]] = defaultdict(list)
        spans = select(ProjectPause.project_id, ProjectPause.first_day, ProjectPause.until_day).join(Project)
        spans = spans.where(active).order_by(ProjectPause.first_day)
        for project_id, first, until in self.session.execute(spans):
            pauses[project_id].append(Pause(first, until))
        for project in projects:
            if project.id in plans:
                plan = plans[project.id]
                yield terms_from(project, plan, pauses[project.id], zone, basis_of(plan))

    def active(self, project_ids: Collection[int], zone: ZoneInfo) -> Iterator[Terms]:
        """The terms of those of these projects that are active and have a plan, without a lock."""
        for row in self._with_plan(and_(Project.status == ProjectStatus.ACTIVE, Project.id.in_(project_ids))):
            yield terms_from(row, row, _pauses(row.pauses), zone, basis_of(row))

    def subscriptions(self, project_ids: Collection[int]) -> Iterator[Subscription]:
        """The recurring fees of these projects, active or not."""
        for row in self._with_plan(Project.id.in_(project_ids)):
            fees = recurring_fee_of(row)
            yield Subscription(row.id, row.client_id, row.start_date, row.end_date, fees, _pauses(row.pauses))

    def fee_groups_on(self, days: Collection[date], excluded: Collection[int]) -> list[FeeGroup]:
        """The recurring fees that are active on each of these days, grouped, without those of `excluded` projects."""
        return _fee_groups(days=list(days), excluded=list(excluded)).all(self.session, FeeGroup)

    def basis(self, project_id: int) -> PlanBasis:
        """The basis of the open version of the project's plan."""
        own = (PlanVersion.project_id == project_id, PlanVersion.until_day.is_(None))
        row: Any = self.session.execute(select(*_BASIS_COLUMNS).where(*own)).one_or_none()
        return basis_of(row)

    def record_plan_version(self, project_id: int, today: date, basis: PlanBasis) -> None:
        """End the open version of the project's plan, and begin one of the stored plan unless that was removed."""
        self.record_plan_versions([project_id], today, basis)

    def record_plan_versions(self, project_ids: Sequence[int], today: date, basis: PlanBasis) -> None:
        """End the open versions of plans, and begin new ones of those that are stored."""
        version, plan = PlanVersion.__table__.c, PaymentPlan.__table__.c
        is_open = (version.project_id.in_(project_ids), version.until_day.is_(None))
        ended = update(PlanVersion).where(*is_open).values(until_day=func.greatest(version.first_day, today))
        self.session.execute(ended, execution_options={"synchronize_session": False})
        columns: dict[str, ColumnElement[Any]] = {"project_id": plan.project_id, "plan_id": plan.id}
        columns |= {"first_day": literal(today), **_PLAN_COLUMNS}
        for name in BASIS_FIELDS:
            columns[name] = literal(_stored(getattr(basis, name)), version[name].type)
        stored = select(*columns.values()).where(plan.project_id.in_(project_ids))
        self.session.execute(insert(PlanVersion).from_select(list(columns), stored))

    def replaced_versions(self, day: date) -> list[ReplacedVersion]:
        """The versions that were in force at the end of the day, of plans that were changed since."""
        return _replaced_versions(day=day).all(self.session, ReplacedVersion)

    def plans_unlike_their_version(self) -> list[int]:
        """The projects whose plan differs from the open version, or where one of the two is missing."""
        plan, version = PaymentPlan.__table__.c, PlanVersion.__table__.c
        newest = select(PlanVersion.__table__).where(version.until_day.is_(None)).subquery()
        differs = (plan[name].is_distinct_from(newest.c[name]) for name in PLAN_FIELDS)
        both = PaymentPlan.__table__.join(newest, plan.id == newest.c.plan_id, full=True)
        project_id = func.coalesce(plan.project_id, newest.c.project_id)
        statement = select(project_id).select_from(both).where(or_(*differs)).order_by(project_id)
        return list(self.session.scalars(statement))

    def _with_plan(self, condition: ColumnElement[bool]) -> Iterator[_PlannedProject]:
        """Projects with the columns of their plan and their pauses."""
        span = array([ProjectPause.first_day, ProjectPause.until_day])
        spans = select(ProjectPause.project_id, func.array_agg(span).label("pauses")).group_by(ProjectPause.project_id)
        paused = spans.subquery()
        columns = (*_TERMS_COLUMNS, *_PLAN_COLUMNS.values(), *_BASIS_COLUMNS, paused.c.pauses)
        statement = select(*columns).join(PaymentPlan, PaymentPlan.project_id == Project.id)
        statement = statement.outerjoin(PlanVersion, _OPEN_VERSION)
        statement = statement.outerjoin(paused, paused.c.project_id == Project.id)
        rows: Iterable[Any] = self.session.execute(statement.where(condition).order_by(Project.id))
        yield from rows


def _stored(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _pauses(spans: Iterable[Sequence[date]] | None) -> tuple[Pause, ...]:
    return tuple(Pause(first, until) for first, until in spans or ())
