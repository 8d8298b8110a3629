"""Category, client and project of an expense, as they are stored."""

from app.infra.context import Context
from app.suites.fresco.expenses.models import Spending
from app.suites.fresco.expenses.service.categories import CategoryService, CategoryValue
from app.suites.fresco.projects.service import BelongingResolver, BelongingValues, ProjectService


class StoredValues(CategoryValue, BelongingValues, total=False):
    """Category, client and project of an expense."""


class ExpenseResolver:
    """Finds category, client and project of an expense, as far as they are given."""

    def __init__(self, context: Context) -> None:
        self.categories = CategoryService(context)
        self.clients = BelongingResolver(ProjectService(context))

    def resolved(self, given: StoredValues, stored: Spending | None = None) -> StoredValues:
        """The values after the change; empty if none of them is given."""
        before = BelongingValues()
        if stored is not None:
            before = {"client_id": stored.client_id, "project_id": stored.project_id}
        return {**self.categories.resolved(given.get("category")), **self.clients.resolved(given, before)}
