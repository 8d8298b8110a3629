"""Repositories of transactions, their splits and legs."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Select, func, select

from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.kernel.errors import Conflict, NotFound
from app.suites.personal.transactions.models import (
    LegRecord,
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

    def next_position(self, day: date) -> int:
        """A place after all others of a day."""
        return (_last_position(day=day, **self.scope_values()).scalar(self.session, int) or 0) + 1

    def of_category(self, category_id: int) -> list[int]:
        """Ids of the transactions that a category or one of their splits is of."""
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

    def replace(self, transaction_id: int, splits: Sequence[TransactionSplit]) -> None:
        """Store the splits of a transaction in place of those before."""
        self.delete_where(TransactionSplit.transaction_id == transaction_id)
        self.add_all(splits)


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

    def replace(self, transaction_id: int, legs: Sequence[TransactionLeg]) -> None:
        """Store the legs of a transaction in place of those before."""
        self.delete_where(TransactionLeg.transaction_id == transaction_id)
        self.add_all(legs)


@cached_query
def _last_position() -> Select[Any]:
    own = Transaction.__table__.c
    on_day = (TransactionRepository.scope_condition(), own.date == parameter("day", date))
    return select(func.max(own.position)).where(*on_day)


@cached_query
def _of_category() -> Select[Any]:
    own, split = Transaction.__table__.c, TransactionSplit.__table__.c
    category = parameter("category_id", int)
    parts = select(split.transaction_id).where(SplitRepository.scope_condition(), split.category_id == category)
    whole = select(own.id).where(TransactionRepository.scope_condition(), own.category_id == category)
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
