"""Events of books."""

from dataclasses import dataclass

from app.kernel.books import BookSettings
from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class BookOpened(Event):
    """A book was made, in this transaction, which has entered it.

    Handlers make their default rows of `with_defaults`: categories, an account, a budget. Their services are made from
    `program_access(context, event.book_id)`.
    """

    book_id: int
    settings: BookSettings
    with_defaults: bool
    user_id: int | None
    """The owner."""


@dataclass(frozen=True, slots=True)
class BookKeysRenewed(Event):
    """A book has a new key, by which its values were written anew; handlers renew what they made by the older key."""

    book_id: int


@dataclass(frozen=True, slots=True)
class MembershipChanged(Event):
    """Somebody left a book or has another role in it; handlers end what the membership of before gave."""

    book_id: int
    user_id: int
