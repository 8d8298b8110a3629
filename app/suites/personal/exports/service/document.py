"""The JSON document of a book: rows of its sections, with running numbers instead of ids."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from app.infra.books import BookAccess
from app.kernel.books import BookRole
from app.kernel.money import without_zeros
from app.kernel.periods import DateRange
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import BookCipher, InBookService
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.exports.queries.tables import Stored, TableQueries, fields_of, part_fields
from app.suites.personal.exports.rules import references
from app.suites.personal.exports.rules.document import (
    ACCOUNTS,
    BY_NAME,
    CATEGORIES,
    IMPORT_MAPPINGS,
    RULES,
    SAVED_REPORTS,
    SECTIONS,
    TRANSACTIONS,
    Field,
    Kind,
    Section,
)
from app.suites.personal.exports.service.exporting import ExportRow, splits_of
from app.suites.personal.imports.rules.signatures import number_signature
from app.suites.personal.transactions.service import TransactionItem, TransactionReader


class DocumentService(InBookService):
    """Writes the document of a book, a section after the other; each knows the numbers of those before."""

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.tables = TableQueries(access.session, access.book_id)
        self.cipher = BookCipher(access)
        self.numbers: dict[str, dict[int, int]] = {}
        """Numbers of the rows by section and id."""
        self.groups: dict[object, int] = {}

    def sections(self, days: DateRange) -> Iterator[tuple[str, Iterable[ExportRow]]]:
        """The book and the sections by name; transactions are those of these days, all else is whole."""
        yield "book", [dict(self.access.settings._asdict())]
        self.numbers[TRANSACTIONS] = self.tables.numbers(days)
        for section in SECTIONS:
            if section.name == TRANSACTIONS:
                yield section.name, self._transactions(days)
            else:
                yield section.name, self._rows(section)

    def _rows(self, section: Section) -> list[ExportRow]:
        kept = self._kept(section)
        self.numbers[section.name] = {row_id: number for number, (row_id, _) in enumerate(kept, start=1)}
        parts = {part: self.tables.parts(part) for part in section.parts}
        found = []
        for number, (row_id, values) in enumerate(kept, start=1):
            row: ExportRow = {"number": number, **self._shown(fields_of(section), row_id, values)}
            for part, rows in parts.items():
                row[part.name] = self._part(part_fields(part), rows.get(row_id, []))
            found.append(row)
        return found

    def _kept(self, section: Section) -> list[Stored]:
        """Rows of a section that can be taken along: a rule that names a row which is gone can't."""
        if section.name == ACCOUNTS:
            return self._accounts()
        if section.name == CATEGORIES:
            return self._categories()
        rows = list(self.tables.rows(section))
        if section.name == SAVED_REPORTS:
            return [(row_id, self._report(values)) for row_id, values in rows]
        if section.name == IMPORT_MAPPINGS:
            return [(row_id, found) for row_id, values in rows if (found := self._memory(row_id, values)) is not None]
        if section.name == RULES:
            return [(row_id, rule) for row_id, values in rows if (rule := self._rule(values)) is not None]
        return rows

    def _part(self, fields: tuple[Field, ...], rows: list[Stored]) -> list[object]:
        shown = (self._shown(fields, row_id, values) for row_id, values in rows)
        if len(fields) > 1:
            return list(shown)
        return [value for one in shown for value in one.values() if value is not None]

    def _accounts(self) -> list[Stored]:
        """The accounts in their order; their numbers are for owners, who may bring the document into a book."""
        hidden = {} if self.access.role is BookRole.OWNER else {"account_number": None}
        return [(one.id, {**one._asdict(), **hidden}) for one in AccountService(self.access).list_all()]

    def _categories(self) -> list[Stored]:
        """The categories in the order of the tree, parents first."""
        service = CategoryService(self.access)
        paths, known = service.names(), {one.id: one for one in service.list_all()}
        ordered = sorted(known, key=lambda one: (len(paths[one]), paths[one], one))
        self.numbers[CATEGORIES] = {row_id: number for number, row_id in enumerate(ordered, start=1)}
        return [(one, {**known[one]._asdict()}) for one in ordered]

    def _transactions(self, days: DateRange) -> Iterator[ExportRow]:
        section = BY_NAME[TRANSACTIONS]
        fields, [of_split] = fields_of(section), (part_fields(part) for part in section.parts)
        found = TransactionReader(self.access).stream(days)
        for number, item in enumerate(found, start=1):
            values = item.record._asdict()
            row = self._shown(fields, item.record.id, values, is_plain=True)
            yield {"number": number, **row, **_statuses(item), "splits": self._splits(item, of_split)}

    def _splits(self, item: TransactionItem, fields: tuple[Field, ...]) -> list[ExportRow]:
        statuses = _by_account(item)
        found = []
        for part in splits_of(item):
            values = {one.column: getattr(part, one.column) for one in fields}
            status = None if part.account_id is None else statuses.get(part.account_id)
            found.append({**self._shown(fields, item.record.id, values, is_plain=True), "status": status})
        return found

    def _shown(
        self, fields: Iterable[Field], row_id: int, values: Mapping[str, object], *, is_plain: bool = False
    ) -> ExportRow:
        return {one.name: self._value(one, row_id, values, is_plain=is_plain) for one in fields}

    def _value(self, field: Field, row_id: int, values: Mapping[str, object], *, is_plain: bool) -> object:
        value = values[field.column]
        if field.kind is Kind.REFERENCE and isinstance(value, int):
            return self._referred(field, value)
        if field.kind is Kind.GROUP and value is not None:
            return self.groups.setdefault(value, len(self.groups) + 1)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, Decimal):
            return without_zeros(value)
        if isinstance(value, list) and field.kind is Kind.NUMBERS:
            return [without_zeros(one) for one in value]
        if field.encrypted is not None and isinstance(value, str) and not is_plain:
            return self.cipher.decrypt(field.table, field.column, row_id, value)
        return value

    def _referred(self, field: Field, row_id: int) -> object:
        """The number of a row that another refers to; None for a transaction of other days."""
        return self.numbers.get(field.section, {}).get(row_id)

    def _rule(self, values: Mapping[str, object]) -> dict[str, object] | None:
        """A rule by numbers; None for one that names a row which is gone."""
        conditions, actions = values["conditions"], values["actions"]
        if not isinstance(conditions, list) or not isinstance(actions, list):
            raise TypeError("a rule has lists of conditions and actions")
        try:
            return {
                **values,
                "conditions": [references.condition(one, self._find) for one in conditions],
                "actions": [references.action(one, self._find) for one in actions],
            }
        except LookupError:
            return None

    def _memory(self, row_id: int, values: dict[str, object]) -> dict[str, object] | None:
        """A memory of files, with the number of an account for owners; None for all others."""
        stored = values["account_number"]
        if not isinstance(stored, str):
            return values
        if self.access.role is not BookRole.OWNER:
            return None
        number = self.cipher.decrypt("import_mappings", "account_number", row_id, stored)
        return {**values, "account_number": number, "signature": number_signature(number)}

    def _report(self, values: Mapping[str, object]) -> dict[str, object]:
        params = values["params"]
        if not isinstance(params, dict):
            raise TypeError("a saved report has parameters")
        try:
            return {**values, "params": references.report(params, self._find)}
        except LookupError:
            return {**values, "params": {}}

    def _find(self, section: str, row_id: int) -> int:
        return self.numbers[section][row_id]


def _by_account(item: TransactionItem) -> Mapping[int, object]:
    found = item.extra["statuses"]
    if not isinstance(found, Mapping):
        raise TypeError("a transaction has a status in each account")
    return found


def _statuses(item: TransactionItem) -> ExportRow:
    """Status of a transaction in its own account, and in that to which it goes."""
    statuses, to_account_id = _by_account(item), item.record.to_account_id
    arrived = None if to_account_id is None else statuses.get(to_account_id)
    return {"status": item.extra["status"], "to_status": arrived}
