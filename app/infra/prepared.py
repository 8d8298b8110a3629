"""Statements that are built and compiled once: a request brings the values only.

Building a query of some size with SQLAlchemy, and finding what was compiled for it, costs more than PostgreSQL
takes to answer it. So a function that builds one is `@prepared`: it runs once for each shape of what is asked,
with named parameters in place of values, and what it made is kept as text for psycopg2.
"""

import hashlib
import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import psycopg2
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Numeric,
    Select,
    String,
    Uuid,
    bindparam,
    event,
)
from sqlalchemy.dialects.postgresql import psycopg2 as dialects
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.types import TypeEngine

KEPT = 1024
"""Shapes of one statement that are kept; who sorts in ever new ways makes no process grow."""
FETCHED = 1000
"""Rows that come at once where everything is read."""

DIALECT = dialects.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped
_TYPES: dict[type, TypeEngine[Any]] = {
    int: BigInteger(),
    str: String(),
    date: Date(),
    datetime: DateTime(timezone=True),
    Decimal: Numeric(),
    UUID: Uuid(),
}

Values = dict[str, Any]
T = TypeVar("T")


class Asked:
    """The base of what is asked for: frozen dataclasses whose fields are values, choices (enums, flags), or None.

    A value becomes a parameter of the statement; a choice, or None, decides what the statement is.
    """

    __slots__ = ()

    def divided(self) -> "tuple[Shape, Values]":
        """What decides the statement, the choices and the types of the values; and the values by their parameters."""
        parts: list[Any] = []
        values: Values = {}
        for name in _names(type(self)):
            value = getattr(self, name)
            if value is None or isinstance(value, _CHOICES):
                parts.append(value)
            else:
                parts.append(type(value))
                values[name] = value
        return Shape(type(self), tuple(parts)), values


_CHOICES = (bool, Enum)


class Shape(NamedTuple):  # a tuple is compared and hashed without a line of Python
    """What is alike in all that is asked for by one statement."""

    of: type[Asked]
    parts: tuple[Any, ...]

    def symbol(self) -> Asked:
        """One of this shape, with parameters for values."""
        named = zip(_names(self.of), self.parts, strict=True)
        return self.of(**{name: parameter(name, part) if isinstance(part, type) else part for name, part in named})


def parameter(name: str, of: type) -> Any:
    """A named parameter of a statement, for values of that Python type."""
    return bindparam(name, type_=_TYPES[of])


def _names(cls: type) -> Iterable[str]:
    names: Iterable[str] = cls.__dataclass_fields__  # type: ignore[attr-defined]  # every Asked is a dataclass
    return names


class Planned(str):
    """The text of a statement that PostgreSQL plans once for each connection, for what differs each time is a key.

    To plan it anew costs more than to carry it out. Where the best way depends on the values, it has to be.
    """

    __slots__ = ("executing", "name", "preparing")

    def __init__(self, _text: object) -> None:
        places: dict[str, str] = {}
        numbered = _NAMED.sub(lambda found: places.setdefault(found[0], f"${len(places) + 1}"), self)
        self.name = f"planned_{hashlib.blake2b(self.encode(), digest_size=8).hexdigest()}"
        self.preparing = f"PREPARE {self.name} AS {numbered.replace('%%', '%')}"
        self.executing = f"EXECUTE {self.name} ({', '.join(places)})" if places else f"EXECUTE {self.name}"


_NAMED = re.compile(r"%\(\w+\)s")


class Prepared:
    """The text of a statement, and how its rows are read."""

    def __init__(self, statement: Select[Any], *, by_key: bool) -> None:
        compiled = statement.compile(dialect=DIALECT)
        self.statement = statement
        self.text = Planned(compiled) if by_key else str(compiled)
        self.constants = {name: one.effective_value for name, one in compiled.binds.items() if not one.required}
        self.read = _reader([column.name for column in statement.selected_columns])

    def rows(self, session: Session, values: Values) -> list[Any]:
        """All rows, with their columns by name; values as psycopg2 reads them, enums as their text."""
        return list(map(self.read, run(session, self.text, {**self.constants, **values})))

    def stream(self, session: Session, values: Values) -> Iterator[Any]:
        """The same a piece at a time, through a cursor of the server; to be read once."""
        statement = self.statement.execution_options(yield_per=FETCHED)
        return map(self.read, session.execute(statement, values))


def nested(name: str, columns: Iterable[Any]) -> list[ColumnElement[Any]]:
    """Columns that come as one record of that name, or as None where their first is NULL; to be selected last."""
    return [column.label(f"{name}{_INSIDE}{column.name}") for column in columns]


_INSIDE = "__"


def _reader(names: list[str]) -> Callable[[Any], Any]:
    """From a row to a record with these names."""
    plain = [name for name in names if _INSIDE not in name]
    if len(plain) == len(names):
        return record(plain)
    [outer] = {name.partition(_INSIDE)[0] for name in names[len(plain) :]}
    make, inside = record([*plain, outer]), record([name.partition(_INSIDE)[2] for name in names[len(plain) :]])
    count = len(plain)
    return lambda row: make((*row[:count], None if row[count] is None else inside(row[count:])))


