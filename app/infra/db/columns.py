"""Column types with a meaning. A model says what a value is; how it is stored is decided here, once."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, Enum, Numeric, String, Text, func, literal, or_
from sqlalchemy.orm import InstrumentedAttribute, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from app.kernel.periods import FIRST_DAY, LAST_DAY

Line = Annotated[str, mapped_column(String(200))]
"""One line of text: a name, a title."""

Prose = Annotated[str, mapped_column(Text)]
"""Text of several lines; its schema limits it to 10,000 characters, the database to the same."""

Day = Annotated[date, mapped_column()]

LONGEST_PROSE = 10_000


def one_of(enum: type[StrEnum], name: str) -> Enum:
    """A column that stores the enum's value and lets the database refuse any other."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def sane_day(column: str) -> CheckConstraint:
    """PostgreSQL takes 'infinity' and year 5000000 for a date; we don't."""
    return CheckConstraint(f"{column} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'", name=f"{column}_range")


def not_blank(column: str) -> CheckConstraint:
    """A name of spaces is no name."""
    return CheckConstraint(f"btrim({column}, E' \\t\\r\\n') <> ''", name=f"{column}_not_blank")


def at_most(column: str, length: int = LONGEST_PROSE) -> CheckConstraint:
    """The same limit that the schema tells the caller."""
    return CheckConstraint(f"char_length({column}) <= {length}", name=f"{column}_length")


def folded(value: object) -> ColumnElement[str]:
    """Text as people search for it: no case, no accents. `fold` comes with the first migration."""
    return func.fold(value)


def containing(q: Any, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether any of the columns contains q, whatever its case and accents; wildcards are just letters."""
    letters = func.regexp_replace(q, r"([%_\\])", r"\\\1", "g", type_=String)
    pattern = folded(literal("%") + letters + "%")
    return or_(*(folded(column).like(pattern, escape="\\") for column in columns))


Amount = Annotated[Decimal, mapped_column(Numeric(12, 2))]
"""Money; its column needs `positive`, for PostgreSQL sorts NaN above everything and would let it in."""


def positive(column: str) -> CheckConstraint:
    """More than nothing, less than ten thousand million, and a number."""
    return CheckConstraint(f"{column} > 0 AND {column} < 10000000000", name=f"{column}_positive")
