"""/contributions of the suite."""

from app.suites.personal.transactions.schemas import ContributionSchema, NewContributionSchema
from app.suites.personal.transactions.service import Contribution, ContributionService, NewContribution
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import Made
from app.web.context import context

contributions_namespace = Namespace("contributions", path="/contributions")


@contributions_namespace.route("")
class Contributions(Resource):
    @operation(
        "personal:write",
        Made(ContributionSchema),
        body=NewContributionSchema,
        status=201,
        errors=(404, 409),
        name="createContribution",
    )
    def post(self, body: NewContribution) -> Contribution:
        """Move money between two of my books: an expense in one, an income in the other; each shows only its own."""
        return ContributionService(context()).create(body)
