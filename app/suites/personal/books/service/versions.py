"""Version of a book, by which results are kept that were worked out from it."""

from app.infra.books import BookAccess
from app.suites.personal.books.queries import newest_entries


def book_version(access: BookAccess) -> str:
    """Version of a book: another one after any change of it.

    It follows the newest entries of the book's history rather than a counter, which writers would wait for. It is of
    several, for an entry may come after one with a higher id: transactions end in another order than they begin.
    """
    newest = newest_entries(access)
    return f"{newest.ids or 0:f}:{'' if newest.at is None else newest.at.timestamp()}"
