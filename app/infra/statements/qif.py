"""QIF: lines that begin with a letter; one notation of days and of amounts for the whole file."""

import re
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import NamedTuple

from app.infra.statements import amounts
from app.infra.statements.amounts import BadAmount
from app.infra.statements.days import DateOrder, day_in, order_of, order_of_format
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
from app.infra.statements.refusals import EmptyFile, unreadable
from app.infra.statements.rows import Found
from app.infra.statements.texts import clean, folded, joined
from app.kernel.errors import Invalid

_HEAD = re.compile(r"!\s*(type\s*:\s*)?(.*)", re.IGNORECASE)
_TRANSACTIONS = {"bank", "cash", "ccard", "oth a", "oth l"}
_OPENING = {"opening balance", "saldo inicial", "anfangsbestand", "anfangssaldo"}
_LONGEST_LINE = 2_000
_SPLITS = frozenset("SE$%")
Fields = dict[str, str]


class _Record(NamedTuple):
    """A transaction, the account that it is in, and the kind of it."""

    account: str
    kind: str
    fields: Fields


def read_qif(text: str, options: ReadOptions) -> ParsedFile:
    """The transactions of all accounts."""
    found = Found()
    records = [(found.next(), record) for record in _records(text)]
    if not records:
        raise EmptyFile
    order = _order(records, options)
    sign = _sign(records, options)
    by_account: dict[tuple[str, str], list[StatementRow]] = {}
    currency = options.currency.value if options.currency else ""
    for number, record in records:
        own = by_account.setdefault((record.account, record.kind), [])
        row = _row(number, record.fields, order, sign, found)
        if row is not None and found.accepts(row, currency):
            own.append(row)
    has_splits = any(not _SPLITS.isdisjoint(record.fields) for _, record in records)
    return ParsedFile(
        Format.QIF,
        "",
        tuple(
            ParsedStatement(AccountName(name, kind=kind) if name else None, "", tuple(rows))
            for (name, kind), rows in by_account.items()
        ),
        errors=tuple(found.errors),
        notes=tuple(found.notes),
        warnings=(FileWarning.SPLITS_IGNORED,) if has_splits else (),
        date_format=order.value,
        decimal=sign,
    )


def _records(text: str) -> Iterator[_Record]:
    """The transactions; lists of categories, securities and the like are passed over."""
    section, account, fields = "", "", Fields()
    for written in StringIO(text):
        line = written.strip()[:_LONGEST_LINE]
        if line.startswith("!"):
            section = _section(line)
        elif line == "^":
            if section == "account":
                account = clean(fields.get("N", ""))
            elif section in _TRANSACTIONS and fields:
                yield _Record(account, section, fields)
            fields = Fields()
        elif line and (section in _TRANSACTIONS or section == "account"):
            fields.setdefault(line[0].upper(), line[1:].strip())
    if section in _TRANSACTIONS and fields:
        yield _Record(account, section, fields)


def _section(line: str) -> str:
    found = _HEAD.fullmatch(line)
    return folded(found[2]) if found else ""


def _order(records: list[tuple[int, _Record]], options: ReadOptions) -> DateOrder:
    if options.date_format:
        return order_of_format(options.date_format)
    order = order_of({text for _, record in records if (text := record.fields.get("D", ""))})
    if order is None:
        raise unreadable("it has no days")
    return order


def _sign(records: list[tuple[int, _Record]], options: ReadOptions) -> str:
    if not options.decimal:
        return amounts.sign_of({text for _, record in records if (text := _amount(record.fields))}, options.currency)
    if options.decimal not in {".", ","}:
        raise Invalid.field("options.decimal", "Must be a dot or a comma.")
    return options.decimal


def _row(number: int, fields: Fields, order: DateOrder, sign: str, found: Found) -> StatementRow | None:
    category, payee = clean(fields.get("L", "")), clean(fields.get("P", ""))
    if folded(payee) in _OPENING:
        found.note(number, Note.OPENING_BALANCE)
        return None
    written = fields.get("D", "")
    day = day_in(written, order)
    if day is None:
        code = Problem.INVALID_DATE if written else Problem.MISSING
        found.error(number, Field.DATE, code, f"{written[:40]!r} is not a date." if written else "Is missing.")
    amount = _value(number, _amount(fields), sign, found)
    if day is None or amount is None:
        return None
    memo = clean(fields.get("M", ""))
    transfer = category.startswith("[")
    return StatementRow(
        number,
        day,
        amount,
        joined(payee, memo, clean(fields.get("N", "")), sign=" | "),
        payee=payee,
        description=memo or payee,
        category="" if transfer else category,
        counterpart=category.strip("[]") if transfer else "",
    )


def _amount(fields: Fields) -> str:
    return fields.get("T") or fields.get("U", "")


def _value(number: int, text: str, sign: str, found: Found) -> Decimal | None:
    if not text:
        found.error(number, Field.AMOUNT, Problem.MISSING, "Is missing.")
        return None
    try:
        return amounts.amount_in(text, sign)
    except BadAmount as bad:
        found.error(number, Field.AMOUNT, bad.code, str(bad))
        return None
