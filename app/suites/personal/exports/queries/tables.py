"""Sections of the JSON document as tables: their fields, and the rows of a book."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Integer,
    Numeric,
    Select,
    String,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base
from app.infra.queries.cached import cached_query, parameter
from app.infra.texts import BookJSON, BookText
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.exports.rules.document import ACCOUNTS, CATEGORIES, SECTIONS, Field, Kind, Part, Section
from app.suites.personal.transactions.models import Transaction

_OF_EVERY_ROW = frozenset({"id", "book_id", "created_by", "created_at", "updated_at", "version"})
_GROUPS = {("budgets", "group_id")}
_OF_LEDGER = {
    ACCOUNTS: (
        Field("name", "name", Kind.TEXT, required=True, longest=200),
        Field("currency", "currency", Kind.CHOICE, required=True, choices=Currency),
    ),
    CATEGORIES: (
        Field("name", "name", Kind.TEXT, required=True, longest=200),
        Field("type", "type", Kind.CHOICE, required=True, choices=CategoryType),
        Field("parent", "parent_id", Kind.REFERENCE, section=CATEGORIES),
    ),
}
"""Fields that the ledger's account has."""
_LARGEST = 2**31 - 1
_LARGEST_SMALL = 2**15 - 1
Stored = tuple[int, dict[str, object]]
"""Id of a row, and its values by column."""


@dataclass(frozen=True, slots=True)
class TableQueries:
    """Reads the rows of one book in the sections of the document."""

    session: Session
    book_id: int

    def rows(self, section: Section) -> Iterator[Stored]:
        """The rows of a section, the oldest first."""
        return self._read(section.table, fields_of(section))

    def parts(self, part: Part) -> dict[int, list[Stored]]:
        """The rows of a part by the id of the row that they belong to."""
        found: dict[int, list[Stored]] = {}
        fields = [*part_fields(part), Field(part.of, part.of, Kind.WHOLE)]
        for row_id, row in self._read(part.table, fields):
            owner = row.pop(part.of)
            if isinstance(owner, int):
                found.setdefault(owner, []).append((row_id, row))
        return found

    def numbers(self, days: DateRange) -> dict[int, int]:
        """Places of those transactions of these days to which other rows refer."""
        values = {"book_id": self.book_id, "first": days.start, "last": days.end}
        return {row[0]: row[1] for row in _numbers(**values).rows(self.session)}

    def _read(self, name: str, fields: list[Field] | tuple[Field, ...]) -> Iterator[Stored]:
        columns = [one.column for one in fields]
        found = _rows(name, tuple(columns), book_id=self.book_id).rows(self.session)
        return ((row[0], dict(zip(columns, row[1:], strict=True))) for row in found)


@cache
def fields_of(section: Section) -> tuple[Field, ...]:
    """Fields of the rows of a section."""
    return (*_OF_LEDGER.get(section.name, ()), *_fields(section.table, section.left_out))


@cache
def part_fields(part: Part) -> tuple[Field, ...]:
    """Fields of the rows that belong to a row."""
    return _fields(part.table, frozenset({part.of, "place"}))


def has_place(part: Part) -> bool:
    """Whether the rows of a part are numbered within theirs."""
    return "place" in Base.metadata.tables[part.table].c


def _fields(table: str, left_out: frozenset[str]) -> tuple[Field, ...]:
    gone = _OF_EVERY_ROW | left_out
    return tuple(_field(one) for one in Base.metadata.tables[table].c if one.name not in gone)


def _field(column: Column[object]) -> Field:
    name = column.name
    kind: object = column.type
    required = not column.nullable
    encrypted = column.info.get(ENCRYPTED)
    if (column.table.name, name) in _GROUPS:
        return Field(name.removesuffix("_id"), name, Kind.GROUP)
    section = next((one.name for one in SECTIONS if _refers(column, one.table)), None)
    if section is not None:
        return Field(name.removesuffix("_id"), name, Kind.REFERENCE, required, section=section)
    if isinstance(kind, DateTime):
        return Field(f"{name.removesuffix('_at')}_on", name, Kind.INSTANT, required)
    if isinstance(kind, ARRAY):
        return _several(name, kind.item_type)
    if isinstance(kind, Enum):
        choices = kind.enum_class if kind.enum_class and issubclass(kind.enum_class, StrEnum) else None
        return Field(name, name, Kind.CHOICE, required, choices=choices)
    if isinstance(kind, Numeric):
        digits, decimals = kind.precision or 18, kind.scale or 0
        return Field(name, name, Kind.NUMBER, required, most_digits=digits, decimals=decimals)
    if isinstance(kind, Integer):
        return Field(name, name, Kind.WHOLE, required, longest=_largest(kind))
    return Field(
        name, name, _kind(kind), required, table=column.table.name, longest=_longest(kind), encrypted=encrypted
    )


def _several(name: str, item: object) -> Field:
    if isinstance(item, Numeric):
        digits, decimals = item.precision or 18, item.scale or 0
        return Field(name, name, Kind.NUMBERS, required=True, most_digits=digits, decimals=decimals)
    if isinstance(item, Integer):
        return Field(name, name, Kind.WHOLES, required=True, longest=_largest(item))
    return Field(name, name, Kind.TEXTS, required=True, longest=_longest(item))


def _longest(kind: object) -> int:
    if isinstance(kind, BookText):
        return kind.longest
    return kind.length or 0 if isinstance(kind, String) else 0


def _kind(kind: object) -> Kind:
    if isinstance(kind, Boolean):
        return Kind.FLAG
    if isinstance(kind, JSONB | BookJSON):
        return Kind.JSON
    return Kind.DAY if isinstance(kind, Date) else Kind.TEXT


def _largest(kind: Integer) -> int:
    return _LARGEST_SMALL if type(kind).__name__ == "SmallInteger" else _LARGEST


def _refers(column: Column[object], table: str) -> bool:
    return any(one.column.table.name == table for one in column.foreign_keys)


@cached_query
def _rows(name: str, columns: tuple[str, ...]) -> Select[Any]:
    table = Base.metadata.tables[name]
    own = select(table.c.id, *(table.c[one] for one in columns)).where(table.c.book_id == parameter("book_id", int))
    return own.order_by(table.c.id)


@cached_query
def _numbers() -> Select[Any]:
    own, book_id = Transaction.__table__.c, parameter("book_id", int)
    place = func.row_number().over(order_by=(own.date, own.position, own.id)).label("place")
    within = own.date.between(parameter("first", date), parameter("last", date))
    placed = select(own.id, place).where(own.book_id == book_id, within).subquery("placed")
    wanted = union_all(*(_referring(one) for one in _referring_columns())).subquery("wanted")
    return select(placed.c.id, placed.c.place).where(placed.c.id.in_(select(wanted.c[0])))


def _referring(column: Column[object]) -> Select[Any]:
    own = column.table.c.book_id == parameter("book_id", int)
    return select(column).where(own, column.is_not(None))


def _referring_columns() -> list[Column[object]]:
    """Columns of the sections and their parts that refer to transactions, but for those of the parts of one."""
    names = {one.table for one in SECTIONS} | {part.table for one in SECTIONS for part in one.parts}
    tables = [Base.metadata.tables[name] for name in sorted(names - {"transaction_splits"})]
    return [one for table in tables for one in table.c if _refers(one, Transaction.__tablename__)]
