"""Repository of the rows of imports."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Table, Update, delete, func, or_, select, true, update

from app.infra.queries.bulk import CHUNK, Row, given_columns, given_values, insert_rows, rows_of
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.kernel.batches import batched
from app.suites.personal.imports.models import ImportLine, ImportLineRecord, KeyedRow
from app.suites.personal.imports.rules.lines import ImportLineState

_UNSYNCHRONIZED = {"synchronize_session": False}


_DECIDED = (
    "state",
    "transaction_id",
    "candidate_id",
    "score",
    "replaces_id",
    "before",
    "version_after",
)
"""Columns that committing sets."""
_DECIDING = ("number", *_DECIDED)


class KnownRow(NamedTuple):
    """A row of a committed import, by which it is known again."""

    id: int
    date: date
    amount: Decimal
    fitid: str | None
    content_key: str
    is_pending: bool
    is_replaced: bool
    transaction_id: int | None


class NumberedRow(NamedTuple):
    """A row of a preview on which somebody decides."""

    number: int
    candidate_id: int | None
    account_id: int


@dataclass(frozen=True, slots=True)
class LineFilter(Filter):
    """Criteria of rows."""

    import_id: int
    state: ImportLineState | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((ImportLine.import_id, self.import_id), (ImportLine.state, self.state))


class ImportLineRepository(InBookRepository[ImportLine, ImportLineRecord]):
    """Rows of the imports of one book."""

    model = ImportLine
    record = ImportLineRecord

    def of_import(self, import_id: int) -> list[ImportLineRecord]:
        """All rows of an import, in their order."""
        return _of_import(import_id=import_id, **self.scope_values()).all(self.session, ImportLineRecord)

    def known(self, account_id: int, keys: Collection[str], fitids: Collection[str]) -> list[KnownRow]:
        """Rows of an account that committed imports brought, duplicates aside, with one of these keys or ids."""
        values = {"account_id": account_id, "keys": list(keys), "fitids": list(fitids), **self.scope_values()}
        found = {one.id: one for one in _by_key(**values).all(self.session, KnownRow)}
        if fitids:
            found |= {one.id: one for one in _by_fitid(**values).all(self.session, KnownRow)}
        return list(found.values())

    def insert_many(self, import_id: int, rows: Sequence[Row], *, is_known: bool) -> None:
        """Insert the rows of an import by a few statements."""
        self.access.require_writer()
        fixed = {"book_id": self.access.book_id, "import_id": import_id, "is_known": is_known}
        with self.translated():
            insert_rows(self.session, self._table, [{**row, **fixed} for row in rows])

    def set_decided(self, import_id: int, rows: Sequence[Row]) -> None:
        """Store what was made of the rows of an import, which are known from now on."""
        self.access.require_writer()
        for chunk in batched(rows, CHUNK):
            given = given_values(self._table, [{name: row[name] for name in _DECIDING} for row in chunk])
            _deciding(self._table, import_id=import_id, **given, **self.scope_values()).write(self.session)

    def decide(self, import_id: int, numbers: Collection[int], values: Mapping[str, object]) -> int:
        """Set the decision on rows of a preview; returns how many there are."""
        self.access.require_writer()
        own = (
            ImportLine.book_id == self.access.book_id,
            ImportLine.import_id == import_id,
            ImportLine.number.in_(numbers),
        )
        statement = update(ImportLine).where(*own).values(**values).returning(ImportLine.id)
        with self.translated():
            done = self.session.scalars(statement, execution_options=_UNSYNCHRONIZED)
            return len(done.all())

    def missing(self, import_id: int, numbers: Collection[int]) -> list[int]:
        """Those of the numbers that no row of the import has."""
        return sorted(set(numbers) - {one.number for one in self._rows(import_id, numbers)})

    def without_candidate(self, import_id: int, numbers: Collection[int]) -> list[int]:
        """Numbers of those of the rows that have no entry which they may be."""
        return [one.number for one in self._rows(import_id, numbers) if one.candidate_id is None]

    def accounts_of(self, import_id: int, numbers: Collection[int]) -> set[int]:
        """Accounts of the rows."""
        return {one.account_id for one in self._rows(import_id, numbers)}

    def _rows(self, import_id: int, numbers: Collection[int]) -> list[NumberedRow]:
        values = {"import_id": import_id, "numbers": list(numbers), **self.scope_values()}
        return _rows(**values).all(self.session, NumberedRow)

    def set_replaced(self, ids: Collection[int], *, is_replaced: bool) -> None:
        """Mark pending rows that the bank booked, or take the mark back."""
        self.access.require_writer()
        own = (ImportLine.book_id == self.access.book_id, ImportLine.id.in_(ids))
        statement = update(ImportLine).where(*own).values(is_replaced=is_replaced)
        self.session.execute(statement, execution_options=_UNSYNCHRONIZED)

    def move(self, moved: Collection[tuple[int, int]], account_ids: Mapping[int, int]) -> None:
        """Give rows another entry: pairs of the entry before and after, and the accounts by the former."""
        self.access.require_writer()
        given = rows_of(
            {
                "before": (BigInteger(), [before for before, _ in moved]),
                "after": (BigInteger(), [after for _, after in moved]),
                "account_id": (BigInteger(), [account_ids[before] for before, _ in moved]),
            }
        )
        own = (ImportLine.book_id == self.access.book_id, ImportLine.transaction_id == given.c.before)
        statement = update(ImportLine).where(*own, ImportLine.account_id == given.c.account_id)
        statement = statement.values(transaction_id=given.c.after)
        self.session.execute(statement, execution_options=_UNSYNCHRONIZED)

    def renumber(self, versions: Mapping[int, tuple[int, int]]) -> None:
        """Note new versions of entries that nobody had changed: the versions before and now, by entry."""
        self.access.require_writer()
        given = rows_of(
            {
                "entry": (BigInteger(), list(versions)),
                "before": (BigInteger(), [before for before, _ in versions.values()]),
                "now": (BigInteger(), [now for _, now in versions.values()]),
            }
        )
        own = (ImportLine.book_id == self.access.book_id, ImportLine.transaction_id == given.c.entry)
        unchanged = ImportLine.version_after == given.c.before
        statement = update(ImportLine).where(*own, unchanged).values(version_after=given.c.now)
        self.session.execute(statement, execution_options=_UNSYNCHRONIZED)

    def keyed(self) -> Iterator[list[KeyedRow]]:
        """All rows of the book with their keys, some at a time."""
        last = 0
        while found := _keyed(after=last, most=CHUNK, **self.scope_values()).all(self.session, KeyedRow):
            yield found
            last = found[-1].id

    def set_keys(self, keys: Mapping[int, str]) -> None:
        """Set the keys of rows, by their ids."""
        self.access.require_writer()
        if keys:
            rows: list[Row] = [{"id": row_id, "content_key": key} for row_id, key in keys.items()]
            _keying(self._table, **given_values(self._table, rows), **self.scope_values()).write(self.session)

    def forget(self, import_id: int, kept: Collection[int]) -> None:
        """Delete the rows of an import, but for those of entries that stay."""
        self.access.require_writer()
        staying = ImportLine.transaction_id.in_(kept)
        own = (ImportLine.book_id == self.access.book_id, ImportLine.import_id == import_id)
        gone = own if not kept else (*own, or_(ImportLine.transaction_id.is_(None), ~staying))
        self.session.execute(delete(ImportLine).where(*gone), execution_options=_UNSYNCHRONIZED)

    def confirmed_elsewhere(self, import_id: int, transaction_ids: Collection[int]) -> set[int]:
        """Those of the entries that rows of other imports made or confirmed."""
        values = {"import_id": import_id, "ids": list(transaction_ids), **self.scope_values()}
        return {found for (found,) in _elsewhere(**values).rows(self.session)}


@cached_query
def _deciding(table: Table) -> Update:
    given = given_columns(table, _DECIDING)
    own = (
        ImportLineRepository.scope_condition(),
        ImportLine.import_id == parameter("import_id", int),
        ImportLine.number == given.pop("number"),
    )
    return update(ImportLine).where(*own).values({**given, "is_known": true()})


@cached_query
def _keying(table: Table) -> Update:
    given = given_columns(table, ("id", "content_key"))
    own = (ImportLineRepository.scope_condition(), ImportLine.id == given.pop("id"))
    return update(ImportLine).where(*own).values(given)


@cached_query
def _keyed() -> Select[Any]:
    own = ImportLine.__table__.c
    columns = (own[name] for name in KeyedRow._fields)
    wanted = (ImportLineRepository.scope_condition(), own.id > parameter("after", int))
    return select(*columns).where(*wanted).order_by(own.id).limit(parameter("most", int))


@cached_query
def _of_import() -> Select[Any]:
    own = ImportLine.__table__.c
    wanted = (ImportLineRepository.scope_condition(), own.import_id == parameter("import_id", int))
    return ImportLineRepository.base_query().where(*wanted).order_by(own.number)


@cached_query
def _rows() -> Select[Any]:
    own = ImportLine.__table__.c
    of_import = (ImportLineRepository.scope_condition(), own.import_id == parameter("import_id", int))
    wanted = own.number == func.any(parameter("numbers", list))
    return select(own.number, own.candidate_id, own.account_id).where(*of_import, wanted).order_by(own.number)


def _known() -> Select[Any]:
    own = ImportLine.__table__.c
    columns = (own[name] for name in KnownRow._fields)
    # A duplicate repeats a row that is counted already; and it stays when the import that brought the row is undone.
    brought = ImportLine.state != ImportLineState.DUPLICATE
    of_account = (own.is_known, own.account_id == parameter("account_id", int), brought)
    return select(*columns).where(ImportLineRepository.scope_condition(), *of_account)


@cached_query
def _by_key() -> Select[Any]:
    return _known().where(ImportLine.content_key == func.any(parameter("keys", tuple)))


@cached_query
def _by_fitid() -> Select[Any]:
    given = ImportLine.fitid == func.any(parameter("fitids", tuple))
    return _known().where(ImportLine.fitid.is_not(None), given)


@cached_query
def _elsewhere() -> Select[Any]:
    own = ImportLine.__table__.c
    other = (own.is_known, own.import_id != parameter("import_id", int))
    wanted = (ImportLineRepository.scope_condition(), own.transaction_id == func.any(parameter("ids", list)))
    return select(own.transaction_id).where(*wanted, *other).distinct()
