"""/goals and /debts of the suite."""

from decimal import Decimal

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.goals.models import ContributionRecord
from app.suites.personal.goals.rules.debts import Strategy
from app.suites.personal.goals.schemas import (
    DebtPlanInSchema,
    DebtPlanQuery,
    DebtPlanSchema,
    GoalContributionListQuery,
    GoalContributionSchema,
    GoalListQuery,
    GoalSchema,
)
from app.suites.personal.goals.service import (
    DebtPlan,
    DebtPlanService,
    GoalChanges,
    GoalItem,
    GoalReader,
    GoalService,
    NewContribution,
    NewGoal,
    PlanValues,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import Made, OneWithFigures
from app.web.context import context
from app.web.responses import Computed, Listed, Message

goals_namespace = Namespace("goals", path="/goals")
debts_namespace = Namespace("debts", path="/debts")
ONE = OneWithFigures(GoalSchema)


class PlanChoice(BookChoice, total=False):
    """The book of a plan, and its values."""

    extra: Decimal
    strategy: Strategy
    order: list[int]


def service(goal_id: int, query: BookChoice) -> GoalService:
    """The service in the book that a goal is in."""
    return GoalService.of_row(context(), goal_id, query.get("book_id"))


@goals_namespace.route("")
class Goals(Resource):
    @operation("personal:read", Listed(GoalSchema, title="Metas"), query=GoalListQuery, errors=(404,), name="listGoals")
    def get(self, query: BookListRequest) -> Page[GoalItem]:
        """List the goals of a book with their progress, by priority."""
        return GoalReader.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write", ONE, query=BookQuery, body=GoalSchema, status=201, errors=(404, 409), name="createGoal"
    )
    def post(self, query: BookChoice, body: NewGoal) -> GoalItem:
        """Make a goal, which follows its contributions, an account, a category or a debt."""
        made = GoalService.of_caller(context(), query.get("book_id"))
        goal_id, new = made.create(**body)
        return GoalReader(made.access).get(goal_id, new)


@goals_namespace.route("/<id:goal_id>")
class OneGoal(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,), name="getGoal")
    def get(self, query: BookChoice, goal_id: int) -> GoalItem:
        """One goal with its progress."""
        return GoalReader.of_row(context(), goal_id, query.get("book_id")).get(goal_id)

    @operation("personal:write", ONE, query=BookQuery, body=changes(GoalSchema), errors=(404, 409), name="updateGoal")
    def put(self, query: BookChoice, goal_id: int, body: GoalChanges) -> GoalItem:
        """Change the fields of a goal that are sent."""
        changed = service(goal_id, query)
        new = changed.update(goal_id, **body)
        return GoalReader(changed.access).get(goal_id, new)

    @operation("personal:write", Message("Goal deleted"), query=BookQuery, errors=(404,), name="deleteGoal")
    def delete(self, query: BookChoice, goal_id: int) -> None:
        """Delete a goal with its contributions; transfers that were made for it stay."""
        service(goal_id, query).delete(goal_id)


@goals_namespace.route("/<id:goal_id>/contribute")
class Contribute(Resource):
    @operation(
        "personal:write",
        Made(GoalSchema),
        query=BookQuery,
        body=GoalContributionSchema,
        status=201,
        errors=(404, 409),
        name="contributeToGoal",
    )
    def post(self, query: BookChoice, goal_id: int, body: NewContribution) -> GoalItem:
        """Put money aside for a goal, or take it back; with an account it is a transfer to the goal's own account."""
        changed = service(goal_id, query)
        new = changed.contribute(goal_id, **body)
        return GoalReader(changed.access).get(goal_id, new)


@goals_namespace.route("/<id:goal_id>/contributions")
class Contributions(Resource):
    @operation(
        "personal:read",
        Listed(GoalContributionSchema, title="Aportes"),
        query=GoalContributionListQuery,
        errors=(404,),
        name="listGoalContributions",
    )
    def get(self, query: BookListRequest, goal_id: int) -> Page[ContributionRecord]:
        """List the contributions to a goal, the newest first."""
        return GoalReader.of_row(context(), goal_id, query.book_id).contributions_of(goal_id, query.page)


@goals_namespace.route("/<id:goal_id>/contributions/<id:contribution_id>")
class OneContribution(Resource):
    @operation(
        "personal:write",
        Message("Contribution deleted"),
        query=BookQuery,
        errors=(404, 409),
        name="deleteGoalContribution",
    )
    def delete(self, query: BookChoice, goal_id: int, contribution_id: int) -> None:
        """Delete a contribution with the transfer that it made."""
        service(goal_id, query).take_back(goal_id, contribution_id)


@debts_namespace.route("/plan")
class DebtPlans(Resource):
    @operation("personal:read", Computed(DebtPlanSchema), query=DebtPlanQuery, errors=(404, 409), name="getDebtPlan")
    def get(self, query: PlanChoice) -> DebtPlan:
        """A plan that pays off all debts of a book: minimum payments, and all else by a strategy."""
        values: PlanValues = {name: value for name, value in query.items() if name != "book_id"}  # type: ignore[assignment]  # its keys
        return DebtPlanService.of_caller(context(), query.get("book_id")).plan(**values)

    @operation(
        "personal:write",
        Computed(DebtPlanSchema),
        query=BookQuery,
        body=DebtPlanInSchema,
        status=200,
        errors=(404, 409),
        name="previewDebtPlan",
    )
    def post(self, query: BookChoice, body: PlanValues) -> DebtPlan:
        """The plan as GET shows it, with its parameters in the body; nothing is stored."""
        return DebtPlanService.of_writer(context(), query.get("book_id")).plan(**body)
