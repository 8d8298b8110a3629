"""Repositories of comparisons with statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, any_, case, func, literal, or_, select, update

from app.infra.db import require_writable
from app.infra.queries.bulk import insert_rows
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.kernel.errors import Conflict
from app.suites.personal.transactions.models import (
    ReconciledTransaction,
    ReconciledTransactionRecord,
    Reconciliation,
    ReconciliationRecord,
    Transaction,
    TransactionLeg,
)
from app.suites.personal.transactions.repository.transactions import LegRepository
from app.suites.personal.transactions.rules import TransactionStatus

_RECONCILED = TransactionStatus.RECONCILED.value


@dataclass(frozen=True, slots=True)
class ReconciliationFilter(Filter):
    """Criteria of comparisons."""

    account_id: int

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((Reconciliation.account_id, self.account_id))


class ReconciliationRepository(InBookRepository[Reconciliation, ReconciliationRecord]):
    """Comparisons of the accounts of one book with statements."""

    model = Reconciliation
    record = ReconciliationRecord
    conflicts: ClassVar = {
        "uq_reconciliations_open": Conflict("Another reconciliation is open.", code="reconciliation_open")
    }

    def last_finished(self, account_id: int, apart: int = 0) -> ReconciliationRecord | None:
        """The last one of an account that was finished, apart from one."""
        values = {"account_id": account_id, "apart": apart, **self.scope_values()}
        return _last_finished(**values).first(self.session, ReconciliationRecord)

    def uncounted(self, reconciliation: ReconciliationRecord) -> Decimal:
        """Part of the balance of the statement's day that the statement does not have."""
        values = {
            "account_id": reconciliation.account_id,
            "reconciliation_id": reconciliation.id,
            "day": reconciliation.statement_date,
            **self.scope_values(),
        }
        return _uncounted(**values).scalar(self.session, Decimal) or Decimal(0)


class ReconciledTransactionRepository(InBookRepository[ReconciledTransaction, ReconciledTransactionRecord]):
    """Transactions that statements of one book show."""

    model = ReconciledTransaction
    record = ReconciledTransactionRecord

    def of(self, reconciliation_ids: Collection[int]) -> dict[int, list[int]]:
        """Ids of the transactions of each of these comparisons."""
        found: dict[int, list[int]] = {}
        rows = _shown(ids=list(reconciliation_ids), **self.scope_values()).all(
            self.session, ReconciledTransactionRecord
        )
        for one in rows:
            found.setdefault(one.reconciliation_id, []).append(one.transaction_id)
        return found

    def add_many(self, reconciliation_id: int, transaction_ids: Collection[int]) -> None:
        """Add transactions that are not there."""
        self.access.require_writer()
        own = {"book_id": self.access.book_id, "reconciliation_id": reconciliation_id}
        insert_rows(self.session, self._table, [{**own, "transaction_id": one} for one in transaction_ids])

    def remove(self, reconciliation_id: int, transaction_ids: Collection[int]) -> None:
        """Remove transactions."""
        own = ReconciledTransaction
        self.delete_where(own.reconciliation_id == reconciliation_id, own.transaction_id.in_(transaction_ids))

    def set_status(self, account_id: int, transaction_ids: Collection[int], status: TransactionStatus) -> None:
        """Set the status of transactions in an account; each gets a new version."""
        require_writable(self.session)
        self.access.require_writer()
        leg, own = TransactionLeg.__table__.c, Transaction.__table__.c
        in_account = (leg.book_id == self.access.book_id, leg.account_id == account_id)
        ids = list(transaction_ids)
        legs = update(TransactionLeg).where(*in_account, leg.transaction_id.in_(ids)).values(status=status)
        rows = update(Transaction).where(own.book_id == self.access.book_id, own.id.in_(ids))
        for statement in (legs, rows.values(version=own.version + 1)):
            self.session.execute(statement, execution_options={"synchronize_session": False})


@cached_query
def _last_finished() -> Select[Any]:
    own = Reconciliation.__table__.c
    wanted = (
        ReconciliationRepository.scope_condition(),
        own.account_id == parameter("account_id", int),
        own.id != parameter("apart", int),
        own.finished_at.is_not(None),
    )
    return ReconciliationRepository.base_query().where(*wanted).order_by(own.statement_date.desc()).limit(1)


@cached_query
def _uncounted() -> Select[Any]:
    leg, shown = TransactionLeg.__table__.c, ReconciledTransaction.__table__.c
    day = parameter("day", date)
    chosen = select(shown.transaction_id).where(shown.reconciliation_id == parameter("reconciliation_id", int))
    counts = or_(leg.status == _RECONCILED, leg.transaction_id.in_(chosen))
    within = leg.date <= day
    uncounted = case((within & ~counts, leg.amount), (~within & counts, -leg.amount), else_=literal(0))
    in_account = (LegRepository.scope_condition(), leg.account_id == parameter("account_id", int))
    return select(func.coalesce(func.sum(uncounted), 0)).where(*in_account)


@cached_query
def _shown() -> Select[Any]:
    own = ReconciledTransaction.__table__.c
    wanted = (
        ReconciledTransactionRepository.scope_condition(),
        own.reconciliation_id == any_(parameter("ids", list)),
    )
    return ReconciledTransactionRepository.base_query().where(*wanted).order_by(own.transaction_id)
