"""Cached queries: statements that are built and compiled once per query key, and executed with the values of a request.

Building a large select() takes longer than PostgreSQL needs to execute it. A function that builds one is therefore a
`@cached_query`: it runs once per key, with bind parameters in place of values, and the compiled text is executed with
SQLAlchemy's `exec_driver_sql`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CursorResult, Date, DateTime, Double, Numeric, Select, String, Uuid, bindparam
from sqlalchemy.dialects.postgresql import psycopg2
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from app.infra.db import require_writable
from app.infra.queries.records import reader
from app.infra.texts import readable, readable_rows, texts_of

MAX_CACHED = 1024
"""Compiled statements per function; limited, so that ever new sort orders can't use up the memory."""
FETCH_SIZE = 1000
"""Rows per round trip of a server-side cursor."""

_DIALECT = psycopg2.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped
_TYPES: dict[type, TypeEngine[Any]] = {
    int: BigInteger(),
    str: String(),
    date: Date(),
    datetime: DateTime(timezone=True),
    Decimal: Numeric(),
    float: Double(),
    UUID: Uuid(),
    list: ARRAY(BigInteger),
    tuple: ARRAY(String()),
}

Values = dict[str, object]
Statement = Select[Any] | UpdateBase
T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])


def parameter(name: str, python_type: type) -> Any:
    """A named bind parameter for values of that Python type; a list is one of ids."""
    return bindparam(name, type_=_TYPES[python_type])


class Criteria:
    """Base class for query criteria: a frozen dataclass whose fields are values, choices or None.

    Choices are enums, flags and sets of names.

    A value becomes a bind parameter, and several texts become an array. A choice, several of them, or None is part of
    the statement.
    """

    __slots__ = ()

    def split(self) -> "tuple[QueryKey, Values]":
        """The cache key, and the values by the names of their parameters."""
        parts: list[object] = []
        values: Values = {}
        for name in self.field_names():
            value = getattr(self, name)
            if value is None or isinstance(value, bool | Enum | frozenset) or _are_choices(value):
                parts.append(value)
            else:
                parts.append(type(value))
                values[name] = list(value) if isinstance(value, tuple) else value
        return QueryKey(type(self), tuple(parts)), values

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """The dataclass's fields, in their order."""
        return cls.__match_args__  # type: ignore[attr-defined,no-any-return]  # every dataclass has them


def _are_choices(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, Enum) for one in value)


class QueryKey(NamedTuple):
    """Cache key: everything about the criteria except the values."""

    criteria: type[Criteria]
    parts: tuple[object, ...]

    def as_template(self) -> Criteria:
        """Criteria of this key with bind parameters in place of values."""
        named = zip(self.criteria.field_names(), self.parts, strict=True)
        return self.criteria(
            **{name: parameter(name, part) if isinstance(part, type) else part for name, part in named}
        )


class CompiledQuery:
    """The text of a statement and the values that are constant in it."""

    def __init__(self, statement: Statement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.text = str(compiled)
        self.constants: Values = dict(compiled.params)


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A compiled statement and the values it is executed with."""

    query: CompiledQuery
    values: Values

    def all(self, session: Session, record: type[R]) -> list[R]:
        """All rows as records of this type."""
        return reader(record)(self.rows(session))

    def rows(self, session: Session) -> Sequence[Sequence[Any]]:
        """All rows as psycopg2 reads them, enums as text; for rows whose columns depend on the caller."""
        return readable_rows(session, self._execute(session).all())

    def write(self, session: Session) -> int:
        """Execute a statement that writes; returns the number of its rows."""
        require_writable(session)
        return self._execute(session).rowcount

    def first(self, session: Session, record: type[R]) -> R | None:
        """The first row, or None."""
        rows = self.all(session, record)
        return rows[0] if rows else None

    def scalar(self, session: Session, python_type: type[T]) -> T | None:
        """The first column of the first row, which psycopg2 reads as that type, or None."""
        value: T | None = self._execute(session).scalar()
        if isinstance(value, str) and (texts := texts_of(session)) is not None:
            value = readable(value, texts)
        if not isinstance(value, python_type | None):
            raise TypeError(f"{value!r} is no {python_type.__name__}")
        return value

    def stream(self, session: Session, record: type[R]) -> Iterator[R]:
        """All rows through a server-side cursor; to be read once."""
        read = reader(record)
        return (found for rows in self.partitions(session) for found in read(rows))

    def partitions(self, session: Session) -> Iterator[Sequence[Sequence[Any]]]:
        """All rows through a server-side cursor, a list at a time."""
        found = self._execute(session, stream_results=True).partitions(FETCH_SIZE)
        return (readable_rows(session, rows) for rows in found)

    def _execute(self, session: Session, **options: Any) -> CursorResult[Any]:
        session.flush()  # so that the query sees pending changes of objects
        values = {**self.query.constants, **self.values}
        return session.connection().exec_driver_sql(self.query.text, values, execution_options=options)


def cached_query(build: Callable[..., Statement]) -> Callable[..., BoundQuery]:
    """Make a function that builds a statement return a `BoundQuery` of the compiled one.

    Positional arguments select the statement and must be hashable; of `Criteria` only the key does. Keyword arguments
    are the values of parameters that the statement declares with `parameter`.
    """

    @lru_cache(maxsize=MAX_CACHED)
    def compiled(*key: Any) -> CompiledQuery:
        return CompiledQuery(build(*(part.as_template() if isinstance(part, QueryKey) else part for part in key)))

    def bind(*arguments: object, **values: object) -> BoundQuery:
        key: list[object] = []
        for part in arguments:
            if isinstance(part, Criteria):
                query_key, own_values = part.split()
                key.append(query_key)
                values.update(own_values)
            else:
                key.append(part)
        return BoundQuery(compiled(*key), values)

    return bind
