"""Column types and constraints of the business: models name the kind of value, this module decides its storage."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import InstrumentedAttribute, mapped_column
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import ColumnElement

from app.kernel.money import Currency
from app.kernel.periods import FIRST_DAY, LAST_DAY

Line = Annotated[str, mapped_column(String(200))]
"""One line of text: a name, a title."""

Prose = Annotated[str, mapped_column(Text)]
"""Text of several lines; its schema limits it to 10,000 characters, the database to the same."""

Day = Annotated[date, mapped_column()]

LONGEST_PROSE = 10_000

NOT_AUDITED = "not audited"
"""Comment of a column whose values the audit log must not have; the database's `audit_refresh` reads it."""

SEALED = "sealed"
"""Mark of columns that `flask secrets rotate` seals anew."""

Sealed = Annotated[str, mapped_column(Text, comment=NOT_AUDITED, info={SEALED: True})]
"""A secret that `app.infra.sealing` encrypts and decrypts."""


def one_of(enum: type[StrEnum], name: str) -> Enum:
    """Column type that stores the value of an enum, with a CHECK that refuses other values."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def one_among(
    enum: type[StrEnum], column: str, among: Sequence[StrEnum], name: str | None = None
) -> tuple[Enum, CheckConstraint]:
    """Column type as of `one_of`, and a CHECK that refuses all but some values: `mapped_column(*one_among(...))`."""
    values = ", ".join(f"'{member.value}'" for member in among)
    return _texts(enum, length=40), CheckConstraint(f"{column} IN ({values})", name=name or column)


def any_currency(column: str) -> tuple[Enum, CheckConstraint]:
    """Column type of a currency, and a CHECK of its form; the program knows the codes: `mapped_column(*...)`."""
    return _texts(Currency, length=3), currency_code(column)


def _texts(enum: type[StrEnum], length: int) -> Enum:
    return Enum(enum, native_enum=False, length=length, values_callable=lambda members: [one.value for one in members])


def sane_day(column: str) -> CheckConstraint:
    """CHECK that a date is between 1900 and 2200: PostgreSQL also accepts 'infinity' and the year 5000000."""
    return CheckConstraint(f"{column} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'", name=f"{column}_range")


def not_blank(column: str) -> CheckConstraint:
    """CHECK that a text has more than white space."""
    return CheckConstraint(f"btrim({column}, E' \\t\\r\\n') <> ''", name=f"{column}_not_blank")


def at_most(column: str, length: int = LONGEST_PROSE) -> CheckConstraint:
    """CHECK of the length of a text; the schema has the same limit."""
    return CheckConstraint(f"char_length({column}) <= {length}", name=f"{column}_length")


def revision(table: str) -> ColumnElement[str]:
    """PostgreSQL's number of the transaction that wrote a row last, which tells whether a row read earlier is fresh."""
    return literal_column(f"{table}.xmin::text", String)


def folded(value: object) -> ColumnElement[str]:
    """Text without case and accents, for searching and sorting, by the function `fold` of the first migration."""
    return func.fold(value)


