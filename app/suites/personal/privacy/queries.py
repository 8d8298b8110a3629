"""Rows of a book as JSON, whatever their table, and the books with archives that are over."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.infra.books import BookAccess
from app.infra.db import Base
from app.infra.db.columns import NOT_AUDITED
from app.suites.personal.privacy.models import BookArchive

_NO_SECRETS = frozenset({"email"})
"""Columns that are in no history because they name other people, and are no secrets."""


def book_tables() -> list[str]:
    """Names of the tables whose rows belong to a book."""
    return [one.name for one in Base.metadata.sorted_tables if "book_id" in one.c and "id" in one.c]


def rows_of_book(access: BookAccess, name: str) -> Iterator[str]:
    """The rows of a book in a table as JSON, streamed; secrets such as hashes of tokens are left out."""
    table = Base.metadata.tables[name]
    shown = [one for one in table.c if one.comment != NOT_AUDITED or one.name in _NO_SECRETS]
    pairs = [part for one in shown for part in (one.name, one)]
    row = cast(func.jsonb_build_object(*pairs), String)
    statement = select(row).where(table.c.book_id == access.book_id).order_by(table.c.id)
    yield from access.session.scalars(statement, execution_options={"yield_per": 500})


def count_rows(access: BookAccess, names: Collection[str], most: int) -> int:
    """Number of rows of a book in these tables; of each table it counts no more than these."""
    tables = [Base.metadata.tables[name] for name in names]
    found = [select(literal(1)).where(one.c.book_id == access.book_id).limit(most).subquery() for one in tables]
    counts = union_all(*(select(func.count().label("rows")).select_from(one) for one in found)).subquery()
    return int(access.session.scalar(select(func.sum(counts.c.rows))) or 0)


def books_with_ended_archives(session: Session, now: datetime) -> list[int]:
    """Ids of the books with an archive that is over; the session must see every book."""
    over = select(BookArchive.book_id).where(BookArchive.expires_at <= now)
    return list(session.scalars(over.distinct().order_by(BookArchive.book_id)))


def allow_time(session: Session, seconds: int) -> None:
    """Let the statements of this transaction take so long."""
    session.execute(select(func.set_config("statement_timeout", f"{seconds}s", True)))
