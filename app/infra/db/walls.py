"""Row-level security around people's books: a transaction sees those that it has entered, and those of companies.

The policies read settings that last as long as the transaction, so they work behind a pooler as well. Whoever owns the
tables (migrations, backups, `flask verify`) is not subject to them.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.infra.db.session import is_read_only

_ENTERED = "entered"
_BOOK = "book"
_SET = (
    "SELECT set_config('app.person', %(person)s, true), set_config('app.book_ids', %(books)s, true),"
    " set_config('app.every_book', %(every)s, true)"
)


UNWALLED = {
    "periods": "only books of companies have any",
    "stored_files": "the domain that a file is attached to says who reads it, and the sweep must know all files",
}
"""Tables with books and no policy, each with the reason."""


class Entered(NamedTuple):
    """The person for whom a transaction works, and the books that it has entered."""

    person: int | None = None
    books: frozenset[int] = frozenset()
    every: bool = False

    def as_settings(self) -> dict[str, str]:
        """The values of the settings that the policies read."""
        return {
            "person": "" if self.person is None else str(self.person),
            "books": "{" + ",".join(map(str, sorted(self.books))) + "}",
            "every": "on" if self.every else "",
        }


NOTHING = Entered()


def work_in(session: Session, book_id: int) -> None:
    """Name the one book that the session works in, for events of the audit log."""
    session.info[_BOOK] = book_id


def book_worked_in(session: Session) -> int | None:
    """The book that the session works in, or None."""
    found: int | None = session.info.get(_BOOK)
    return found


def entered(session: Session) -> Entered:
    """The person and the books that the session has entered."""
    found: Entered = session.info.get(_ENTERED, NOTHING)
    return found


def enter_books(session: Session, books: Collection[int], person: int | None = None) -> None:
    """Enter these books and no others, in this transaction and later ones of the session."""
    _enter(session, Entered(person, frozenset(books)))


def enter_another(session: Session, book_id: int) -> None:
    """Enter one book more, such as one that is being made."""
    before = entered(session)
    _enter(session, before._replace(books=before.books | {book_id}))


def mark_entered(session: Session, now: Entered) -> None:
    """Record what a statement of this transaction has set, so that later transactions of the session set it, too."""
    _require_transaction(session)
    session.info[_ENTERED] = now


@contextmanager
def every_book(session: Session) -> Iterator[None]:
    """See the books of all people within the block: for jobs over all of them, never for requests."""
    before = entered(session)
    _enter(session, before._replace(every=True))
    try:
        yield
        session.flush()
    except BaseException:
        session.info[_ENTERED] = before
        with suppress(
            DBAPIError
        ):  # after an error of the database only a rollback is possible, which resets it as well
            _enter(session, before)
        raise
    _enter(session, before)


def _enter(session: Session, now: Entered) -> None:
    _require_transaction(session)
    session.info[_ENTERED] = now
    session.connection().exec_driver_sql(_SET, now.as_settings())


def _require_transaction(session: Session) -> None:
    if is_read_only(session):
        raise AssertionError("books are entered in a transaction: where each statement is one, nothing would be seen")


def _enter_on_begin(session: Session, _transaction: Any, connection: Connection) -> None:
    """Enter again in each later transaction, as after a retry."""
    now: Entered | None = session.info.get(_ENTERED)
    if now is not None:
        connection.exec_driver_sql(_SET, now.as_settings())


event.listen(Session, "after_begin", _enter_on_begin)
