"""A page of something, and how it was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Sort(NamedTuple):
    """One key of an order."""

    field: str
    descending: bool = False


class Part(Enum):
    """How much of what matches a page shows, as far as there are different ways to find it."""

    WHOLE = "whole"
    FIRST = "first"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of which order. The order always ends with the id, so pages never overlap or skip.

    Without `per_page` everything is meant, and may come a piece at a time: it can be read once only.
    """

    page: int = 1
    per_page: int | None = 20
    sort: tuple[Sort, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything is meant."""
        return self.per_page is None

    @property
    def part(self) -> Part:
        """Which part of all that is."""
        if self.whole:
            return Part.WHOLE
        return Part.FIRST if self.page == 1 else Part.LATER

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return 0 if self.per_page is None else (self.page - 1) * self.per_page

    @property
    def span(self) -> slice:
        """The same of a sequence."""
        return slice(self.offset, None if self.per_page is None else self.offset + self.per_page)

    def unpaged(self) -> "PageRequest":
        """Everything in this order."""
        return replace(self, page=1, per_page=None)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of one page, and how many there are in all; `extra` goes beside them (totals and the like)."""

    items: Iterable[T]
    total: int
    request: PageRequest
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are; none when there is nothing."""
        return -(-self.total // (self.request.per_page or max(self.total, 1)))
