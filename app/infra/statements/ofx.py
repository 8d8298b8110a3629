"""OFX 1 (SGML) and OFX 2 (XML) by one lenient reader: a value ends at the next tag, whether it is closed or not."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

from app.infra.statements.amounts import BadAmount, own_amount
from app.infra.statements.days import DateOrder, day_in
from app.infra.statements.parsed import (
    AccountName,
    Field,
    Format,
    ParsedFile,
    ParsedStatement,
    Problem,
    ReadOptions,
    StatementRow,
)
from app.infra.statements.refusals import unreadable
from app.infra.statements.rows import Found
from app.infra.statements.texts import clean, joined

_BEGIN = re.compile("<OFX[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"<(?:!\[CDATA\[(.{0,5000}?)\]\]>|!--.{0,5000}?-->|(/?)([^<>]*)>([^<]*))", re.DOTALL)
_MOST_SPECIAL = 1_000
"""Limit of comments and of sections of plain text."""
_DECLARATION = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_STATEMENTS = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
_ROWS = {"STMTTRN", "STMTTRNP"}
_ACCOUNTS = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
_PARTS = {"LEDGERBAL", "PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY", "AVAILBAL"}
_AGGREGATES = _STATEMENTS | _ROWS | _ACCOUNTS | _PARTS
_VALUES = {
    *("CURDEF", "ACCTID", "BANKID", "BROKERID", "ACCTTYPE", "BALAMT", "DTASOF"),
    *("DTPOSTED", "DTTRAN", "DTUSER", "DTAVAIL", "TRNAMT", "FITID"),
    *("NAME", "EXTDNAME", "MEMO", "CHECKNUM", "CURSYM"),
}
"""Tags of the values that are read."""
_LONGEST_VALUE, _LONGEST_NAME = 5_000, 200
_DAY = re.compile(r"\d{8}", re.ASCII)
Values = dict[str, str]
"""Values by their tag, below a dot within a part of a row."""


def read_ofx(text: str, options: ReadOptions) -> ParsedFile:
    """The statements of all accounts; raises UnreadableFile."""
    begin = _BEGIN.search(text)
    if begin is None:
        raise unreadable("it has no <OFX>")
    if _DECLARATION.search(text):
        raise unreadable("it has declarations of its own")
    if text.count("<!") > _MOST_SPECIAL:
        raise unreadable("it has too many comments")
    reader = _Reader(options)
    for found in _TAG.finditer(text, begin.end()):
        plain, closing, name, value = found.groups("")
        if name:
            reader.tag(name[:_LONGEST_NAME], value, closing=bool(closing))
        elif plain:
            reader.more(plain)
    reader.end()
    return ParsedFile(
        Format.OFX, "", tuple(reader.statements), errors=tuple(reader.found.errors), notes=tuple(reader.found.notes)
    )


class _Reader:
    """The statement and the row that are open."""

    def __init__(self, options: ReadOptions) -> None:
        self.fallback = options.currency.value if options.currency else ""
        self.found = Found()
        self.statements: list[ParsedStatement] = []
        self.statement: Values | None = None
        self.rows: list[StatementRow] = []
        self.row: Values | None = None
        self.is_pending = False
        self.part = ""
        self.last = ""

    def tag(self, name: str, value: str, *, closing: bool) -> None:
        """Begin or end an element; its value follows it at once."""
        name = name.split(None, 1)[0].rstrip("/").rpartition(":")[2].upper() if name.strip() else ""
        if name in _AGGREGATES and (closing or not value.strip()):
            (self._end if closing else self._begin)(name)
        elif not closing:
            self.last = name if name in _VALUES else ""
            self._set(self.last, value)

    def more(self, text: str) -> None:
        """Add a section of plain text to the last value."""
        place = self._place()
        if place is not None and self.last:
            key = self._key(self.last)
            place[key] = (place.get(key, "") + text)[:_LONGEST_VALUE]

    def end(self) -> None:
        """End of the file, which may lack closing tags."""
        self._end_row()
        self._end_statement()

    def _begin(self, name: str) -> None:
        self.last = ""
        if name in _STATEMENTS:
            self.end()
            self.statement = {}
        elif name in _ROWS:
            self._end_row()
            self.row, self.is_pending, self.part = {}, name == "STMTTRNP", ""
        else:
            self.part = name

    def _end(self, name: str) -> None:
        if name in _STATEMENTS:
            self.end()
        elif name in _ROWS:
            self._end_row()
        else:
            self.part = ""

    def _place(self) -> Values | None:
        return self.row if self.row is not None else self.statement

    def _key(self, name: str) -> str:
        return f"{self.part}.{name}" if self.part else name

    def _set(self, name: str, value: str) -> None:
        place = self._place()
        if place is not None and name and value.strip():
            place.setdefault(self._key(name), unescape(value.strip()[:_LONGEST_VALUE]))

    def _end_row(self) -> None:
        if self.row is None:
            return
        values, self.row, self.part = self.row, None, ""
        row = self._read(self.found.next(), values)
        own = (self.statement or {}).get("CURDEF", self.fallback)
        if row is not None and self.found.accepts(row, own):
            self.rows.append(row)

    def _end_statement(self) -> None:
        values, rows = self.statement, self.rows
        self.statement, self.rows = None, []
        if values is None and not rows:
            return
        values = values or {}
        kinds = (kind for kind in sorted(_ACCOUNTS) if f"{kind}.ACCTID" in values)
        account = next((_account(values, kind) for kind in kinds), None)
        self.statements.append(
            ParsedStatement(
                account,
                clean(values.get("CURDEF", "")).upper(),
                tuple(rows),
                _balance(values.get("LEDGERBAL.BALAMT", "")),
                _day(values.get("LEDGERBAL.DTASOF", "")),
            )
        )

    def _read(self, number: int, values: Values) -> StatementRow | None:
        written = next((values[name] for name in ("DTPOSTED", "DTTRAN", "DTUSER", "DTAVAIL") if name in values), "")
        day = _day(written)
        if day is None:
            code = Problem.INVALID_DATE if written else Problem.MISSING
            self.found.error(number, Field.DATE, code, f"{written[:40]!r} is not a date." if written else "Is missing.")
        amount = self._amount(number, values)
        if day is None or amount is None:
            return None
        payee = clean(values.get("PAYEE.NAME") or values.get("NAME", ""))
        memo = clean(values.get("MEMO", ""))
        extra = clean(values.get("EXTDNAME", ""))
        return StatementRow(
            number,
            day,
            amount,
            joined(payee, extra, memo, clean(values.get("CHECKNUM", "")), sign=" | "),
            payee=payee,
            description=memo or extra or payee,
            currency=clean(values.get("CURRENCY.CURSYM") or (self.statement or {}).get("CURDEF", "")).upper(),
            fitid=clean(values.get("FITID", "")),
            counterpart=clean(values.get("BANKACCTTO.ACCTID") or values.get("CCACCTTO.ACCTID", "")),
            is_pending=self.is_pending,
        )

    def _amount(self, number: int, values: Values) -> Decimal | None:
        text = values.get("TRNAMT", "")
        if not text:
            self.found.error(number, Field.AMOUNT, Problem.MISSING, "Is missing.")
            return None
        try:
            return own_amount(text)
        except BadAmount as bad:
            self.found.error(number, Field.AMOUNT, bad.code, str(bad))
            return None


def _account(values: Values, kind: str) -> AccountName:
    bank = values.get(f"{kind}.BANKID") or values.get(f"{kind}.BROKERID", "")
    return AccountName(clean(values[f"{kind}.ACCTID"]), clean(bank), clean(values.get(f"{kind}.ACCTTYPE", "")).lower())


def _day(text: str) -> date | None:
    """The day as it is written, in whatever zone its time is."""
    found = _DAY.match(text.strip())
    return day_in(found[0] if found else text, DateOrder.YMD)


def _balance(text: str) -> Decimal | None:
    try:
        return own_amount(text)
    except BadAmount:
        return None
