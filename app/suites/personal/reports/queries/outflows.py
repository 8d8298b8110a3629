"""Last outflows of accounts."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select, true
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.suites.personal.transactions.models import Transaction, TransactionLeg
from app.suites.personal.transactions.rules import TransactionType

_own, _leg = Transaction.__table__.c, TransactionLeg.__table__.c


class Outflow(NamedTuple):
    """Money that left an account."""

    account_id: int
    date: date
    position: int
    transaction_id: int
    amount: Decimal


def last_outflows(session: Session, book_id: int, accounts: Collection[int], until: date, most: int) -> list[Outflow]:
    """The last outflows of these accounts to elsewhere, up to a day, the newest first."""
    values = {"book_id": book_id, "ids": sorted(accounts), "until": until, "most": most}
    return _last(**values).all(session, Outflow)


@cached_query
def _last() -> Select[Any]:
    """Statement that reads the newest rows of each account by the index of its register."""
    ids = parameter("ids", list)
    account = func.unnest(ids).table_valued("id", name="account").render_derived()
    elsewhere = or_(_own.type != TransactionType.TRANSFER, _own.to_account_id != func.all(ids))
    newest = (_leg.date.desc(), _leg.position.desc(), _leg.transaction_id.desc())
    found = (
        select(_leg.account_id, _leg.date, _leg.position, _leg.transaction_id, (-_leg.amount).label("amount"))
        .join(Transaction, _own.id == _leg.transaction_id)
        .where(
            _leg.book_id == parameter("book_id", int),
            _leg.account_id == account.c.id,
            _leg.date <= parameter("until", date),
            _leg.amount < 0,
            elsewhere,
        )
        .order_by(*newest)
        .limit(parameter("most", int))
        .lateral("found")
    )
    ordered = (found.c.date.desc(), found.c.position.desc(), found.c.transaction_id.desc())
    columns = (found.c[name] for name in Outflow._fields)
    return select(*columns).select_from(account.join(found, true())).order_by(*ordered).limit(parameter("most", int))
