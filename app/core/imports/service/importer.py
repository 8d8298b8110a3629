"""Interface of the kinds of rows that can be imported."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar

from app.kernel.rows import EnteredRow, Values


class Importer(ABC):
    """Rows of one kind, in bulk: all that a single POST does to one, in a few statements for all of them.

    The shape of a row is checked already: by that of the single POST.
    """

    kind: ClassVar[str]
    permission: ClassVar[str]
    """Permission of the single POST."""
    day: ClassVar[str]
    """The value that is a row's day."""
    booked: ClassVar[tuple[str, ...]] = ()
    """Values that are days of the company's book: none of a new record may lie in a closed month."""
    once: ClassVar[bool] = False
    """Whether a key stands for one record; else equal rows of a file are different records."""

    def resolve(self, rows: Sequence[EnteredRow]) -> None:  # noqa: B027 - not all rows name other records
        """Set the ids of the records that rows name, before they are loaded; adds errors."""

    def check(self, rows: Sequence[EnteredRow]) -> None:  # noqa: B027 - not all have rules beyond their shape
        """Check loaded rows by the rules of a single POST, and complete their values; adds errors."""

    @abstractmethod
    def key(self, values: Values) -> Hashable:
        """The values by which a record is known."""

    @abstractmethod
    def stored(self, rows: Sequence[EnteredRow]) -> Mapping[Hashable, Sequence[int]]:
        """Ids of stored records by key, of those that the rows may be."""

    @abstractmethod
    def create(self, rows: Sequence[Values]) -> list[int]:
        """Create the records, and return their ids in the same order."""
