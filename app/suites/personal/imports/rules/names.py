"""Categories of a book by the words that files have for them."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from app.kernel.rows import plain_name
from app.suites.personal.categories.rules import CategoryType

_SEPARATOR = re.compile(r"\s*[:>/\\]\s*")


class FoundCategory(NamedTuple):
    """A category of a book."""

    id: int
    type: CategoryType


class FileCategories:
    """Categories by their names and by their paths; of two with one name, neither is found by it."""

    def __init__(self, types: Mapping[int, CategoryType], paths: Mapping[int, Sequence[str]]) -> None:
        self.types = types
        self.found: dict[tuple[CategoryType, str], int | None] = {}
        for category_id, path in paths.items():
            for name in {plain_name(path[-1]), ":".join(map(plain_name, path))}:
                key = (types[category_id], name)
                self.found[key] = None if key in self.found else category_id

    def find(self, words: str, chosen: int | None, amount: Decimal) -> FoundCategory | None:
        """The category that a person chose, else the one that the words name.

        What comes in may be of an expense, which it then gives back; what goes out is of no income.
        """
        kinds = (CategoryType.INCOME, CategoryType.EXPENSE) if amount > 0 else (CategoryType.EXPENSE,)
        if chosen is not None:
            kind = self.types.get(chosen)
            return None if kind is None or kind not in kinds else FoundCategory(chosen, kind)
        name = ":".join(plain_name(part) for part in _SEPARATOR.split(words) if part)
        for kind in kinds if name else ():
            category_id = self.found.get((kind, name))
            if category_id is not None:
                return FoundCategory(category_id, kind)
        return None

    def is_refund(self, category_id: int | None, amount: Decimal) -> bool:
        """Whether an amount of this category gives back what an expense took."""
        return amount > 0 and category_id is not None and self.types.get(category_id) is CategoryType.EXPENSE
