"""Events of imports."""

from collections import Counter
from dataclasses import dataclass, field

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class BookDocumentGiven(Event):
    """A file is the JSON document of a book, to be brought into another: a handler brings it, or refuses it."""

    book_id: int
    content: bytes = field(repr=False)
    counts: Counter[str] = field(default_factory=Counter)
    """Number of the rows that were brought, by the sections of the document."""
