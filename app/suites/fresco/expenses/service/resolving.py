"""Category, client and project of an expense, as they are stored."""

from typing import TypedDict

from app.infra.context import Context
from app.kernel.errors import Invalid
from app.suites.fresco.expenses.models import Spending
from app.suites.fresco.expenses.service.categories import CategoryService, CategoryValue
from app.suites.fresco.projects.service import ProjectService


class PartyValues(TypedDict, total=False):
    """Client and project of an expense."""

    client_id: int | None
    project_id: int | None


class StoredValues(CategoryValue, PartyValues, total=False):
    """Category, client and project of an expense."""


class ExpenseResolver:
    """Finds category, client and project of an expense, as far as they are given."""

    def __init__(self, context: Context) -> None:
        self.categories = CategoryService(context)
        self.clients = ClientResolver(ProjectService(context))

    def resolved(self, given: StoredValues, stored: Spending | None = None) -> StoredValues:
        """The values after the change; empty if none of them is given."""
        return {**self.categories.resolved(given.get("category")), **self.clients.resolved(given, stored)}


class ClientResolver:
    """Finds client and project of an expense: both must exist, and a project sets its client."""

    def __init__(self, projects: ProjectService) -> None:
        self.projects = projects

    def resolved(self, given: PartyValues, stored: Spending | None = None) -> PartyValues:
        """Client and project after the change; empty if neither is given."""
        if not {"client_id", "project_id"} & given.keys():
            return {}
        before = PartyValues() if stored is None else _parties(stored)
        client_id, project_id = given.get("client_id"), given.get("project_id", before.get("project_id"))
        if client_id is not None:
            self.projects.clients.get(client_id)
        if project_id is None:
            return {"client_id": given.get("client_id", before.get("client_id")), "project_id": None}
        owner = self.projects.client_of(project_id)
        if client_id not in {None, owner}:
            raise Invalid.field("client_id", "Is not the project's client.")
        return {"client_id": owner, "project_id": project_id}


def _parties(expense: Spending) -> PartyValues:
    return {"client_id": expense.client_id, "project_id": expense.project_id}
