"""Questions about projects."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    all_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from app.domains.projects.models import PaymentPlan, PaymentPlanRecord, Project, ProjectPause, ProjectRecord
from app.domains.projects.rules import PLAN_FIELDS, RECURRING_FIELDS, ChargeFrequency, ProjectStatus
from app.infra.db.columns import containing
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import nested_columns
from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import Conflict, NotFound
from app.kernel.money import Currency

_DECISIVE = (
    Project.id,
    Project.client_id,
    Project.start_date,
    Project.end_date,
    Project.status,
    Project.created_at,
)
"""What a project's terms need of it."""

_PLAN = {name: PaymentPlan.__table__.c[name] for name in PLAN_FIELDS}

_HAS_PAYMENTS = Conflict(
    "The project has payments that are paid, invoiced or entered for its client.", code="project_has_payments"
)


@dataclass(frozen=True, slots=True)
class ProjectFilter(Filter):
    """Which projects are meant."""

    client_id: int | None = None
    status: ProjectStatus | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        given = equal((Project.client_id, self.client_id), (Project.status, self.status))
        if self.q is not None:
            given.append(containing(self.q, Project.name, Project.description, Project.notes))
        return given


@cached_query
def _client_of() -> Select[Any]:
    return select(Project.client_id).where(Project.id == parameter("project_id", int))


@cached_query
def _charged_on() -> Select[Any]:
    days = select(func.unnest(cast(bindparam("days"), ARRAY(Date))).label("day")).subquery("days")
    day = days.c.day
    paused = exists().where(
        ProjectPause.project_id == Project.id,
        ProjectPause.first_day <= day,
        or_(ProjectPause.until_day.is_(None), ProjectPause.until_day > day),
    )
    amount, changing = _PLAN["recurring_fee_amount"], _PLAN["recurring_fee_grace_periods"] > 0
    changing = or_(changing, _PLAN["recurring_fee_discount_periods"] > 0)
    terms = [_PLAN[name] for name in RECURRING_FIELDS if name != amount.name]
    # What a fee began with matters to these alone; so does each amount, for a discount is rounded.
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
            Project.id != all_(cast(bindparam("without"), ARRAY(BigInteger))),
        )
        .group_by(day, Project.client_id, *terms, *(column.element for column in since))
    )


class ChargedFees(NamedTuple):
    """Recurring fees of equal terms that run on a day: their sum, and how many they are.

    `own_start_date` and `own_recurring_fee_amount` are set where grace or discount make each fee count by itself.
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


class ProjectRepository(Repository[Project, ProjectRecord]):
    """Projects, each with its plan."""

    model = Project
    record = ProjectRecord
    conflicts: ClassVar = {
        "fk_projects_client_id_clients": NotFound("The client does not exist."),
        "fk_payments_project_id_client_id_projects": _HAS_PAYMENTS,
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        plan = nested_columns(PaymentPlanRecord, PaymentPlan.__table__)
        return super().base_query().add_columns(*plan).outerjoin(PaymentPlan, PaymentPlan.project_id == Project.id)

    def client_of(self, project_id: int) -> int:
        """Whose project it is."""
        found: int | None = _client_of(project_id=project_id).scalar(self.session)
        if found is None:
            raise self._not_found(project_id)
        return found

    def hold(self, project_id: int) -> Project:
        """The project, locked against a change of its plan while payments are made from it."""
        statement = select(Project).where(Project.id == project_id).with_for_update(key_share=True)
        project = self.session.scalars(statement).one_or_none()
        if project is None:
            raise self._not_found(project_id)
        return project

    def hold_active(self) -> Iterator[tuple[Any, Any, list[Any]]]:
        """All active projects that have a plan, each with it and its pauses, as plain rows; locked likewise."""
        active = Project.status == ProjectStatus.ACTIVE
        statement = select(*_DECISIVE).where(active, Project.payment_plan.has())
        held = self.session.execute(statement.order_by(Project.id).with_for_update(key_share=True)).all()
        # Queried once the locks are held, so that a plan that was just changed is seen; a join would show the old one.
        asked = select(*PaymentPlan.__table__.c).join(Project).where(active)
        plans = {plan.project_id: plan for plan in self.session.execute(asked)}
        pauses: dict[int, list[Any]] = defaultdict(list)
        spans = select(*ProjectPause.__table__.c).join(Project).where(active).order_by(ProjectPause.first_day)
        for pause in self.session.execute(spans):
            pauses[pause.project_id].append(pause)
        for project in held:
            if project.id in plans:
                yield project, plans[project.id], pauses[project.id]

    def planned(self) -> Iterator[Any]:
        """The active projects that have a plan, as rows with it and their pauses, to look at."""
        active = Project.status == ProjectStatus.ACTIVE
        return self._with_plan((*_DECISIVE, *_PLAN.values()), active)

    def recurring(self, project_ids: Collection[int]) -> Iterator[Any]:
        """These of them that have a plan, active or not, as rows with no more than tells what they bring."""
        bare = (Project.id, Project.client_id, Project.start_date, Project.end_date)
        fee = (_PLAN[name] for name in RECURRING_FIELDS)
        return self._with_plan((*bare, *fee), Project.id.in_(project_ids))

    def charged_on(self, days: Collection[date], without: Collection[int]) -> list[ChargedFees]:
        """The recurring fees that run on each of these days, those of equal terms in one row; `without` some projects.

        Where neither grace nor discount asks since when a fee runs, the amounts of a client come as one.
        """
        return _charged_on(days=list(days), without=list(without)).all(self.session, ChargedFees)

    def _with_plan(self, shown: tuple[Any, ...], asked: ColumnElement[bool]) -> Iterator[Any]:
        span = array([ProjectPause.first_day, ProjectPause.until_day])
        spans = select(ProjectPause.project_id, func.array_agg(span).label("pauses")).group_by(ProjectPause.project_id)
        paused = spans.subquery()
        statement = select(*shown, paused.c.pauses).join(PaymentPlan, PaymentPlan.project_id == Project.id)
        statement = statement.outerjoin(paused, paused.c.project_id == Project.id)
        yield from self.session.execute(statement.where(asked).order_by(Project.id))
