"""The book that a personal service works in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.infra.context import Context
from app.infra.texts import write_texts_in
from app.kernel.books import BookRole, BookSettings
from app.kernel.errors import Forbidden
from app.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class BookAccess:
    """A book, and what the caller may do there; services and repositories of the suite are made from it.

    Only the domain `books` makes one, and enters the book by it: for the caller, who must be a member, or for the
    program (jobs, tasks, handlers of events), which may do everything.
    """

    context: Context
    book_id: int
    role: BookRole
    settings: BookSettings
    today: date
    """Today in the book's zone; in a job that was given a day, that day."""

    @property
    def session(self) -> Session:
        """The session of the context, which has entered the book."""
        return self.context.session

    @property
    def currency(self) -> Currency:
        """The currency that the book reports in."""
        return self.settings.currency

    @property
    def user_id(self) -> int | None:
        """The caller, for `created_by`; None for the program."""
        return None if self.context.identity is None else self.context.identity.user_id

    def require_writer(self) -> None:
        """Raise Forbidden for a viewer; what is written next is of this book."""
        if not self.role.may_write:
            raise Forbidden("Viewers of a book change nothing in it.", code="viewer_only")
        write_texts_in(self.session, self.book_id)

    def require_owner(self) -> None:
        """Raise Forbidden for all but owners."""
        if self.role is not BookRole.OWNER:
            raise Forbidden("Only owners of the book may do this.", code="owner_only")
