"""Records of payees and tags."""

from datetime import date as day
from datetime import datetime
from typing import NamedTuple


class PayeeRecord(NamedTuple):
    """Somebody who is paid, or pays."""

    id: int
    book_id: int
    name: str
    aliases: list[str]
    default_category_id: int | None
    is_hidden: bool
    created_at: datetime
    updated_at: datetime
    version: int


class PayeeUse(NamedTuple):
    """Use of a payee."""

    payee_id: int
    transactions: int
    last_used: day | None


class TagUse(NamedTuple):
    """A tag, and the number of transactions and splits that have it."""

    name: str
    transactions: int
    splits: int
