"""Payees and tags of the transactions of one book."""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import InstrumentedAttribute

from app.infra import clock
from app.infra.preconditions import check_precondition
from app.infra.queries.cached import cached_query
from app.infra.queries.in_book import InBookRepository
from app.suites.personal.payees_rules.models import TagUse
from app.suites.personal.transactions.models import SplitRecord, Transaction, TransactionRecord, TransactionSplit

_LATER = {"synchronize_session": False}


class TransactionLabels(InBookRepository[Transaction, TransactionRecord]):
    """Payees and tags of transactions."""

    model = Transaction
    record = TransactionRecord

    def tags(self) -> list[TagUse]:
        """All tags of transactions and splits with their use, by name."""
        return _tags(**self.scope_values()).all(self.session, TagUse)

    def refuse_versions(self) -> None:
        """Raise StaleVersion if the request expects a version: tags have none."""
        check_precondition(self.session, 0, 0)

    def replace_payee(self, payee_id: int, into: int) -> None:
        """Give another payee all transactions of one."""
        self.access.require_writer()
        self._change(Transaction.payee_id == payee_id, {"payee_id": into})

    def rename_tag(self, name: str, new_name: str) -> None:
        """Put another tag in place of one in all transactions; one whose splits have it is a new version, too."""
        self.access.require_writer()
        mine = (TransactionSplit.book_id == self.access.book_id, _has_tag(TransactionSplit.tags, name))
        parts = select(TransactionSplit.transaction_id).where(*mine)
        of_it = or_(_has_tag(Transaction.tags, name), Transaction.id.in_(parts))
        self._change(of_it, {"tags": _renamed(Transaction.tags, name, new_name)})

    def _change(self, condition: ColumnElement[bool], values: dict[str, object]) -> None:
        changed = values | {"version": Transaction.version + 1, "updated_at": clock.now()}
        statement = update(Transaction).where(Transaction.book_id == self.access.book_id, condition).values(changed)
        self.session.execute(statement, execution_options=_LATER)


class SplitLabels(InBookRepository[TransactionSplit, SplitRecord]):
    """Tags of splits."""

    model = TransactionSplit
    record = SplitRecord

    def rename_tag(self, name: str, new_name: str) -> None:
        """Put another tag in place of one in all splits."""
        self.access.require_writer()
        of_it = (TransactionSplit.book_id == self.access.book_id, _has_tag(TransactionSplit.tags, name))
        renamed = update(TransactionSplit).where(*of_it).values(tags=_renamed(TransactionSplit.tags, name, new_name))
        self.session.execute(renamed, execution_options=_LATER)


def _has_tag(tags: InstrumentedAttribute[list[str]], name: str) -> ColumnElement[bool]:
    return tags.contains(cast(array([name]), ARRAY(String)))


def _renamed(tags: InstrumentedAttribute[list[str]], name: str, new_name: str) -> ColumnElement[list[str]]:
    """The tags of a row with another in place of one, which they may have had already."""
    had = _has_tag(tags, new_name)
    return case((had, func.array_remove(tags, name)), else_=func.array_replace(tags, name, new_name))


@cached_query
def _tags() -> Select[Any]:
    """Tags with the numbers of transactions and of splits that have them."""
    own, split = Transaction.__table__.c, TransactionSplit.__table__.c
    nothing = literal(0)
    used = union_all(
        select(func.unnest(own.tags).label("name"), literal(1).label("transactions"), nothing.label("splits")).where(
            TransactionLabels.scope_condition(), own.tags != "{}"
        ),
        select(func.unnest(split.tags), nothing, literal(1)).where(SplitLabels.scope_condition(), split.tags != "{}"),
    ).subquery("used")
    counts = (func.sum(used.c.transactions), func.sum(used.c.splits))
    return select(used.c.name, *counts).group_by(used.c.name).order_by(used.c.name)
