"""Events of payees and tags."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PayeeLeaving(Event):
    """A payee is about to become another one; handlers move what names it."""

    book_id: int
    payee_id: int
    into: int
    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class TagRenamed(Event):
    """A tag of a book became another one, which may have been there; handlers rename it in what they have."""

    book_id: int
    name: str
    new_name: str
