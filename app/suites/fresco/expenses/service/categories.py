"""Categories of expenses: free text, of which one spelling is kept."""

from collections.abc import Collection
from typing import TypedDict

from app.infra.context import Context
from app.infra.queries.names import NameRepository, NameUse
from app.suites.fresco.expenses.queries import CATEGORIES


class CategoryValue(TypedDict, total=False):
    """The category of an expense."""

    category: str


class CategoryService:
    """Finds, counts and merges the categories of expenses of every kind."""

    def __init__(self, context: Context) -> None:
        self.names = NameRepository(context.session, *CATEGORIES)

    def resolved(self, category: str | None) -> CategoryValue:
        """The category as it is stored; empty if none is given."""
        return {} if category is None else {"category": self.names.reuse(category)}

    def uses(self) -> list[NameUse]:
        """Every category with its use."""
        return self.names.uses()

    def merge(self, categories: Collection[str], to: str) -> int:
        """Move the expenses of some categories to another one and return their number."""
        return self.names.merge(categories, to)
