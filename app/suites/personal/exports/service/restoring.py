"""Bringing the transactions of a document: many at once, with the money that they move."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from app.infra.books import BookAccess
from app.kernel.batches import batched
from app.suites.personal.exports.queries.tables import fields_of, part_fields
from app.suites.personal.exports.repository import BookTables
from app.suites.personal.exports.rules.document import TRANSACTIONS, Section
from app.suites.personal.exports.rules.reading import References, Wrong, items, read_row
from app.suites.personal.exports.service.rows import in_row
from app.suites.personal.transactions.rules import TransactionStatus
from app.suites.personal.transactions.service.states import UNSET
from app.suites.personal.transactions.service.writing import Draft, TransactionWriter

CHUNK = 1_000
_REFUND = "refund_of"
_MORE = ("status", "to_status", "splits", _REFUND)


class TransactionImport:
    """Enters the transactions of a document into a book that has none."""

    def __init__(self, access: BookAccess, ids: Mapping[str, Sequence[int]]) -> None:
        self.access = access
        self.references: References = ids
        self.writer = TransactionWriter(access)
        self.writer.resolver.read_payees(ids.get("payees", ()))
        self.refunds: dict[int, object] = {}
        """Numbers of what was refunded, by those of the refunds."""
        self.external_ids: set[object] = set()

    def bring(self, section: Section, rows: Sequence[object]) -> list[int]:
        """Enter them, and return their ids in the order of their numbers."""
        self.fields = [one for one in fields_of(section) if one.name != _REFUND]
        self.of_split = part_fields(section.parts[0])
        ids: list[int] = []
        for chunk in batched(list(enumerate(rows, start=1)), CHUNK):
            drafts = []
            for number, row in chunk:
                with in_row(section, number):
                    drafts.append(self._draft(number, row))
            with in_row(section, chunk[0][0]):
                ids += self.writer.insert(drafts)
        self._refer(section, ids)
        return ids

    def _draft(self, number: int, row: object) -> Draft:
        values = read_row(self.fields, row, self.references, _MORE)
        given: Any = row
        if given.get("number", number) != number:
            raise Wrong(("number",), f"Must be {number}: rows are numbered in their order.")
        if given.get(_REFUND) is not None:
            self.refunds[number] = given[_REFUND]
        account_id = values["account_id"]
        statuses = {account_id: _status(given, "status"), values["to_account_id"]: _status(given, "to_status")}
        self._check_external_id(values["external_id"])
        splits = []
        for place, part in enumerate(items(given.get("splits")), start=1):
            try:
                split = read_row(self.of_split, part, self.references, ("status",))
                statuses.setdefault(split["account_id"], _status(cast("Mapping[str, object]", part), "status"))
            except Wrong as wrong:
                raise Wrong(("splits", str(place), *wrong.path), wrong.message) from wrong
            splits.append(split)
        currency = values.pop("currency")
        state: Any = {**UNSET, **values, "splits": splits, "refund_of_id": None}
        known: Any = {account: status for account, status in statuses.items() if account and status}
        draft = self.writer.copied(state, known)
        if draft.money.purse.currency is not currency:
            raise Wrong(("currency",), "Is not that of the account.")
        return draft

    def _check_external_id(self, external_id: object) -> None:
        if external_id is not None:
            if external_id in self.external_ids:
                raise Wrong(("external_id",), "Is that of a row before, too.")
            self.external_ids.add(external_id)

    def _refer(self, section: Section, ids: Sequence[int]) -> None:
        rows = []
        for number, refunded in self.refunds.items():
            with in_row(section, number):
                if isinstance(refunded, bool) or not isinstance(refunded, int) or not 0 < refunded <= len(ids):
                    raise Wrong((_REFUND,), "There is no such row in transactions.")
                rows.append({"id": ids[number - 1], "refund_of_id": ids[refunded - 1]})
        if rows:
            BookTables(self.access).refer(TRANSACTIONS, rows)


def _status(row: Mapping[str, object], name: str) -> TransactionStatus | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in set(TransactionStatus):
        raise Wrong((name,), "Not one of the words that it may be.")
    return TransactionStatus(value)
