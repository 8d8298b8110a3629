"""Values that the readers of statements take and give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.currencies import Currency

LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 50_000
LONGEST_TEXT = 1_000
"""Characters that are kept of a text of a row."""


class Format(StrEnum):
    """Format of a file."""

    CSV = "csv"
    OFX = "ofx"
    QIF = "qif"
    CAMT = "camt"


class Field(StrEnum):
    """Field of a row, as a mapping names it."""

    DATE = "date"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    DESCRIPTION = "description"
    PAYEE = "payee"
    NOTES = "notes"
    CATEGORY = "category"
    CURRENCY = "currency"
    ACCOUNT = "account"
    EXTERNAL_ID = "external_id"
    BALANCE = "balance"


class Problem(StrEnum):
    """Reason why a row can't be imported."""

    MISSING = "missing"
    INVALID_DATE = "invalid_date"
    INVALID_AMOUNT = "invalid_amount"
    CURRENCY_DECIMALS = "currency_decimals"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CURRENCY = "unknown_currency"
    TWO_AMOUNTS = "two_amounts"


class Note(StrEnum):
    """Reason why a row is left out although nothing is wrong with it."""

    ZERO_AMOUNT = "zero_amount"
    NOT_A_TRANSACTION = "not_a_transaction"
    """A line of a table without day and amount."""
    OPENING_BALANCE = "opening_balance"
    INFORMATION_ONLY = "information_only"
    """An entry that the bank does not book."""


class FileWarning(StrEnum):
    """Remark about a whole file."""

    REPLACED_CHARACTERS = "replaced_characters"
    """Bytes that are no character of the file's encoding."""
    UNBALANCED_QUOTES = "unbalanced_quotes"
    """The file was read as if its quotes were ordinary characters."""
    SPLITS_IGNORED = "splits_ignored"
    """The parts of a transaction of a QIF are not read."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Decisions of whoever imports; each is optional."""

    format: Format | None = None
    mapping: Mapping[Field, str | int] = field(default_factory=dict)
    """Columns of a CSV by name, or by number from 1 on."""
    remembered: Mapping[str, Mapping[Field, str | int]] = field(default_factory=dict)
    """Columns by the signature of the headings, from files before, for one whose columns are not given."""
    date_format: str | None = None
    """Order of the parts of a day, such as `DD/MM/YYYY`."""
    decimal: str | None = None
    """Decimal sign, a dot or a comma."""
    currency: Currency | None = None
    """Currency of the account, of amounts without one of their own."""


@dataclass(frozen=True, slots=True)
class AccountName:
    """An account, as the file names it."""

    number: str
    bank: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A transaction of a statement."""

    number: int
    """Its number in the file, from 1 on."""
    day: date
    amount: Decimal
    """Signed: what leaves the account is negative. Without zeros at the end."""
    raw: str
    """All text of the row, which no mapping or rule changes."""
    payee: str = ""
    description: str = ""
    notes: str = ""
    category: str = ""
    currency: str = ""
    """Its own currency, if the row or the statement has one."""
    fitid: str = ""
    """The bank's id of the transaction; banks use some twice."""
    counterpart: str = ""
    """Number of the account on the other side."""
    balance: Decimal | None = None
    """Balance of the account after it."""
    is_pending: bool = False
    is_fee: bool = False
    """The rest of an entry that its details do not explain: charges."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that can't be imported."""

    row: int
    field: str
    code: Problem
    text: str


@dataclass(frozen=True, slots=True)
class RowNote:
    """A row that is left out."""

    row: int
    code: Note


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """Transactions of one account."""

    account: AccountName | None
    currency: str
    """Empty if the file does not say it."""
    rows: tuple[StatementRow, ...]
    balance: Decimal | None = None
    """Balance at the end of `balance_day`."""
    balance_day: date | None = None


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file that was read; rows are numbered through all statements."""

    format: Format
    encoding: str
    statements: tuple[ParsedStatement, ...]
    errors: tuple[RowError, ...] = ()
    notes: tuple[RowNote, ...] = ()
    warnings: tuple[FileWarning, ...] = ()
    columns: tuple[str, ...] = ()
    """Headings of a CSV."""
    mapping: Mapping[Field, int] = field(default_factory=dict)
    """Columns that were used, by number from 1 on."""
    signature: str = ""
    """Key of the headings, by which a mapping is remembered."""
    date_format: str = ""
    decimal: str = ""
