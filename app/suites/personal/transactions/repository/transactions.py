"""Repositories of transactions, their splits and legs."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Date,
    Delete,
    Select,
    any_,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    true,
)

from app.infra.preconditions import check_precondition
from app.infra.queries.bulk import Row, insert_rows, update_rows
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.kernel.errors import Conflict, NotFound
from app.suites.personal.transactions.models import (
    LegRecord,
    Payee,
    SplitRecord,
    Transaction,
    TransactionLeg,
    TransactionRecord,
    TransactionSplit,
)


class TransactionRepository(InBookRepository[Transaction, TransactionRecord]):
    """Transactions of one book."""

    model = Transaction
    record = TransactionRecord
    conflicts: ClassVar = {
        "uq_transactions_external_id": Conflict("There is one with this external id.", code="external_id_taken"),
        "fk_transactions_payee_id_payees": NotFound("The payee does not exist."),
        "fk_transactions_refund_of_id_transactions": NotFound("The refunded transaction does not exist."),
        "fk_transactions_budget_category_id_categories": NotFound("The category does not exist."),
    }

    def last_positions(self, days: Collection[date]) -> dict[date, int]:
        """The last place of each of these days that has transactions."""
        texts = [day.isoformat() for day in days]
        return dict(map(tuple, _last_positions(days=texts, **self.scope_values()).rows(self.session)))

    def lock_record(self, row_id: int) -> TransactionRecord:
        """Lock one transaction to change it, once its version was compared with If-Match; or NotFound."""
        self.access.require_writer()
        found = _locked(ids=[row_id], **self.scope_values()).first(self.session, TransactionRecord)
        if found is None:
            raise self._not_found(row_id)
        check_precondition(self.session, row_id, found.version)
        return found

    def lock_records(self, ids: Collection[int]) -> list[TransactionRecord]:
        """Lock transactions, in the order of their ids, to change them; NotFound names those that do not exist."""
        self.access.require_writer()
        found = _locked(ids=list(ids), **self.scope_values()).all(self.session, TransactionRecord)
        missing = sorted(set(ids) - {one.id for one in found})
        if missing:
            errors = {str(row_id): ["Does not exist."] for row_id in missing}
            raise NotFound(f"{len(missing)} of the ids do not exist.", errors={"ids": errors})
        return found

    def payee_exists(self, payee_id: int) -> bool:
        """Whether the book has this payee."""
        return _payee(payee_id=payee_id, **self.scope_values()).scalar(self.session, int) is not None

    def references(self, column: str, ids: Collection[int]) -> set[int]:
        """Those of the ids that rows of the book have to which a column of transactions refers."""
        found = _references(column, ids=list(ids), **self.scope_values()).rows(self.session) if ids else []
        return {row_id for (row_id,) in found}

    def existing(self, ids: Collection[int]) -> dict[int, int]:
        """Versions of those of the transactions that exist."""
        return dict(map(tuple, _versions(ids=list(ids), **self.scope_values()).rows(self.session)))

    def insert_many(self, rows: Sequence[Row]) -> None:
        """Insert transactions of the book, by one statement a chunk."""
        self.access.require_writer()
        with self.translated():
            insert_rows(self.session, self._table, [{**row, "book_id": self.access.book_id} for row in rows])

    def update_many(self, rows: Sequence[Row]) -> None:
        """Set the values of transactions by their ids, by one statement a chunk."""
        self.access.require_writer()
        with self.translated():
            update_rows(self.session, self._table, rows, self.access.book_id)

    def delete_many(self, ids: Collection[int]) -> None:
        """Delete transactions, with their splits and legs."""
        self.delete_where(Transaction.id == func.any(_ids(ids)))

    def of_category(self, category_id: int) -> list[int]:
        """Ids of the transactions whose category it is, that of one of their splits, or their envelope."""
        return [row_id for (row_id,) in _of_category(category_id=category_id, **self.scope_values()).rows(self.session)]


class SplitRepository(InBookRepository[TransactionSplit, SplitRecord]):
    """Splits of the transactions of one book."""

    model = TransactionSplit
    record = SplitRecord

    def of(self, transaction_ids: Collection[int]) -> dict[int, list[SplitRecord]]:
        """Splits of these transactions by their ids, in order."""
        found: dict[int, list[SplitRecord]] = {}
        rows = _splits(ids=list(transaction_ids), **self.scope_values()).all(self.session, SplitRecord)
        for one in rows:
            found.setdefault(one.transaction_id, []).append(one)
        return found

    def replace_many(self, ids: Collection[int], rows: Sequence[Row]) -> None:
        """Store the splits of these transactions in place of those before."""
        if ids:
            self.delete_where(TransactionSplit.transaction_id == func.any(_ids(ids)))
        if rows:
            insert_rows(self.session, self._table, [{**row, "book_id": self.access.book_id} for row in rows])


class LegRepository(InBookRepository[TransactionLeg, LegRecord]):
    """Legs of the transactions of one book."""

    model = TransactionLeg
    record = LegRecord

    def of(self, transaction_ids: Collection[int]) -> dict[int, list[LegRecord]]:
        """Legs of these transactions by their ids."""
        found: dict[int, list[LegRecord]] = {}
        for one in _legs(ids=list(transaction_ids), **self.scope_values()).all(self.session, LegRecord):
            found.setdefault(one.transaction_id, []).append(one)
        return found

    def replace_many(self, ids: Collection[int], rows: Sequence[Row]) -> None:
        """Store the legs of these transactions in place of those before."""
        self.access.require_writer()
        if ids:
            _removing_legs(ids=list(ids), **self.scope_values()).write(self.session)
        insert_rows(self.session, self._table, [{**row, "book_id": self.access.book_id} for row in rows])


def _ids(ids: Collection[int]) -> BindParameter[list[int]]:
    """The ids as one parameter, however many."""
    return literal(list(ids), ARRAY(BigInteger))


@cached_query
def _last_positions() -> Select[Any]:
    """Statement that reads one row of each day, by the index on the newest."""
    own = Transaction.__table__.c
    asked = func.unnest(cast(parameter("days", tuple), ARRAY(Date))).table_valued("day").render_derived(name="asked")
    on_day = (TransactionRepository.scope_condition(), own.date == asked.c.day)
    last = select(own.position).where(*on_day).order_by(own.position.desc()).limit(1).lateral("last")
    return select(asked.c.day, last.c.position).join_from(asked, last, true())


@cached_query
def _locked() -> Select[Any]:
    own = Transaction.__table__.c
    wanted = (TransactionRepository.scope_condition(), own.id == func.any(parameter("ids", list)))
    return TransactionRepository.base_query().where(*wanted).order_by(own.id).with_for_update()


@cached_query
def _versions() -> Select[Any]:
    own = Transaction.__table__.c
    wanted = (TransactionRepository.scope_condition(), own.id == func.any(parameter("ids", list)))
    return select(own.id, own.version).where(*wanted)


@cached_query
def _references(column: str) -> Select[Any]:
    [key] = Transaction.__table__.c[column].foreign_keys
    other = key.column.table.c
    return select(other.id).where(other.book_id == parameter("book_id", int), other.id == any_(parameter("ids", list)))


@cached_query
def _payee() -> Select[Any]:
    own = Payee.__table__.c
    return select(own.id).where(own.book_id == parameter("book_id", int), own.id == parameter("payee_id", int))


@cached_query
def _of_category() -> Select[Any]:
    own, split = Transaction.__table__.c, TransactionSplit.__table__.c
    category = parameter("category_id", int)
    parts = select(split.transaction_id).where(SplitRepository.scope_condition(), split.category_id == category)
    either = or_(own.category_id == category, own.budget_category_id == category)
    whole = select(own.id).where(TransactionRepository.scope_condition(), either)
    found = whole.union(parts).subquery()
    return select(found.c.id).order_by(found.c.id)


@cached_query
def _splits() -> Select[Any]:
    own = TransactionSplit.__table__.c
    wanted = (SplitRepository.scope_condition(), own.transaction_id == func.any(parameter("ids", list)))
    return SplitRepository.base_query().where(*wanted).order_by(own.transaction_id, own.place)


@cached_query
def _legs() -> Select[Any]:
    own = TransactionLeg.__table__.c
    wanted = (LegRepository.scope_condition(), own.transaction_id == func.any(parameter("ids", list)))
    return LegRepository.base_query().where(*wanted).order_by(own.transaction_id, own.id)


@cached_query
def _removing_legs() -> Delete:
    own = TransactionLeg.__table__.c
    wanted = (LegRepository.scope_condition(), own.transaction_id == func.any(parameter("ids", list)))
    locked = select(own.id).where(*wanted).order_by(own.id).with_for_update().cte("locked")
    return delete(TransactionLeg).where(own.id.in_(select(locked.c.id)))
