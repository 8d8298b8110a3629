"""CAMT.052, .053 and .054 of ISO 20022, in any of their versions: read as they are unpacked, entry by entry."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.infra.contents.markup import NOT_WELL_FORMED, Budget, Reader, Refused
from app.infra.statements.amounts import BadAmount, own_amount
from app.infra.statements.camt_entries import Detail, Entry, Node, parts_of
from app.infra.statements.days import DateOrder, day_in
from app.infra.statements.parsed import (
    MOST_ROWS,
    AccountName,
    Field,
    Format,
    Note,
    ParsedFile,
    ParsedStatement,
    Problem,
    ReadOptions,
    StatementRow,
)
from app.infra.statements.refusals import TooManyRows, unreadable
from app.infra.statements.rows import Found
from app.infra.statements.texts import clean

_STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
_WHOLE = {"Acct", "Bal", "Ntry", "TxDtls"}
"""Elements that are kept until they end."""
_ELEMENTS, _ATTRIBUTES = 1_000_000, 1_000_000
_MOST_NODES = 5_000
"""Elements of one part."""
_LONGEST_VALUE = 2_000
_CLOSING = ("CLBD", "CLAV", "ITBD")
_DECLARATION_END = "?>"


def read_camt(text: str, options: ReadOptions) -> ParsedFile:
    """The statements of all accounts; raises UnreadableFile."""
    text = text.lstrip()
    if text.startswith("<?xml"):
        text = text.partition(_DECLARATION_END)[2]  # the text is decoded, whatever it says
    handler = _Handler(options)
    reader = Reader(Budget(_ELEMENTS, _ATTRIBUTES), handler.begun, handler.ended)
    reader.parser.buffer_text = True
    reader.parser.CharacterDataHandler = handler.more_text
    try:
        for at in range(0, len(text), 64 * 1024):
            reader.feed(text[at : at + 64 * 1024].encode())
        reader.parser.Parse(b"", True)
    except Refused as refusal:
        raise unreadable(f"its XML {refusal}") from None
    except NOT_WELL_FORMED:
        raise unreadable("it is not well-formed XML") from None
    return ParsedFile(
        Format.CAMT, "", tuple(handler.statements), errors=tuple(handler.found.errors), notes=tuple(handler.found.notes)
    )


@dataclass(slots=True)
class _Statement:
    account: AccountName | None = None
    currency: str = ""
    rows: list[StatementRow] = field(default_factory=list)
    balances: dict[str, tuple[Decimal, date | None]] = field(default_factory=dict)


class _Handler:
    """The part that is open, and the statements so far."""

    def __init__(self, options: ReadOptions) -> None:
        self.fallback = options.currency.value if options.currency else ""
        self.found = Found()
        self.statements: list[ParsedStatement] = []
        self.statement: _Statement | None = None
        self.open: list[Node] = []
        self.nodes = 0
        self.details: list[Detail] = []

    def begun(self, name: str, attributes: list[str]) -> None:
        """Begin an element: keep it, if it is within a part."""
        name = name.rpartition("}")[2]
        if self.open or (self.statement is not None and name in _WHOLE):
            self.nodes += 1
            if self.nodes > _MOST_NODES:
                raise Refused("has an entry with too many elements")
            node = Node(name, _currency(attributes) if attributes else "")
            if self.open and name != "TxDtls":
                self.open[-1].children.append(node)
            self.open.append(node)
        elif name in _STATEMENTS:
            self._end_statement()
            self.statement = _Statement()

    def more_text(self, text: str) -> None:
        """Keep a piece of text."""
        if self.open and len(self.open[-1].text) < _LONGEST_VALUE:
            self.open[-1].text += text[:_LONGEST_VALUE]

    def ended(self, name: str) -> None:
        """End an element: a part is read as a whole."""
        name = name.rpartition("}")[2]
        if self.open:
            node = self.open.pop()
            if node.name == "TxDtls":
                self.nodes -= node.size()
                self.found_details(node)
            elif not self.open:
                self.nodes = 0
                self._read(node)
        elif name in _STATEMENTS:
            self._end_statement()

    def found_details(self, node: Node) -> None:
        """Keep the details of the entry that is open."""
        if len(self.details) + self.found.count > MOST_ROWS:
            raise TooManyRows
        self.details.append(Detail.of(node))

    def _read(self, node: Node) -> None:
        details, self.details = self.details, []
        if self.statement is None:
            return
        if node.name == "Acct":
            _read_account(self.statement, node)
        elif node.name == "Bal":
            _read_balance(self.statement, node)
        elif node.name == "Ntry":
            self._read_entry(self.statement, node, details)

    def _read_entry(self, statement: _Statement, node: Node, details: list[Detail]) -> None:
        entry = Entry.of(node)
        if entry.status == "INFO":
            self.found.note(self.found.next(), Note.INFORMATION_ONLY)
            return
        day, amount = _day(entry.day), _amount(entry.amount)
        if day is None or amount is None:
            number = self.found.next()
            if day is None:
                self.found.error(number, Field.DATE, Problem.INVALID_DATE, f"{entry.day[:40]!r} is not a date.")
            if amount is None:
                self.found.error(
                    number, Field.AMOUNT, Problem.INVALID_AMOUNT, f"{entry.amount[:40]!r} is not an amount."
                )
            return
        for part in parts_of(entry, amount, details):
            row = StatementRow(
                self.found.next(),
                day,
                part.amount,
                part.raw,
                payee=part.payee,
                description=part.description,
                currency=entry.currency,
                fitid=part.fitid,
                counterpart=part.counterpart,
                is_pending=entry.status == "PDNG",
                is_fee=part.is_fee,
            )
            if self.found.accepts(row, statement.currency or self.fallback):
                statement.rows.append(row)

    def _end_statement(self) -> None:
        if self.statement is None:
            return
        done, self.statement = self.statement, None
        kind = next((kind for kind in _CLOSING if kind in done.balances), None)
        balance, day = done.balances[kind] if kind else (None, None)
        own = {row.currency for row in done.rows}
        currency = done.currency or (own.pop() if len(own) == 1 else "")
        self.statements.append(ParsedStatement(done.account, currency, tuple(done.rows), balance, day))


def _read_account(statement: _Statement, node: Node) -> None:
    number = node.value("Id", "IBAN") or node.value("Id", "Othr", "Id")
    bank = node.value("Svcr", "FinInstnId", "BICFI") or node.value("Svcr", "FinInstnId", "BIC")
    if number:
        statement.account = AccountName(clean(number).replace(" ", ""), clean(bank))
    statement.currency = clean(node.value("Ccy")).upper()


def _read_balance(statement: _Statement, node: Node) -> None:
    amount = _amount(node.value("Amt"))
    if amount is not None:
        kind = node.value("Tp", "CdOrPrtry", "Cd").strip()
        signed = -amount if node.value("CdtDbtInd").strip() == "DBIT" and amount else amount
        statement.balances[kind] = (signed, _day(node.value("Dt", "Dt") or node.value("Dt", "DtTm")))


def _currency(attributes: list[str]) -> str:
    names = dict(zip(attributes[::2], attributes[1::2], strict=True))
    return clean(names.get("Ccy", "")).upper()


def _day(text: str) -> date | None:
    """The day as it is written, in whatever zone its time is."""
    return day_in(text.strip()[:10], DateOrder.YMD)


def _amount(text: str) -> Decimal | None:
    try:
        return own_amount(text)
    except BadAmount:
        return None
