"""Rules of categories."""

from collections.abc import Mapping
from enum import StrEnum

from app.core.ledger.rules import AccountKind
from app.kernel.errors import Invalid

DEEPEST = 4
"""Levels of the tree."""


class CategoryType(StrEnum):
    """Type of a category, and of all below it."""

    INCOME = "income"
    EXPENSE = "expense"

    @property
    def kind(self) -> AccountKind:
        """Kind of the account in the ledger."""
        return AccountKind(self.value)

    @property
    def uncategorised(self) -> str:
        """Code of the ledger's account for what has no category."""
        return f"uncategorised-{self.value}"


class Deletion(StrEnum):
    """Way in which a category goes: it is offered no more, or deleted."""

    ARCHIVE = "archive"
    DELETE = "delete"


class Overspending(StrEnum):
    """Way in which an envelope that was overspent goes on: next month's money pays, or the envelope itself."""

    DEDUCT = "deduct"
    CARRY = "carry"


class CategoryFlag(StrEnum):
    """Meaning of a category for insights."""

    SUBSCRIPTION = "subscription"
    GROCERIES = "groceries"
    FEES = "fees"
    INTEREST = "interest"
    SAVINGS = "savings"
    ESSENTIAL = "essential"


DEFAULTS: Mapping[CategoryType, Mapping[str, tuple[tuple[str, tuple[CategoryFlag, ...]], ...]]] = {
    CategoryType.INCOME: {
        "Salary": (),
        "Business": (),
        "Interest and dividends": (),
        "Other income": (),
    },
    CategoryType.EXPENSE: {
        "Food": (
            ("Groceries", (CategoryFlag.GROCERIES, CategoryFlag.ESSENTIAL)),
            ("Restaurants", ()),
        ),
        "Home": (
            ("Rent or mortgage", (CategoryFlag.ESSENTIAL,)),
            ("Utilities", (CategoryFlag.ESSENTIAL,)),
            ("Internet and phone", (CategoryFlag.SUBSCRIPTION,)),
        ),
        "Transport": (("Fuel", (CategoryFlag.GROCERIES,)), ("Public transport", ()), ("Taxi", ())),
        "Health": (("Insurance", (CategoryFlag.ESSENTIAL,)), ("Pharmacy", (CategoryFlag.ESSENTIAL,))),
        "Leisure": (("Subscriptions", (CategoryFlag.SUBSCRIPTION,)), ("Travel", ()), ("Gifts", ())),
        "Education": (),
        "Clothing": (),
        "Banking": (("Fees", (CategoryFlag.FEES,)), ("Interest", (CategoryFlag.INTEREST,))),
        "Savings": (),
        "Taxes": (),
        "Other": (),
    },
}
"""Categories of a new book: names at the top, each with those below it."""


def refused(field: str, code: str, message: str) -> Invalid:
    """The refusal of a field, with a code of its own."""
    return Invalid(message, code=code, errors={field: [message]})


class Tree:
    """Categories of a book by the ids of their parents."""

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        self.parents = parents

    def depth(self, category_id: int) -> int:
        """Levels from the top to a category, which counts."""
        return len(self.path(category_id))

    def path(self, category_id: int) -> list[int]:
        """The category and all above it, from the top."""
        found = [category_id]
        while (parent := self.parents.get(found[-1])) is not None:
            found.append(parent)
        return found[::-1]

    def below(self, category_id: int) -> set[int]:
        """The category and all below it."""
        return {one for one in self.parents if category_id in self.path(one)}

    def height(self, category_id: int) -> int:
        """Levels from a category down to the lowest below it."""
        return max(self.depth(one) for one in self.below(category_id)) - self.depth(category_id) + 1

    def check_move(self, category_id: int | None, parent_id: int | None) -> None:
        """Raise Invalid if a category, or a new one, can't stand under a parent."""
        if parent_id is None:
            return
        if category_id is not None and parent_id in self.below(category_id):
            raise refused("parent_id", "cycle", "A category can't stand under itself.")
        height = 1 if category_id is None else self.height(category_id)
        if self.depth(parent_id) + height > DEEPEST:
            raise refused("parent_id", "too_deep", f"Categories have at most {DEEPEST} levels.")
