"""Service of categories: those of expenses, and types of incomes."""

from typing import TypedDict

from app.infra.context import Context
from app.infra.queries.names import NameUse
from app.suites.fresco.categories.rules import CategoryKind
from app.suites.fresco.expenses.service import CategoryService
from app.suites.fresco.incomes.service import TypeService


class KindRequest(TypedDict):
    """A kind of names."""

    kind: CategoryKind


class MergeRequest(KindRequest):
    """Names of a kind that become one."""

    names: list[str]
    to: str


class CategoriesService:
    """Lists and merges names of either kind."""

    def __init__(self, context: Context) -> None:
        self.services: dict[CategoryKind, CategoryService | TypeService] = {
            CategoryKind.EXPENSE: CategoryService(context),
            CategoryKind.INCOME: TypeService(context),
        }

    def uses(self, kind: CategoryKind) -> list[NameUse]:
        """Every name of the kind with its use."""
        return self.services[kind].uses()

    def merge(self, kind: CategoryKind, names: list[str], to: str) -> int:
        """Replace the names by another one and return the number of changed rows."""
        return self.services[kind].merge(names, to)
