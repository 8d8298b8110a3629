"""A page of something, and how it was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of an order."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of which order. The order always ends with the id, so pages never overlap or skip."""

    page: int = 1
    per_page: int = 20
    sort: tuple[Sort, ...] = ()

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.per_page


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of one page, and how many there are in all; `extra` goes beside them (totals and the like)."""

    items: Sequence[T]
    total: int
    request: PageRequest
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are; none when there is nothing."""
        return -(-self.total // self.request.per_page)
