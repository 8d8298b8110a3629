"""Projects, with or without a plan."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory

from app.infra.db import db
from app.kernel.money import Currency
from app.suites.fresco.projects.models import PaymentPlan, Project
from app.suites.fresco.projects.repository import ProjectRepository
from app.suites.fresco.projects.rules import ChargeFrequency, PlanBasis, PlanType, ProjectStatus
from tests import factories
from tests.factories import Examples, RowFactory
from tests.factories.clients import ClientFactory

_FEE = {
    "implementation_fee_total": Decimal("3000.00"),
    "implementation_fee_currency": Currency.COP,
    "implementation_fee_installments": 1,
}
_RECURRING = {
    "recurring_fee_amount": Decimal("100.00"),
    "recurring_fee_currency": Currency.COP,
    "recurring_fee_frequency": ChargeFrequency.MONTHLY,
    "recurring_fee_grace_periods": 0,
    "recurring_fee_discount_periods": 0,
    "recurring_fee_discount_percentage": Decimal("0.00"),
}
PLANS: dict[PlanType, dict[str, Any]] = {
    PlanType.SINGLE_FEE: _FEE,
    PlanType.INSTALLMENTS: {**_FEE, "implementation_fee_installments": 3},
    PlanType.SUBSCRIPTION: _RECURRING,
    PlanType.MIXED: {**_FEE, **_RECURRING},
}
"""A complete plan of each type."""


def plan(kind: PlanType, **changes: Any) -> PaymentPlan:
    """A plan of this type, as a new object."""
    return PaymentPlan(type=kind, **PLANS[kind] | changes)


def sent_plan(kind: PlanType, **changes: Any) -> dict[str, Any]:
    """The plan as the JSON of a request."""
    values = {"type": kind, **PLANS[kind], **changes}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


class ProjectFactory(RowFactory):
    """An active project without a plan."""

    class Meta:
        model = Project

    client_id = factory.LazyFunction(lambda: ClientFactory().id)
    name = factory.Sequence(lambda n: f"Proyecto {n:03}")
    description = "Una tienda en línea"
    start_date = date(2025, 1, 31)
    status = ProjectStatus.ACTIVE

    @classmethod
    def _create(cls, model_class: type[Project], *args: Any, **kwargs: Any) -> Project:
        project: Project = super()._create(model_class, *args, **kwargs)
        if kwargs.get("payment_plan") is not None and factories.app is not None:
            with factories.app.app_context():
                ProjectRepository(db.session).record_plan_version(project.id, project.start_date, PlanBasis())
                db.session.commit()
        return project


def planned() -> int:
    """Id of a project with a plan, of which no payment is made yet."""
    return int(ProjectFactory(start_date=date(2026, 1, 31), payment_plan=plan(PlanType.SUBSCRIPTION)).id)


def _new() -> dict[str, Any]:
    values = {"name": "Proyecto", "description": "Prueba", "start_date": "2026-01-31", "client_id": ClientFactory().id}
    return {**values, "payment_plan": sent_plan(PlanType.MIXED)}


EXAMPLES = Examples(
    rows={"Project": lambda: ProjectFactory(payment_plan=plan(PlanType.MIXED)).id},
    existing={"/api/projects/<id:project_id>": lambda _: f"/api/projects/{ProjectFactory().id}"},
    changes={"/api/projects/<id:project_id>": {"payment_plan": sent_plan(PlanType.SUBSCRIPTION)}},
    posts={"/api/projects": lambda: ("/api/projects", {"json": _new()})},
)
