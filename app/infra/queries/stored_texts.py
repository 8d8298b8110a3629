"""Texts of one book as they are stored, which the types of their columns would read and encrypt."""

from collections.abc import Mapping, Sequence
from json import dumps
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnClause,
    ColumnElement,
    DateTime,
    MetaData,
    Table,
    TableClause,
    Text,
    and_,
    bindparam,
    cast,
    column,
    false,
    func,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.infra.texts import PREFIX, BookJSON, holds_texts


class StoredRow(NamedTuple):
    """The id of a row, and its texts by their columns."""

    id: int
    values: Mapping[str, Any]


class StoredTexts:
    """Reads and replaces the texts of the rows of a book in one table."""

    def __init__(self, session: Session, book_id: int, of: Table) -> None:
        self.session = session
        self.book_id = book_id
        self.columns = {one.name: one for one in of.columns if holds_texts(one)}
        self._raw = _raw(of, self.columns)

    def after(self, row_id: int, limit: int) -> list[StoredRow]:
        """The next rows, locked, in the order of their ids."""
        own = self._raw.c
        wanted = (own.book_id == self.book_id, own.id > row_id)
        found = select(own.id, *(own[name] for name in self.columns)).where(*wanted).order_by(own.id).limit(limit)
        rows = self.session.execute(found.with_for_update())
        return [StoredRow(row[0], dict(zip(self.columns, row[1:], strict=True))) for row in rows]

    def first_plain(self) -> int | None:
        """Id of the first row with a text that is not encrypted; what is inside of JSON is not looked at."""
        own = self._raw.c
        plain = [_is_plain(own[name]) for name in self.columns if not isinstance(own[name].type, JSONB)]
        found = select(own.id).where(own.book_id == self.book_id, or_(false(), *plain)).order_by(own.id).limit(1)
        first: int | None = self.session.scalar(found)
        return first

    def replace(self, rows: Sequence[StoredRow]) -> list[int]:
        """Replace the texts of rows, which stay the same rows, with their versions.

        Returns the ids of those that stay as they are, as there is another one with such a text, of another key.
        """
        if not rows:
            return []
        try:
            with self.session.begin_nested():
                self._replace(rows)
        except IntegrityError:
            if len(rows) == 1:
                return [rows[0].id]
            half = len(rows) // 2
            return self.replace(rows[:half]) + self.replace(rows[half:])
        return []

    def _replace(self, rows: Sequence[StoredRow]) -> None:
        own = self._raw.c
        values: dict[str, Any] = {name: _given(name, own[name].type) for name in self.columns}
        kept = {"updated_at": own.updated_at} if "updated_at" in own else {}
        statement = update(self._raw).where(own.id == bindparam("row_id")).values({**values, **kept})
        json = [name for name in self.columns if isinstance(own[name].type, JSONB)]
        given = [{"row_id": one.id, **_sent({**one.values}, json)} for one in rows]
        self.session.execute(statement, given)


def tables_of_texts(metadata: MetaData) -> list[Table]:
    """Tables with texts of books."""
    return [one for one in metadata.sorted_tables if any(map(holds_texts, one.columns))]


def _given(name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    is_json = isinstance(kind, JSONB)
    value = bindparam(f"new_{name}", type_=Text() if is_json else kind)
    return cast(value, kind) if is_json else value


def _sent(values: dict[str, Any], json: Sequence[str]) -> dict[str, Any]:
    texts = {name: json_text(values[name]) for name in json}
    return {f"new_{name}": value for name, value in {**values, **texts}.items()}


def json_text(value: object) -> str | None:
    """JSON as text, with the numbers that were read as decimals."""
    return None if value is None else dumps(value, default=float)


def _is_plain(stored: ColumnClause[Any]) -> ColumnElement[bool]:
    text = func.array_to_string(stored, "") if isinstance(stored.type, ARRAY) else stored
    plain: ColumnElement[bool] = and_(text != "", ~func.starts_with(text, PREFIX))
    return plain


def _raw(of: Table, columns: Mapping[str, Column[Any]]) -> TableClause:
    named: list[ColumnClause[Any]] = [column("id", BigInteger), column("book_id", BigInteger)]
    named += [column("updated_at", DateTime(timezone=True))] if "updated_at" in of.c else []
    return table(of.name, *named, *(column(name, _kind(one.type)) for name, one in columns.items()))


def _kind(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, ARRAY):
        return ARRAY(Text())
    return JSONB(none_as_null=True) if isinstance(kind, BookJSON) else Text()
