"""Pages of lists, and requests for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Sort(NamedTuple):
    """One key of an order."""

    field: str
    descending: bool = False


class Part(Enum):
    """Position of a page: queries differ for the whole list, its first page and later pages."""

    WHOLE = "whole"
    FIRST = "first"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Page number, size and sort order. The order always ends with the id, so pages never overlap or skip.

    Without `per_page` the page is the whole list; it may be streamed, so it can be read only once.
    """

    page: int = 1
    per_page: int | None = 20
    sort: tuple[Sort, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the page is the whole list."""
        return self.per_page is None

    @property
    def part(self) -> Part:
        """The position of this page."""
        if self.whole:
            return Part.WHOLE
        return Part.FIRST if self.page == 1 else Part.LATER

    @property
    def offset(self) -> int:
        """Number of rows before this page."""
        return 0 if self.per_page is None else (self.page - 1) * self.per_page

    @property
    def span(self) -> slice:
        """The slice of a sequence that is this page."""
        return slice(self.offset, None if self.per_page is None else self.offset + self.per_page)

    def unpaged(self) -> "PageRequest":
        """A request for the whole list in the same order."""
        return replace(self, page=1, per_page=None)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of one page, and the number of items in all; `extra` are fields beside them, such as totals."""

    items: Iterable[T]
    total: int
    request: PageRequest
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """Number of pages; 0 for an empty list."""
        return -(-self.total // (self.request.per_page or max(self.total, 1)))
