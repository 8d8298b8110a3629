"""Repositories of changes that can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, Table, case, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.queries.bulk import CHUNK, Row, given_columns, given_values
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.kernel.batches import batched
from app.suites.personal.transactions.models import (
    ChangedTransaction,
    ChangedTransactionRecord,
    ChangeSet,
    ChangeSetRecord,
)
from app.suites.personal.transactions.rules import Change, ChangeOrigin


@dataclass(frozen=True, slots=True)
class ChangeSetFilter(Filter):
    """Criteria of changes."""

    origin: ChangeOrigin | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((ChangeSet.origin, self.origin))


class ChangeSetRepository(InBookRepository[ChangeSet, ChangeSetRecord]):
    """Changes of many transactions of one book."""

    model = ChangeSet
    record = ChangeSetRecord


class ChangedTransactionRepository(InBookRepository[ChangedTransaction, ChangedTransactionRecord]):
    """The parts of changes of one book, each of one transaction."""

    model = ChangedTransaction
    record = ChangedTransactionRecord

    def of(self, change_set_id: int) -> list[ChangedTransactionRecord]:
        """The parts of a change, by transaction."""
        return _parts(change_set_id=change_set_id, **self.scope_values()).all(self.session, ChangedTransactionRecord)

    def put_many(self, rows: Sequence[Row]) -> None:
        """Store parts of a change; one that is there keeps its first values, and gets the last version."""
        self.access.require_writer()
        for chunk in batched(rows, CHUNK):
            own = [{**row, "book_id": self.access.book_id} for row in chunk]
            _putting(self._table, tuple(own[0]), **given_values(self._table, own)).write(self.session)

    def counts(self, change_set_id: int) -> dict[Change, int]:
        """Number of transactions of a change, by what became of them."""
        found = _counts(change_set_id=change_set_id, **self.scope_values()).rows(self.session)
        return {Change(one): number for one, number in found}


@cached_query
def _putting(table: Table, names: tuple[str, ...]) -> Insert:
    values = given_columns(table, names)
    statement = upsert(table).from_select([*values], select(*values.values()), include_defaults=False)
    new, old = statement.excluded, table.c
    goes = (new.change == Change.DELETED.value) & (old.change != Change.CREATED.value)
    later = {"change": case((goes, new.change), else_=old.change), "version_after": new.version_after}
    return statement.on_conflict_do_update(constraint="uq_changed_transactions_transaction_id", set_=later)


@cached_query
def _counts() -> Select[Any]:
    own = ChangedTransaction.__table__.c
    wanted = (ChangedTransactionRepository.scope_condition(), own.change_set_id == parameter("change_set_id", int))
    return select(own.change, func.count()).where(*wanted).group_by(own.change)


@cached_query
def _parts() -> Select[Any]:
    own = ChangedTransaction.__table__.c
    wanted = (ChangedTransactionRepository.scope_condition(), own.change_set_id == parameter("change_set_id", int))
    return ChangedTransactionRepository.base_query().where(*wanted).order_by(own.transaction_id)