def record(names: list[str]) -> Callable[[Any], Any]:
    """From a row to a record with these names."""
    made: Any = namedtuple("Record", names)  # type: ignore[misc]  # the names are known when a statement is
    return partial(tuple.__new__, made)  # what its `_make` does, without a call of Python for each row


@dataclass(frozen=True, slots=True)
class Question:
    """A prepared statement and the values it is asked with."""

    prepared: Prepared
    values: Values

    def all(self, session: Session) -> list[Any]:
        """All rows."""
        return self.prepared.rows(session, self.values)

    def first(self, session: Session) -> Any | None:
        """The first row, or None."""
        rows = self.all(session)
        return rows[0] if rows else None

    def scalar(self, session: Session) -> Any:
        """The first column of the first row, or None."""
        row = self.first(session)
        return None if row is None else row[0]

    def stream(self, session: Session) -> Iterator[Any]:
        """All rows, a piece at a time."""
        return self.prepared.stream(session, self.values)


def prepared(build: Callable[..., Select[Any]], *, by_key: bool = False) -> Callable[..., Question]:
    """The function asks questions instead of building statements.

    What is given by position decides the statement and must be hashable; an `Asked` does so by its shape only. What
    is given by name are values of parameters that the statement names itself.

    What is asked `by_key` has one best way whatever the key is, see `Planned`.
    """

    @lru_cache(maxsize=KEPT)
    def made(*shapes: Any) -> Prepared:
        statement = build(*(part.symbol() if isinstance(part, Shape) else part for part in shapes))
        return Prepared(statement, by_key=by_key)

    def ask(*given: Any, **values: Any) -> Question:
        shapes = []
        for part in given:
            if isinstance(part, Asked):
                shape, own = part.divided()
                shapes.append(shape)
                values.update(own)
            else:
                shapes.append(part)
        return Question(made(*shapes), values)

    return ask


planned = partial(prepared, by_key=True)


def run(session: Session, statement: str, values: Values | None = None) -> list[tuple[Any, ...]]:
    """The rows of a statement that is text already, by the session's own connection and in its transaction."""
    session.flush()  # what was changed in objects is asked about as well
    return on(line_of(session), statement, values)


_LINE = "line"


def line_of(session: Session) -> Connection:
    """The connection of the session's transaction, as `session.connection()` would find it each time anew."""
    line: Connection | None = session.info.get(_LINE)
    # A savepoint is set only once the session itself is asked.
    return session.connection() if line is None or session.in_nested_transaction() else line


def _keep_line(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    session.info[_LINE] = connection


def _forget_line(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_LINE, None)


def _forget_at_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:  # else it is a flush's, inside that of the request
        _forget_line(session, transaction)


event.listen(Session, "after_begin", _keep_line)
event.listen(Session, "after_soft_rollback", _forget_line)  # a failed flush leaves a transaction that takes no more
event.listen(Session, "after_transaction_end", _forget_at_end)


def on(connection: Connection, statement: str, values: Values | None = None) -> list[tuple[Any, ...]]:
    """The same by a connection; errors are SQLAlchemy's, as everywhere."""
    cursor: Any = connection.connection.cursor()
    dispatch = connection.engine.dispatch
    with cursor:
        watched = (connection, cursor, statement, values, None, False)
        for before in dispatch.before_cursor_execute:  # whoever watches an engine's statements sees these as well
            before(*watched)
        try:
            cursor.execute(_ready(statement, connection, cursor), values)
            found = cursor.fetchall() if cursor.description else []
        except psycopg2.Error as error:
            dialect: Any = connection.dialect
            outdated = error.pgcode == _OUTDATED and isinstance(statement, Planned)
            gone = outdated or dialect.is_disconnect(error, connection.connection, cursor)
            if gone:
                connection.invalidate(error)
            raise DBAPIError.instance(
                statement,
                None,
                error,
                psycopg2.Error,
                hide_parameters=True,
                connection_invalidated=gone,
                dialect=dialect,
            ) from error
        for after in dispatch.after_cursor_execute:
            after(*watched)
        return found


POOLED = "pooled"
"""An engine's option: whether a pooler gives its connections to others, so that nothing planned stays there."""
_KNOWN = "planned"
_MOST = 256
"""Plans that a connection keeps."""
_OUTDATED = "0A000"
"""A migration changed the columns since: the connection is given up, with its plans."""


def _ready(statement: str, connection: Connection, cursor: Any) -> str:
    """What is sent for the statement."""
    if not isinstance(statement, Planned):
        return statement
    known: set[str] = connection.info.setdefault(_KNOWN, set())
    if statement.name not in known:
        if len(known) >= _MOST or connection.get_execution_options().get(POOLED, True):
            return statement
        cursor.execute(statement.preparing)
        known.add(statement.name)
    return statement.executing