def one_spaced(text: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Text without case and accents, its words separated by one blank, as names are compared."""
    return func.btrim(func.regexp_replace(folded(text), r"\s+", " ", "g", type_=String))


def letters(text: ColumnElement[str] | InstrumentedAttribute[str | None]) -> ColumnElement[str]:
    """Letters and digits of a text, without case, as tax ids are compared."""
    return func.regexp_replace(func.lower(text), "[^0-9a-z]", "", "g", type_=String)


def containing(
    q: ColumnElement[str] | str, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Condition that a column contains q, regardless of case and accents; `%` and `_` in q have no special meaning."""
    letters = func.regexp_replace(q, r"([%_\\])", r"\\\1", "g", type_=String)
    pattern = folded(literal("%") + letters + "%")
    return or_(*(folded(column).like(pattern, escape="\\") for column in columns))


def letter_groups(one: object, other: object = None) -> ColumnElement[list[str]]:
    """Groups of three letters of one or two texts, without case and accents; a text has those of all that it contains.

    A GIN index of them finds texts by q with `letter_groups(text).contains(letter_groups(q))` beside `containing`.
    """
    return func.letter_groups(folded(one), null() if other is None else folded(other), type_=ARRAY(Text))


def containing_by_index(q: ColumnElement[str] | str, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Condition `containing` for a column with an index of its letter groups; for one or two letters all are read."""
    groups = letter_groups(q)
    return and_(or_(func.cardinality(groups) == 0, letter_groups(column).contains(groups)), containing(q, column))


def containing_number(q: ColumnElement[str] | str, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Condition that a number, such as a tax id, contains the letters and digits of q, whatever signs are between."""
    wanted, stored = (folded(func.regexp_replace(value, "[^[:alnum:]]", "", "g")) for value in (q, column))
    return and_(wanted != "", func.strpos(stored, wanted) > 0)


Amount = Annotated[Decimal, mapped_column(Numeric(12, 2))]
"""An amount of money; its column needs `positive`, as NaN passes PostgreSQL's `> 0`."""


def account_key(currency: str = "currency") -> ForeignKeyConstraint:
    """Key of the cash account that a row names, with the currency that the account then has."""
    columns = ["cash_accounts.id", "cash_accounts.currency"]
    return ForeignKeyConstraint(["cash_account_id", currency], columns, ondelete="RESTRICT")


MAX_TAGS, LONGEST_TAG = 10, 40
Tags = Annotated[list[str], mapped_column(ARRAY(String(LONGEST_TAG)), default=list, server_default="{}")]
"""Words by which people group rows; its table needs `tag_rules`."""


def tag_rules(table: str) -> tuple[SchemaItem, ...]:
    """CHECK of the number of tags, and an index of the rows that have any."""
    return (
        CheckConstraint(f"cardinality(tags) <= {MAX_TAGS}", name="tags_number"),
        Index(f"ix_{table}_tags", "tags", postgresql_using="gin", postgresql_where=text("tags <> '{}'")),
    )


def tagged(column: InstrumentedAttribute[list[str]], tag: str | None) -> list[ColumnElement[bool]]:
    """Conditions that a row has the tag, if one is given; written as in the index."""
    return [] if tag is None else [column.contains(cast(array([tag]), ARRAY(String))), column != literal_column("'{}'")]


def positive(column: str) -> CheckConstraint:
    """CHECK that an amount is greater than 0 and less than 10,000,000,000, and not NaN."""
    return CheckConstraint(f"{column} > 0 AND {column} < 10000000000", name=f"{column}_positive")


OwnNature = Annotated[str, mapped_column(String(40), server_default="operating")]
"""Nature of a row's movement, which a trigger sets when the row is written, by the company's lists of capital."""


def own_nature() -> CheckConstraint:
    """CHECK of the natures that a row may have itself; tax and financial movements come from certain sources."""
    return CheckConstraint("nature IN ('operating', 'capital')", name="nature")


def tax_within_amount() -> CheckConstraint:
    """CHECK that the part of an amount that is IVA is not more than a part of an amount."""
    return CheckConstraint("tax_amount >= 0 AND tax_amount <= amount", name="tax_within_amount")


def tax_below_amount() -> CheckConstraint:
    """CHECK that the part of an amount that is IVA is less than the amount; zero is one, too."""
    return CheckConstraint("tax_amount >= 0 AND tax_amount < amount", name="tax_below_amount")


Quantity = Annotated[Decimal, mapped_column(Numeric(16, 4))]
"""A number of units: pieces, hours, kilograms; its column needs `counted` or another CHECK, as NaN is a NUMERIC."""

UnitValue = Annotated[Decimal, mapped_column(Numeric(22, 10))]
"""The value of one unit, finer than money; it is rounded to money once, multiplied by a quantity (`amount_of`)."""


def counted(column: str, digits: int) -> CheckConstraint:
    """CHECK that a quantity or unit value is 0 or more, with so many digits before its decimals, and is not NaN."""
    return CheckConstraint(f"{column} >= 0 AND {column} < {10**digits}", name=f"{column}_counted")


def currency_code(column: str) -> CheckConstraint:
    """CHECK that a text has the form of an ISO 4217 code."""
    return CheckConstraint(f"{column} ~ '^[A-Z]{{3}}$'", name=f"{column}_code")


def bounded(column: str) -> CheckConstraint:
    """CHECK that a signed amount has at most 14 digits before its decimals, and is not NaN."""
    limit = 10**14
    return CheckConstraint(f"{column} > -{limit} AND {column} < {limit}", name=f"{column}_bounded")
