"""Bringing the JSON document of a book into a book without transactions: all of it, or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from app.infra.books import BookAccess
from app.kernel.errors import Conflict
from app.suites.personal.accounts.service import AccountService, ValuationService
from app.suites.personal.books.service import BookCipher, PersonalBookService, caller_access
from app.suites.personal.categories.rules import DEEPEST, CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.exports.queries.tables import fields_of, has_place, part_fields
from app.suites.personal.exports.repository import BookTables, Violation
from app.suites.personal.exports.rules.document import (
    ACCOUNTS,
    BY_NAME,
    CATEGORIES,
    IMPORT_MAPPINGS,
    RECONCILIATIONS,
    RULES,
    SECTIONS,
    TRANSACTIONS,
    VALUATIONS,
    Field,
    Kind,
    Part,
    Section,
)
from app.suites.personal.exports.rules.reading import Wrong, read_parts, read_row, refusal
from app.suites.personal.exports.service.checking import RowChecks, known_rule
from app.suites.personal.exports.service.restoring import TransactionImport
from app.suites.personal.exports.service.rows import in_row, words_of
from app.suites.personal.imports.service import KnownNumbers
from app.suites.personal.payees_rules.service import RuleService
from app.suites.personal.transactions.service import ReconciliationService


class BookDocument(NamedTuple):
    """A document whose book and JSON values were checked; its rows were not."""

    book: Mapping[str, object]
    sections: Mapping[str, Sequence[object]]
    """Rows by the name of their section."""


class Brought(NamedTuple):
    """A row that was read: its values by column, and those of its parts by name."""

    values: dict[str, object]
    parts: dict[str, list[dict[str, object]]]


class DocumentImport:
    """Replaces what a book without transactions has by that of a document, as its owner."""

    def __init__(self, access: BookAccess) -> None:
        access.require_owner()
        self.access = access
        self.ids: dict[str, list[int]] = {}
        """Ids of the rows that were brought, by section, in the order of their numbers."""

    def bring(self, document: BookDocument) -> Counter[str]:
        """Bring all sections, and return the number of rows of each; Conflict if the book is not empty."""
        self._require_empty()
        self._clear(document.book)
        closed = self._accounts(self._rows(document, ACCOUNTS))
        self._categories(self._rows(document, CATEGORIES))
        for section in SECTIONS:
            if section.name in {ACCOUNTS, CATEGORIES}:
                continue
            rows = self._rows(document, section.name)
            if section.name == TRANSACTIONS:
                self.ids[TRANSACTIONS] = TransactionImport(self.access, self.ids).bring(section, rows)
            elif section.name == RULES:
                self._rules(section, rows)
            else:
                self._bring(section, rows)
        for account_id in closed:
            AccountService(self.access).close_as_it_is(account_id)
        return Counter({name: len(ids) for name, ids in self.ids.items()})

    def _require_empty(self) -> None:
        entered = BookTables(self.access).entered()
        if entered:
            message = (
                f"A book that has {', '.join(entered).replace('_', ' ')} is not replaced: bring it into a new one."
            )
            raise Conflict(message, code="book_not_empty", errors={"book_id": [message]})

    def _clear(self, settings: Mapping[str, object]) -> None:
        """Delete what a new book has by default, and give the book the settings of the document."""
        BookTables(self.access).clear()
        AccountService(self.access).delete_all()
        CategoryService(self.access).delete_all()
        context, book_id = self.access.context, self.access.book_id
        changes: Any = settings
        PersonalBookService(context).update(self.access.user_id or 0, book_id, **changes)
        self.access = caller_access(context, book_id)

    def _rows(self, document: BookDocument, name: str) -> Sequence[object]:
        rows, section = document.sections.get(name, ()), BY_NAME[name]
        if len(rows) > section.most:
            raise refusal(name, None, (), f"At most {section.most} rows.", code="too_many_rows")
        return rows

    def _accounts(self, rows: Sequence[object]) -> list[int]:
        """Open the accounts; returns the ids of those that are closed in the document."""
        section, service = BY_NAME[ACCOUNTS], AccountService(self.access)
        ids, closed = self.ids.setdefault(ACCOUNTS, []), []
        for number, row in enumerate(rows, start=1):
            with in_row(section, number):
                values: Any = self._read(section, number, row).values
                is_closed = values.pop("is_closed")
                ids.append(service.create(**values).record.id)
                closed += [ids[-1]] if is_closed else []
        return closed

    def _categories(self, rows: Sequence[object]) -> None:
        section, service = BY_NAME[CATEGORIES], CategoryService(self.access)
        ids = self.ids.setdefault(CATEGORIES, [])
        known: dict[int, tuple[CategoryType, int]] = {}
        for number, row in enumerate(rows, start=1):
            with in_row(section, number):
                values: Any = self._read(section, number, row).values
                kind, depth = known.get(values["parent_id"], (values["type"], 0))
                if kind is not values["type"]:
                    raise Wrong(("parent",), "Must be of the same type.")
                if depth >= DEEPEST:
                    raise Wrong(("parent",), f"At most {DEEPEST} levels.")
                ids.append(service.copy(**values))
                known[ids[-1]] = (kind, depth + 1)

    def _rules(self, section: Section, rows: Sequence[object]) -> None:
        service, ids = RuleService(self.access), self.ids.setdefault(RULES, [])
        for number, row in enumerate(rows, start=1):
            with in_row(section, number):
                values: Any = known_rule(self._read(section, number, row).values, self.ids)
                ids.append(service.create(**values).id)

    def _bring(self, section: Section, rows: Sequence[object]) -> None:
        """Store rows that are in tables alone, or in the ledger too."""
        tables, checks = BookTables(self.access), RowChecks(self.access, self.ids)
        found: list[Brought] = []
        for number, row in enumerate(rows, start=1):
            with in_row(section, number):
                one = self._read(section, number, row)
                checks.check(section, one.values, one.parts)
                found += [one] if section.name != IMPORT_MAPPINGS or self._is_known(one.values) else []
        ids = self.ids[section.name] = tables.next_ids(section.table, len(found))
        self._insert(section, fields_of(section), _stored(section, ids, found), range(1, len(found) + 1))
        for part in section.parts:
            below: list[tuple[int, dict[str, object]]] = [
                (number, _below(part, values, ids[number - 1], place))
                for number, one in enumerate(found, start=1)
                for place, values in enumerate(one.parts[part.name], start=1)
            ]
            rows_below, numbers = [row for _, row in below], [number for number, _ in below]
            for row, row_id in zip(rows_below, tables.next_ids(part.table, len(below)), strict=True):
                row["id"] = row_id
            self._insert(section, part_fields(part), rows_below, numbers, part.table)
        self._post(section, found)

    def _is_known(self, values: dict[str, object]) -> bool:
        """Whether what a document remembers of files can be stored, under the keys of this book.

        Documents of before name no numbers of accounts: these are learned anew.
        """
        number = values["account_number"]
        if isinstance(number, str):
            values["signature"] = KnownNumbers(self.access).signature(number)
        return values["account_id"] is None or number is not None

    def _insert(
        self,
        section: Section,
        fields: Sequence[Field],
        rows: Sequence[dict[str, object]],
        numbers: Sequence[int],
        table: str | None = None,
    ) -> None:
        """Store rows, with texts encrypted where their columns are, in the table of the section or of a part."""
        cipher = BookCipher(self.access)
        for one in fields:
            for row in rows if one.encrypted is not None else ():
                text, bound_to = row[one.column], row[one.encrypted or "id"]
                if isinstance(text, str) and isinstance(bound_to, int):
                    row[one.column] = cipher.encrypt(one.table, one.column, bound_to, text)
        try:
            BookTables(self.access).insert(table or section.table, rows)
        except Violation as error:
            raise refusal(section.name, numbers[error.place], (), words_of(error.constraint)) from error

    def _post(self, section: Section, rows: Sequence[Brought]) -> None:
        """Enter in the ledger what valuations and comparisons with statements have there."""
        for number, (row_id, one) in enumerate(zip(self.ids[section.name], rows, strict=True), start=1):
            values: Any = one.values
            with in_row(section, number):
                if section.name == VALUATIONS and values["difference"]:
                    ValuationService(self.access).enter_difference(
                        values["account_id"], values["date"], values["difference"]
                    )
                if section.name == RECONCILIATIONS:
                    self._reconciled(row_id, one)

    def _reconciled(self, row_id: int, row: Brought) -> None:
        values: Any = row.values
        account_id, day = values["account_id"], values["statement_date"]
        if values["adjustment"]:
            service = ReconciliationService(self.access)
            service.enter_adjustment(account_id, row_id, day, values["adjustment"])
        accounts = AccountService(self.access)
        if values["finished_at"] is not None:
            accounts.set_reconciled_through(account_id, day)

    def _read(self, section: Section, number: int, row: object) -> Brought:
        names = [part.name for part in section.parts]
        values = read_row(fields_of(section), row, self.ids, names)
        given = cast("Mapping[str, object]", row)
        if given.get("number", number) != number:
            raise Wrong(("number",), f"Must be {number}: rows are numbered in their order.")
        parts = {}
        for part in section.parts:
            try:
                parts[part.name] = read_parts(part_fields(part), given.get(part.name), self.ids)
            except Wrong as wrong:
                raise Wrong((part.name, *wrong.path), wrong.message) from wrong
        return Brought(values, parts)


def _stored(section: Section, ids: Sequence[int], rows: Sequence[Brought]) -> list[dict[str, object]]:
    """Columns of rows; those of a group have the id of its first row as their group."""
    grouped = [one.column for one in fields_of(section) if one.kind is Kind.GROUP]
    first: dict[object, int] = {}
    found = []
    for row_id, one in zip(ids, rows, strict=True):
        groups = {name: first.setdefault(one.values[name], row_id) for name in grouped if one.values[name] is not None}
        found.append({**one.values, **groups, "id": row_id})
    return found


def _below(part: Part, values: Mapping[str, object], row_id: int, place: int) -> dict[str, object]:
    """Columns of a row that belongs to another."""
    found = {**values, part.of: row_id}
    return {**found, "place": place} if has_place(part) else found
