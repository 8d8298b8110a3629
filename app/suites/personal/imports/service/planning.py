"""Planning: what each row of a file is, by what the book has already."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from app.infra.books import BookAccess
from app.suites.personal.accounts.service import AccountKey
from app.suites.personal.imports.queries import CandidateQueries, UnconfirmedRecord
from app.suites.personal.imports.repository import ImportLineRepository, KnownRow
from app.suites.personal.imports.rules.lines import SCHEDULED, ImportLineState, KnownLine, Verdict
from app.suites.personal.imports.rules.matches import DAYS_BEFORE, DAYS_SCHEDULED, Entry
from app.suites.personal.imports.rules.plans import find_known, with_matches
from app.suites.personal.imports.rules.states import Decision, Duplicates
from app.suites.personal.imports.service.content_keys import ContentKeys, FileKeys
from app.suites.personal.imports.service.drafts import Draft, LineNote
from app.suites.personal.payees_rules.service import PayeeService
from app.suites.personal.recurring.service import ExpectedMovement, OccurrenceClaiming

Notes = list[LineNote]


class Planning:
    """Judges rows by the rows and entries of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.lines = ImportLineRepository(access)
        self.keys = ContentKeys(access)
        self.candidates = CandidateQueries(access.session, access.book_id)
        self.occurrences = OccurrenceClaiming(access)
        self.payees = PayeeService(access)

    def judge(self, drafts: Sequence[Draft], accounts: Mapping[int, AccountKey], keep: Duplicates) -> Notes:
        """Set the state of every row, by what a person decided where there is something; returns remarks."""
        notes: Notes = []
        for account_id, account in accounts.items():
            own = [draft for draft in drafts if draft.account_id == account_id]
            if own:
                notes += self._judge_account(own, account, keep)
        return notes

    def _judge_account(self, drafts: Sequence[Draft], account: AccountKey, keep: Duplicates) -> Notes:
        lines = [draft.as_line(account.currency.value) for draft in drafts]
        keys = self.keys.of_file(account.id, lines)
        known = self._known(account.id, drafts, keys)
        counted = [_as_known(one) for one in known.values() if not one.is_replaced]
        replaced = [_as_known(one) for one in known.values() if one.is_replaced]
        verdicts = find_known(lines, keys.by_number, counted, replaced)
        new = {one.number for one in verdicts if one.state is ImportLineState.NEW}
        entries, expected = self._entries([draft for draft in drafts if draft.number in new], account)
        by_row = {one.number: one for one in with_matches(lines, verdicts, entries)}
        for draft in drafts:
            draft.content_key = keys.by_number[draft.number]
            _apply(draft, by_row[draft.number], known, keep)
            _expect(draft, expected)
        notes = [LineNote(row=one.number, code=note) for one in by_row.values() for note in one.notes]
        return notes + [LineNote(row=draft.number, code=SCHEDULED) for draft in drafts if draft.expected]

    def _known(self, account_id: int, drafts: Iterable[Draft], keys: FileKeys) -> dict[int, KnownRow]:
        """Rows that earlier files brought by their ids, with the keys that they would have now."""
        fitids = {draft.fitid for draft in drafts if draft.fitid}
        return {
            one.id: one._replace(content_key=keys.by_stored.get(one.content_key, one.content_key))
            for one in self.lines.known(account_id, keys.by_stored.keys(), fitids)
        }

    def _entries(self, drafts: Sequence[Draft], account: AccountKey) -> tuple[list[Entry], list[ExpectedMovement]]:
        """Entries that rows may confirm; last the occurrences still to come, which have the ids -1, -2 and so on."""
        if not drafts:
            return [], []
        first = min(draft.date for draft in drafts) - timedelta(DAYS_BEFORE)
        last = max(draft.date for draft in drafts) + timedelta(DAYS_SCHEDULED)
        found = self.candidates.unconfirmed(account.id, first, last, {draft.amount for draft in drafts})
        expected = self.occurrences.expected(account.id, first, last)
        names = self.payees.names({one.payee_id for one in expected if one.payee_id is not None})
        entries = [_as_entry(one, account) for one in found]
        coming = [
            _as_expected(-place, one, account, "" if one.payee_id is None else names.get(one.payee_id, ""))
            for place, one in enumerate(expected, start=1)
        ]
        return entries + coming, expected


def _as_known(one: KnownRow) -> KnownLine:
    return KnownLine(one.id, one.date, one.amount, one.fitid or "", one.content_key, one.is_pending)


def _as_entry(one: UnconfirmedRecord, account: AccountKey) -> Entry:
    bounds = [one.min_amount, one.max_amount] if one.recurring_id is not None else []
    sign = -1 if one.amount < 0 else 1
    amounts = sorted([one.amount, *(sign * bound for bound in bounds if bound is not None)])
    return Entry(
        one.id,
        one.date,
        amounts[0],
        amounts[-1],
        account.currency.value,
        text=one.description or "",
        payee=one.payee or "",
        is_scheduled=one.recurring_id is not None,
    )


def _as_expected(entry_id: int, one: ExpectedMovement, account: AccountKey, payee: str) -> Entry:
    currency = account.currency.value
    return Entry(entry_id, one.date, one.least, one.most, currency, text=one.text, payee=payee, is_scheduled=True)


def _expect(draft: Draft, expected: Sequence[ExpectedMovement]) -> None:
    """Let a row that is an occurrence still to come make its entry."""
    draft.expected = None
    if draft.candidate_id is not None and draft.candidate_id < 0:
        if draft.state is not ImportLineState.SKIPPED:
            draft.expected, draft.state = expected[-draft.candidate_id - 1], ImportLineState.NEW
        draft.candidate_id, draft.score = None, None


def _apply(draft: Draft, verdict: Verdict, known: Mapping[int, KnownRow], keep: Duplicates) -> None:
    """Set the state of a row, by the decision of a person before the verdict."""
    chosen = draft.candidate_id if draft.decision is Decision.MATCH else None
    draft.state, draft.score = verdict.state, verdict.score
    draft.candidate_id, draft.replaces_id, draft.transaction_id = verdict.entry_id, None, None
    if verdict.state is ImportLineState.REPLACES and verdict.known_id is not None:
        if known[verdict.known_id].transaction_id is None:
            draft.state = ImportLineState.DUPLICATE  # it was deleted by hand
        else:
            draft.replaces_id, draft.candidate_id = verdict.known_id, known[verdict.known_id].transaction_id
    if draft.state is ImportLineState.DUPLICATE and keep is Duplicates.KEEP:
        draft.state = ImportLineState.NEW
    if draft.decision is Decision.SKIP:
        draft.state = ImportLineState.SKIPPED
    elif draft.decision is Decision.IMPORT:
        draft.state, draft.candidate_id, draft.replaces_id = ImportLineState.NEW, None, None
    elif draft.decision is Decision.MATCH and chosen is not None:
        draft.state, draft.candidate_id, draft.replaces_id = ImportLineState.MATCH, chosen, None


def counts_of(drafts: Iterable[Draft]) -> dict[str, int]:
    """Numbers of rows by what becomes of them."""
    states = [draft.state for draft in drafts]
    made = {ImportLineState.NEW, ImportLineState.POSSIBLE}
    confirming = {ImportLineState.MATCH, ImportLineState.REPLACES}
    return {
        "imported": sum(state in made for state in states),
        "duplicates": sum(state is ImportLineState.DUPLICATE for state in states),
        "matched": sum(state in confirming for state in states),
    }
