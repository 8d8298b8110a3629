"""Categories that people choose by hand, from which those of later transactions are learned."""

from collections.abc import Iterable

from app.infra.books import BookAccess
from app.suites.personal.transactions.events import Choice, ChoicesChanged
from app.suites.personal.transactions.rules import CategorySource
from app.suites.personal.transactions.service.states import TransactionChanges


def choice_of(state: TransactionChanges | None) -> Choice | None:
    """The choice that a transaction tells; None if nobody chose its category by hand."""
    category_id = None if state is None else state["category_id"]
    if state is None or category_id is None:
        return None
    if (state.get("category_source") or CategorySource.MANUAL) is not CategorySource.MANUAL:
        return None
    sign = -state["type"].sign if state["is_refund"] else state["type"].sign
    return Choice(
        payee_id=state.get("payee_id"),
        description=state.get("description") or "",
        signed_amount=sign * state["amount"],
        account_id=state["account_id"],
        date=state["date"],
        category_id=category_id,
    )


def publish_choices(
    access: BookAccess, changes: Iterable[tuple[TransactionChanges | None, TransactionChanges | None]]
) -> None:
    """Tell which choices were made and undone by changes of transactions, each from one state to another."""
    pairs = [(choice_of(before), choice_of(after)) for before, after in changes]
    made = tuple(after for before, after in pairs if after is not None and after != before)
    undone = tuple(before for before, after in pairs if before is not None and after != before)
    if made or undone:
        access.context.publish(ChoicesChanged(access.book_id, made, undone))
