"""Questions about projects."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.dialects.postgresql import array

from app.domains.projects.models import PaymentPlan, Project, ProjectPause
from app.domains.projects.rules import PLAN_FIELDS, RECURRING_FIELDS, ProjectStatus
from app.infra.columns import containing
from app.infra.prepared import nested
from app.infra.repository import Filter, Repository, equal
from app.kernel.errors import Conflict, NotFound

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


class ProjectRepository(Repository[Project]):
    """Projects, each with its plan."""

    model = Project
    conflicts: ClassVar = {
        **{
            f"fk_{table}_project_id_client_id_projects": Conflict(
                "The project is named in expenses.", code="project_in_use"
            )
            for table in ("expenses", "recurring_expenses", "accrued_expenses")
        },
        "fk_projects_client_id_clients": NotFound("The client does not exist."),
        "fk_payments_project_id_client_id_projects": _HAS_PAYMENTS,
    }

    @classmethod
    def shown(cls) -> Select[Any]:
        plan = nested("payment_plan", PaymentPlan.__table__.c)
        return select(*Project.__table__.c, *plan).outerjoin(PaymentPlan, PaymentPlan.project_id == Project.id)

    def hold(self, project_id: int) -> Project:
        """The project, locked against a change of its plan while payments are made from it."""
        statement = select(Project).where(Project.id == project_id).with_for_update(key_share=True)
        project: Project = self._known(self.session.scalars(statement).one_or_none(), project_id)
        return project

    def hold_active(self) -> Iterator[tuple[Any, Any, list[Any]]]:
        """All active projects that have a plan, each with it and its pauses, as plain rows; locked likewise."""
        active = Project.status == ProjectStatus.ACTIVE
        statement = select(*_DECISIVE).where(active, Project.payment_plan.has())
        held = self.session.execute(statement.order_by(Project.id).with_for_update(key_share=True)).all()
        # Asked once the locks are held: who was changing a plan has committed, and a join would show what was before.
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

    def recurring(self) -> Iterator[Any]:
        """All projects that have a recurring fee, active or not, as rows with no more than tells what they bring."""
        bare = (Project.id, Project.client_id, Project.start_date, Project.end_date)
        fee = (_PLAN[name] for name in RECURRING_FIELDS)
        return self._with_plan((*bare, *fee), true())

    def _with_plan(self, shown: tuple[Any, ...], asked: ColumnElement[bool]) -> Iterator[Any]:
        span = array([ProjectPause.first_day, ProjectPause.until_day])
        spans = select(ProjectPause.project_id, func.array_agg(span).label("pauses")).group_by(ProjectPause.project_id)
        paused = spans.subquery()
        statement = select(*shown, paused.c.pauses).join(PaymentPlan, PaymentPlan.project_id == Project.id)
        statement = statement.outerjoin(paused, paused.c.project_id == Project.id)
        yield from self.session.execute(statement.where(asked).order_by(Project.id))
