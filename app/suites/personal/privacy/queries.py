"""Rows of a book as JSON, whatever their table."""

from collections.abc import Iterator

from sqlalchemy import String, cast, func, select

from app.infra.books import BookAccess
from app.infra.db import Base
from app.infra.db.columns import NOT_AUDITED


def book_tables() -> list[str]:
    """Names of the tables whose rows belong to a book."""
    return [one.name for one in Base.metadata.sorted_tables if "book_id" in one.c and "id" in one.c]


def rows_of_book(access: BookAccess, name: str) -> Iterator[str]:
    """The rows of a book in a table as JSON, streamed; secrets such as hashes of tokens are left out."""
    table = Base.metadata.tables[name]
    shown = [one for one in table.c if one.comment != NOT_AUDITED]
    pairs = [part for one in shown for part in (one.name, one)]
    row = cast(func.jsonb_build_object(*pairs), String)
    statement = select(row).where(table.c.book_id == access.book_id).order_by(table.c.id)
    yield from access.session.scalars(statement, execution_options={"yield_per": 500})
