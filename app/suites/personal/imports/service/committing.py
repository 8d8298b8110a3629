"""Committing: rows become entries, or confirm those that are there."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, Invalid, NotFound
from app.suites.personal.accounts.service import AccountKey
from app.suites.personal.imports.repository import ImportLineRepository
from app.suites.personal.imports.rules.lines import ImportLineState
from app.suites.personal.imports.rules.plans import is_descending
from app.suites.personal.imports.service.categorising import LineCategorising, LineValues, with_plan
from app.suites.personal.imports.service.confirming import Confirmation, TransactionConfirming
from app.suites.personal.imports.service.drafts import Draft
from app.suites.personal.recurring.service import OccurrenceClaiming
from app.suites.personal.transactions.service import TransactionService
from app.suites.personal.transactions.service.writing import Draft as NewDraft

_LONGEST_DESCRIPTION = 500
MADE = frozenset({ImportLineState.NEW, ImportLineState.POSSIBLE})
_CONFIRMING = frozenset({ImportLineState.MATCH, ImportLineState.REPLACES})


class Committed(NamedTuple):
    """Results of committing rows, beside the entries."""

    categorised: int
    """Number of the new entries that have a category."""
    payees: list[int]


class Committing:
    """Brings judged rows into one book."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.lines = ImportLineRepository(access)
        self.transactions = TransactionService(access)
        self.confirming = TransactionConfirming(access)
        self.categorising = LineCategorising(access)
        self.occurrences = OccurrenceClaiming(access)

    def commit(self, drafts: Sequence[Draft], accounts: Mapping[int, AccountKey], *, run_rules: bool) -> Committed:
        """Make and confirm the entries of these rows."""
        self._settle(drafts)
        made = [draft for draft in drafts if draft.state in MADE]
        made = made[::-1] if is_descending([draft.date for draft in made]) else made
        new = self._as_occurrences(made, self.categorising.values(made, accounts, run_rules=run_rules))
        payees = {one.full.get("payee_id") for one in new} - {None}
        self.transactions.writer.resolver.read_payees([one for one in payees if one is not None])
        ids = self.transactions.writer.insert([self._draft(one) for one in new])
        for draft, transaction_id in zip(made, ids, strict=True):
            draft.transaction_id, draft.version_after = transaction_id, 1
        self._confirm([draft for draft in drafts if draft.state in _CONFIRMING])
        categorised = sum(one.full.get("category_id") is not None or bool(one.full.get("splits")) for one in new)
        return Committed(categorised, sorted(self.categorising.made_payees))

    def _as_occurrences(self, drafts: Sequence[Draft], values: Sequence[LineValues]) -> list[LineValues]:
        """The values of rows; of those that are occurrences still to come, by what is planned."""
        wanted = {one.expected.key: (one.date, abs(one.amount)) for one in drafts if one.expected is not None}
        planned = self.occurrences.claim(wanted)
        return [
            with_plan(one, planned.get(draft.expected.key), draft) if draft.expected is not None else one
            for draft, one in zip(drafts, values, strict=True)
        ]

    def _draft(self, values: LineValues) -> NewDraft:
        """The entry to store; without what file and rules say, if that does not fit."""
        try:
            return self.transactions.new(values.full)
        except (Invalid, Conflict, NotFound):
            return self.transactions.new(values.plain)

    def _settle(self, drafts: Sequence[Draft]) -> None:
        """Let each entry be confirmed by one row, first of those that people chose; what confirms none is new."""
        confirming = [draft for draft in drafts if draft.state in _CONFIRMING]
        there = self.confirming.versions([one.candidate_id for one in confirming if one.candidate_id is not None])
        used: set[int] = set()
        for draft in sorted(confirming, key=lambda one: (one.decision is None, one.number)):
            if draft.candidate_id is None or draft.candidate_id not in there or draft.candidate_id in used:
                draft.state, draft.candidate_id, draft.replaces_id = ImportLineState.NEW, None, None
            else:
                used.add(draft.candidate_id)

    def _confirm(self, drafts: Sequence[Draft]) -> None:
        """Let rows confirm entries, which take the bank's day and amount."""
        wanted = {draft.candidate_id: draft for draft in drafts if draft.candidate_id is not None}
        before = self.confirming.confirm(
            Confirmation(
                transaction_id,
                draft.account_id,
                draft.date,
                draft.amount,
                draft.shown_text[:_LONGEST_DESCRIPTION] or None,
                is_pending=draft.is_pending,
            )
            for transaction_id, draft in wanted.items()
        )
        versions = self.confirming.versions(wanted.keys())
        for transaction_id, draft in wanted.items():
            draft.transaction_id, draft.before = transaction_id, before[transaction_id]
            draft.version_after = versions[transaction_id]
        replaced = [draft.replaces_id for draft in drafts if draft.replaces_id is not None]
        if replaced:
            self.lines.set_replaced(replaced, is_replaced=True)
