"""Reading a file: its format, what is remembered of such files, and the accounts of its statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from app.infra.books import BookAccess
from app.infra.statements import (
    AmbiguousDates,
    AmbiguousDecimals,
    Field,
    Format,
    ParsedFile,
    ParsedStatement,
    ReadOptions,
    read_statements,
)
from app.kernel.errors import Conflict, Invalid
from app.suites.personal.accounts.service import AccountKey, AccountService
from app.suites.personal.imports.repository import ImportMappingRepository
from app.suites.personal.imports.rules.signatures import (
    number_signature,
    proposed_dates,
    proposed_decimal,
)
from app.suites.personal.imports.rules.states import BookImportMode, Duplicates, FileFormat, MappingKind, TransferMode
from app.suites.personal.imports.service.drafts import Draft, LineError
from app.suites.personal.imports.service.numbers import KnownNumbers

BEFORE_OPENING, CURRENCY_MISMATCH = "before_opening", "currency_mismatch"


class NumberedAccount(TypedDict):
    """An account of the book, and the number that a file has for it."""

    number: str
    account_id: int


class FileOptions(TypedDict, total=False):
    """Options of an import."""

    mode: BookImportMode
    duplicates: Duplicates
    match_transfers: TransferMode
    run_rules: bool
    date_format: str
    decimal: str
    accounts: list[NumberedAccount]


class FileValues(TypedDict, total=False):
    """The values that are sent with a file."""

    account_id: int
    format: FileFormat
    mapping: dict[str, str | None]
    options: FileOptions


@dataclass(slots=True)
class ReadFile:
    """A file whose rows have accounts."""

    parsed: ParsedFile
    accounts: dict[int, AccountKey]
    drafts: list[Draft] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class FileReading:
    """Reads files into the accounts of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.accounts = AccountService(access)
        self.mappings = ImportMappingRepository(access)
        self.numbers = KnownNumbers(access)

    def read(self, content: bytes, values: FileValues) -> ReadFile:
        """The rows of a file; a refusal of the reader, or of ours, if they can't be told."""
        options = values.get("options", {})
        given = values.get("account_id")
        account = None if given is None else self._open_account(given)
        parsed = self._parsed(content, values, options, account)
        by_number = {number_signature(one["number"]): one["account_id"] for one in options.get("accounts", [])}
        found = ReadFile(parsed, {})
        found.errors = [
            LineError(row=one.row, field=one.field, code=one.code.value, text=one.text) for one in parsed.errors
        ]
        found.warnings = [one.value for one in parsed.warnings]
        own = self._with_accounts(parsed, account, by_number)
        for statement, account_id in own:
            self._add(found, statement, account_id)
        self._remember(parsed, values, own)
        return found

    def _parsed(
        self, content: bytes, values: FileValues, options: FileOptions, account: AccountKey | None
    ) -> ParsedFile:
        wanted = ReadOptions(
            format=Format(values["format"].value) if "format" in values else None,
            mapping=_columns(values.get("mapping", {})),
            date_format=options.get("date_format"),
            decimal=options.get("decimal"),
            currency=None if account is None else account.currency,
            remembered={} if "mapping" in values else self._remembered(),
        )
        locale = self.access.settings.locale
        try:
            return read_statements(content, wanted)
        except AmbiguousDates as refusal:
            refusal.errors["proposal"] = {"date_format": [_among(proposed_dates(locale), refusal.readings)]}
            raise
        except AmbiguousDecimals as refusal:
            refusal.errors["proposal"] = {"decimal": [proposed_decimal(locale)]}
            raise

    def _remembered(self) -> dict[str, Mapping[Field, str | int]]:
        found = self.mappings.newest(MappingKind.COLUMNS)
        return {one.signature: _columns(one.mapping or {}) for one in found}

    def _account_of(self, number: str, given: Mapping[str, int]) -> int | None:
        """The account of a number: the one that the caller names, else the one that has it, or had it in a file."""
        return given.get(number_signature(number)) or self.numbers.find(number)

    def _with_accounts(
        self, parsed: ParsedFile, account: AccountKey | None, by_number: Mapping[str, int]
    ) -> list[tuple[ParsedStatement, int]]:
        """Statements with the ids of their accounts; Invalid if one is not known."""
        if account is not None and len(parsed.statements) == 1:
            return [(parsed.statements[0], account.id)]
        unknown, found = [], []
        for statement in parsed.statements:
            number = "" if statement.account is None else statement.account.number
            account_id = self._account_of(number, by_number) if number else account and account.id
            if account_id is None:
                unknown.append(number)
            else:
                found.append((statement, account_id))
        if any(unknown):
            message = "The file has accounts that are not known: say which are which."
            raise Invalid(message, code="needs_accounts", errors={"options": {"accounts": sorted(set(unknown))}})
        if (unknown or not parsed.statements) and account is None:
            raise Invalid.field("account_id", "Missing data for required field.")
        return found

    def _add(self, found: ReadFile, statement: ParsedStatement, account_id: int) -> None:
        """Add the rows of a statement; those that its account can't have become errors."""
        if account_id not in found.accounts:
            found.accounts[account_id] = self._open_account(account_id)
        account = found.accounts[account_id]
        if statement.currency and statement.currency != account.currency:
            message = f"The statement is in {statement.currency}, the account in {account.currency}."
            raise Conflict(message, code=CURRENCY_MISMATCH, errors={"account_id": [message]})
        for row in statement.rows:
            problem = None
            if row.currency and row.currency != account.currency:
                problem = ("currency", CURRENCY_MISMATCH, f"{row.currency} is not the currency of the account.")
            elif account.opening_date is not None and row.day < account.opening_date:
                problem = ("date", BEFORE_OPENING, f"The account begins on {account.opening_date}.")
            if problem is None:
                found.drafts.append(Draft.of_row(row, account_id))
            else:
                name, code, words = problem
                found.errors.append(LineError(row=row.number, field=name, code=code, text=words))

    def _open_account(self, account_id: int) -> AccountKey:
        account = self.accounts.key(account_id)
        if account.is_closed:
            raise Conflict("The account is closed.", code="account_closed", errors={"account_id": ["Is closed."]})
        return account

    def _remember(self, parsed: ParsedFile, values: FileValues, statements: list[tuple[ParsedStatement, int]]) -> None:
        """Remember what the caller said of this file, for others of its kind."""
        options = values.get("options", {})
        if parsed.signature and ("mapping" in values or "date_format" in options or "decimal" in options):
            used = {one.value: str(column) for one, column in parsed.mapping.items()}
            named = {"name": ", ".join(parsed.columns)[:200] or "-", "mapping": all_columns(used)}
            formats = {"date_format": parsed.date_format, "decimal": parsed.decimal}
            self.mappings.remember(MappingKind.COLUMNS, parsed.signature, {**named, **formats})
        for statement, account_id in statements:
            if statement.account is not None and statement.account.number:
                self.numbers.remember(statement.account.number, account_id)


def all_columns(given: Mapping[str, str | None]) -> dict[str, str | None]:
    """The columns by all fields, as they are stored."""
    return {field.value: given.get(field.value) for field in Field}


def _columns(given: Mapping[str, str | None]) -> dict[Field, str | int]:
    return {Field(name): column for name, column in given.items() if column is not None}


def _among(proposal: str, readings: Mapping[str, object]) -> str:
    return proposal if proposal in readings else next(iter(readings))
