"""Looks through all tables for what must be in none."""

from sqlalchemy import text

from app.infra.owner import owner_session
from tests import factories

_TABLES = text(
    "SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
    " WHERE relkind = 'r' AND nspname IN ('public', 'tasks') AND (:any OR EXISTS"
    " (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND attname = 'book_id' AND NOT attisdropped))"
)


def rows_with(word: str) -> set[str]:
    """Tables that have this word, without case and accents, each with the first row that has it."""
    assert factories.app is not None
    found = set()
    with factories.app.app_context(), owner_session() as owner:
        for name in owner.scalars(_TABLES, {"any": True}).all():
            first = text(f"SELECT t::text FROM {name} t WHERE fold(t::text) LIKE :word LIMIT 1")  # noqa: S608
            row = owner.scalar(first, {"word": f"%{word}%"})
            found |= set() if row is None else {f"{name}: {row[:600]}"}
    return found


def tables_of(book_id: int) -> set[str]:
    """Tables that have rows of a book."""
    assert factories.app is not None
    with factories.app.app_context(), owner_session() as owner:
        return {
            name
            for name in owner.scalars(_TABLES, {"any": False}).all()
            if owner.scalar(text(f"SELECT EXISTS (SELECT FROM {name} WHERE book_id = :book)"), {"book": book_id})  # noqa: S608
        }
