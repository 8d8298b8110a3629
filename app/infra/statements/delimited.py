"""CSV of any bank: columns by a mapping or by their headings, one notation of days and of amounts for all rows."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from app.infra.statements import amounts
from app.infra.statements.amounts import BadAmount
from app.infra.statements.days import DateOrder, day_in, order_of, order_of_format
from app.infra.statements.headings import currency_in, is_enough, recognised
from app.infra.statements.parsed import (
    AccountName,
    Field,
    FileWarning,
    Format,
    Note,
    ParsedFile,
    ParsedStatement,
    Problem,
    ReadOptions,
    StatementRow,
)
from app.infra.statements.refusals import EmptyFile, NeedsMapping
from app.infra.statements.rows import Found, currency_of
from app.infra.statements.table import PREAMBLE, Rows, table_of, usual_width
from app.infra.statements.texts import clean, folded, joined, without_guard
from app.kernel.errors import Invalid

_MONEY = (Field.AMOUNT, Field.DEBIT, Field.CREDIT, Field.BALANCE)
_NOT_TEXT = re.compile(
    r"[^A-Za-z]{0,4}[0-9][0-9.,'\s]*[.,][0-9]{1,5}[^A-Za-z]{0,4}|[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}.*"
)
"""Cells that are amounts or days: what tells one row from another is the rest."""
_NO_DAYS = "The column of the date has no days."
_LONGEST_RAW = 2_000
_LONGEST_NUMBER = 3
Mapped = dict[Field, int]


def read_csv(text: str, options: ReadOptions) -> ParsedFile:
    """The rows of a table; the encoding is for the caller to add."""
    table = table_of(text)
    if not table.rows:
        raise EmptyFile
    first, mapping = _columns(table.rows, options)
    heads = table.rows[first - 1] if first else []
    rows = table.rows[first:]
    if not rows:
        raise EmptyFile
    reader = _RowReader(rows, mapping, options, heads)
    found = Found()
    by_account: dict[str, list[StatementRow]] = {}
    for account, row in reader.rows(rows, found):
        by_account.setdefault(account, []).append(row)
    statements = tuple(_statement(account, own, reader.fallback) for account, own in by_account.items())
    return ParsedFile(
        Format.CSV,
        "",
        statements,
        errors=tuple(found.errors),
        notes=tuple(found.notes),
        warnings=(FileWarning.UNBALANCED_QUOTES,) if table.unbalanced else (),
        columns=tuple(map(clean, heads)),
        mapping={field: column + 1 for field, column in mapping.items()},
        signature=_signature(heads, len(rows[0])),
        date_format=reader.order.value,
        decimal=reader.sign,
    )


class _RowReader:
    """The notation of a table, and its rows read by it."""

    def __init__(self, rows: Rows, mapping: Mapped, options: ReadOptions, heads: list[str]) -> None:
        self.mapping = mapping
        self.fallback = _heading_currency(heads, mapping)
        self.currency = options.currency or currency_of(self.fallback)
        self.order = self._order(rows, options, heads)
        self.sign = self._sign(rows, options)
        debits = [self._money(row, Field.DEBIT) for row in rows] if Field.DEBIT in mapping else []
        self.debits_are_negative = not any(amount is not None and amount > 0 for amount in debits)

    def rows(self, rows: Rows, found: Found) -> Iterator[tuple[str, StatementRow]]:
        """The rows that can be imported, each with the account that it names."""
        for cells in rows:
            number = found.next()
            if not self._cell(cells, Field.DATE) and not any(self._cell(cells, field) for field in _MONEY[:3]):
                found.note(number, Note.NOT_A_TRANSACTION)
                continue
            row = self._row(number, cells, found)
            if row is not None and found.accepts(row, self.currency.value if self.currency else ""):
                yield clean(self._cell(cells, Field.ACCOUNT)), row

    def _row(self, number: int, cells: list[str], found: Found) -> StatementRow | None:
        day = self._day(number, cells, found)
        amount = self._amount(number, cells, found)
        currency = self._cell(cells, Field.CURRENCY).upper()
        if currency and currency_of(currency) is None:
            found.error(number, Field.CURRENCY, Problem.UNKNOWN_CURRENCY, f"{currency[:20]!r} is not a currency.")
            return None
        if day is None or amount is None:
            return None
        texts = {
            field: clean(without_guard(self._cell(cells, field)))
            for field in (Field.PAYEE, Field.DESCRIPTION, Field.NOTES, Field.CATEGORY, Field.EXTERNAL_ID)
        }
        return StatementRow(
            number,
            day,
            amount,
            _raw(cells),
            payee=texts[Field.PAYEE],
            description=texts[Field.DESCRIPTION],
            notes=texts[Field.NOTES],
            category=texts[Field.CATEGORY],
            currency=currency or self.fallback,
            fitid=texts[Field.EXTERNAL_ID],
            balance=self._money(cells, Field.BALANCE),
        )

    def _order(self, rows: Rows, options: ReadOptions, heads: list[str]) -> DateOrder:
        if options.date_format:
            return order_of_format(options.date_format)
        found = order_of(self._cells(rows, Field.DATE))
        if found is None:
            raise NeedsMapping([*map(clean, heads)], rows, _numbered(self.mapping), _NO_DAYS)
        return found

    def _sign(self, rows: Rows, options: ReadOptions) -> str:
        if options.decimal:
            if options.decimal not in {".", ","}:
                raise Invalid.field("options.decimal", "Must be a dot or a comma.")
            return options.decimal
        texts = {text for field in _MONEY for text in self._cells(rows, field)}
        return amounts.sign_of(texts, self.currency)

    def _day(self, number: int, cells: list[str], found: Found) -> date | None:
        text = self._cell(cells, Field.DATE)
        day = day_in(text, self.order)
        if day is None:
            code = Problem.INVALID_DATE if text else Problem.MISSING
            found.error(number, Field.DATE, code, f"{text[:40]!r} is not a date." if text else "Is missing.")
        return day

    def _amount(self, number: int, cells: list[str], found: Found) -> Decimal | None:
        """The signed amount: of its column, or of those of debits and credits."""
        given = {field: text for field in _MONEY[:3] if (text := self._cell(cells, field))}
        if not given:
            found.error(number, Field.AMOUNT, Problem.MISSING, "Is missing.")
            return None
        values: dict[Field, Decimal] = {}
        for field, text in given.items():
            try:
                values[field] = amounts.amount_in(text, self.sign)
            except BadAmount as bad:
                found.error(number, field, bad.code, str(bad))
                return None
        nonzero = [field for field, value in values.items() if value] or list(values)[:1]
        if len(nonzero) > 1 and Field.AMOUNT not in nonzero:
            found.error(number, Field.DEBIT, Problem.TWO_AMOUNTS, "Has a debit and a credit.")
            return None
        field = Field.AMOUNT if Field.AMOUNT in nonzero else nonzero[0]
        if field is Field.DEBIT and not self.debits_are_negative:
            return -values[field] if values[field] else values[field]
        return values[field]

    def _money(self, cells: list[str], field: Field) -> Decimal | None:
        text = self._cell(cells, field)
        try:
            return amounts.amount_in(text, self.sign) if text else None
        except BadAmount:
            return None

    def _cells(self, rows: Rows, field: Field) -> set[str]:
        return {text for row in rows if (text := self._cell(row, field))}

    def _cell(self, cells: list[str], field: Field) -> str:
        column = self.mapping.get(field)
        return cells[column].strip() if column is not None and column < len(cells) else ""


def _columns(rows: Rows, options: ReadOptions) -> tuple[int, Mapped]:
    """Number of the first line of data, and the columns; raises NeedsMapping."""
    if options.mapping:
        return _mapped(rows, options.mapping)
    for number, cells in enumerate(rows[:PREAMBLE], 1):
        known = _resolved(cells, options.remembered.get(_signature(cells, 0), {}))
        if known:
            return number, _completed(known, cells)
    for number, cells in enumerate(rows[:PREAMBLE], 1):
        mapping = recognised(cells)
        if is_enough(mapping):
            return number, mapping
    without_heads = options.remembered.get(_signature((), len(rows[0])))
    if without_heads:
        return _mapped(rows, without_heads)
    raise _unknown(rows, "The headings are not known.")


def _mapped(rows: Rows, given: Mapping[Field, str | int]) -> tuple[int, Mapped]:
    for number, cells in enumerate(rows[:PREAMBLE], 1):
        mapping = _resolved(cells, given)
        has_names = not all(map(_is_number, given.values()))
        if mapping is not None and (has_names or is_enough(recognised(cells))):
            return number, _completed(mapping, cells)
    numbers = {field: int(column) - 1 for field, column in given.items() if _is_number(column)}
    if len(numbers) < len(given) or not is_enough(numbers) or min(numbers.values()) < 0:
        raise _unknown(rows, "The columns are not in the file, or there is none of the date and one of amounts.")
    first = _first_day(rows, numbers[Field.DATE])
    if first is None:
        raise _unknown(rows, _NO_DAYS)
    return first, numbers


def _resolved(heads: Sequence[str], given: Mapping[Field, str | int]) -> Mapped | None:
    """The columns by number from 0 on, if this line has all their names."""
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        places.setdefault(folded(head), place)
    found: Mapped = {}
    for field, column in given.items():
        named = places.get(folded(column)) if isinstance(column, str) else None
        number = int(column) if _is_number(column) else 0
        if named is None and not 0 < number <= len(heads):
            return None
        found[field] = number - 1 if named is None else named
    return found


def _is_number(column: str | int) -> bool:
    return isinstance(column, int) or (column.isascii() and column.isdecimal() and len(column) <= _LONGEST_NUMBER)


def _completed(mapping: Mapped, heads: Sequence[str]) -> Mapped:
    """The columns that were named, and those of the other fields that are known."""
    taken = set(mapping.values())
    others = {field: place for field, place in recognised(heads).items() if place not in taken}
    if not {Field.AMOUNT, Field.DEBIT, Field.CREDIT}.isdisjoint(mapping):
        others = {field: place for field, place in others.items() if field not in _MONEY[:3]}
    return others | mapping


def _first_day(rows: Rows, column: int) -> int | None:
    """Number of the lines above the first with a day in this column."""
    for number, cells in enumerate(rows[:PREAMBLE]):
        if column < len(cells) and any(day_in(cells[column], order) for order in DateOrder):
            return number
    return None


def _unknown(rows: Rows, missing: str) -> NeedsMapping:
    width = usual_width(rows)
    number, heads = max(
        enumerate(rows[:PREAMBLE], 1), key=lambda row: (len(recognised(row[1])), len(row[1]) == width, -row[0])
    )
    return NeedsMapping([*map(clean, heads)], rows[number:], _numbered(recognised(heads)), missing)


def _numbered(mapping: Mapped) -> dict[str, int]:
    return {field.value: place + 1 for field, place in mapping.items()}


def _heading_currency(heads: Sequence[str], mapping: Mapped) -> str:
    places = [mapping[field] for field in _MONEY if field in mapping]
    return next((code for place in places if place < len(heads) and (code := currency_in(heads[place]))), "")


def _raw(cells: list[str]) -> str:
    """The texts of a row, whichever columns are mapped: no amounts, balances and days."""
    texts = (clean(cell) for cell in cells if cell and not _NOT_TEXT.fullmatch(cell.strip()[:80]))
    return joined(*texts, sign=" | ")[:_LONGEST_RAW]


def _signature(heads: Sequence[str], width: int) -> str:
    """Key of the headings; a table without has the number of its columns."""
    words = "|".join(map(folded, heads)) or f"{width} columns"
    return hashlib.sha256(words.encode()).hexdigest()


def _statement(account: str, rows: list[StatementRow], currency: str) -> ParsedStatement:
    own = {row.currency for row in rows}
    name = AccountName(account) if account else None
    return ParsedStatement(name, own.pop() if len(own) == 1 else currency, tuple(rows))
