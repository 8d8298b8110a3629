"""Goals of people."""

from decimal import Decimal
from typing import Any

from app.suites.personal.goals.models import GoalContribution, GoalMilestone
from app.suites.personal.goals.service import GoalService
from tests.factories import Examples, Sent
from tests.factories.personal import row_in_book
from tests.factories.personal_money import existing, sent

GOALS, PLAN = "/api/personal/goals", "/api/personal/debts/plan"
TRIP = {"name": "Viaje", "target_amount": "1000", "currency": "COP"}
_ONE = f"{GOALS}/<id:goal_id>"


def _goal(access: Any) -> int:
    service = GoalService(access)
    goal_id, _ = service.create(name="Viaje", target_amount=Decimal(1000))
    service.contribute(goal_id, amount=Decimal(600))
    return goal_id


def _part(model: Any) -> Any:
    def make(access: Any) -> int:
        of_it = model.goal_id == _goal(access)
        return int(access.session.query(model.id).filter(of_it).first()[0])

    return make


def _contributed(caller: Any) -> str:
    """Address of the contributions to a new goal, which has one."""
    goal = existing(GOALS, TRIP)(caller)
    caller.post(f"{goal}/contribute", {"amount": "600"})
    return f"{goal}/contributions"


def _contribution(caller: Any) -> str:
    address = _contributed(caller)
    return f"{address}/{caller.get(address)['data'][0]['id']}"


def _contribute(caller: Any) -> Sent:
    return f"{existing(GOALS, TRIP)(caller)}/contribute", {"json": {"amount": "300"}}


EXAMPLES = Examples(
    rows={
        "Goal": row_in_book(_goal),
        "GoalContribution": row_in_book(_part(GoalContribution)),
        "GoalMilestone": row_in_book(_part(GoalMilestone)),
    },
    existing={
        _ONE: existing(GOALS, TRIP),
        f"{_ONE}/contributions": _contributed,
        f"{_ONE}/contributions/<id:contribution_id>": _contribution,
    },
    changes={_ONE: {"priority": 2}},
    own_posts={GOALS: sent(GOALS, TRIP), f"{_ONE}/contribute": _contribute, PLAN: sent(PLAN, {"extra": "10"})},
)
