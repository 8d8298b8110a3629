"""Transfers that are put together of two entries, and parted again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date as day
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import BookCipher, InBookService, find_price
from app.suites.personal.imports.models import TransferMatchRecord
from app.suites.personal.imports.queries import CandidateQueries, LegRow
from app.suites.personal.imports.repository import (
    ImportLineRepository,
    RejectedTransferRepository,
    TransferMatchRepository,
)
from app.suites.personal.imports.rules.transfers import MOST_DAYS, Leg, TransferPair, find_transfers
from app.suites.personal.imports.service.numbers import KnownNumbers
from app.suites.personal.transactions.rules import CategorySource, TransactionStatus, TransactionType
from app.suites.personal.transactions.service import TransactionChanges, TransactionService
from app.suites.personal.transactions.service.states import REFERENCES, Kept, as_json, from_json
from app.suites.personal.transactions.service.writing import Changing, Draft, Stored, TransactionWriter

USUAL_DAYS = 90
"""Days back in which transfers are proposed."""


class Suggestion(NamedTuple):
    """Two entries that may be a transfer."""

    sent_id: int
    received_id: int
    score: int
    is_sure: bool
    from_account_id: int
    to_account_id: int
    date: day
    to_date: day
    amount: Decimal
    to_amount: Decimal
    from_description: str | None
    to_description: str | None


class Parted(NamedTuple):
    """The entries that a transfer became again."""

    sent_id: int
    received_id: int


class TransferService(InBookService):
    """Puts transfers of a book together, and parts them."""

    model: ClassVar = TransactionService.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.writer = TransactionWriter(access)
        self.matches = TransferMatchRepository(access)
        self.rejected = RejectedTransferRepository(access)
        self.lines = ImportLineRepository(access)
        self.candidates = CandidateQueries(access.session, access.book_id)
        self.rates = DayRates(access)
        self.cipher = BookCipher(access)
        self.numbers = KnownNumbers(access)

    def match(self, ids: Sequence[int]) -> int:
        """Put two entries together as a transfer, and return its id."""
        self.access.require_writer()
        stored = {one.record.id: one for one in self.writer.stored(ids)}
        first, second = (stored[one] for one in ids)
        sent, received = (first, second) if _gain(first) < 0 else (second, first)
        _require_pair(sent, received)
        self.rejected.forget(sent.record.id, received.record.id)
        self.merge([(sent, received)], is_automatic=False)
        return sent.record.id

    def part(self, transaction_id: int) -> Parted:
        """Part a transfer into the entries that it was, which are not put together again by themselves."""
        self.writer.transactions.get_for_update(transaction_id)
        found = [one for one in self.matches.of([transaction_id]) if one.transaction_id == transaction_id]
        if not found:
            raise NotFound("The transaction was not put together of two.")
        self.part_all(found)
        pair = (found[0].transaction_id, found[0].received_id)
        self.rejected.reject([pair])
        return Parted(*pair)

    def suggestions(
        self, request: PageRequest, date_from: day | None = None, date_to: day | None = None
    ) -> Page[Suggestion]:
        """One page of the pairs that may be transfers, the likeliest first."""
        last = date_to or self.access.today
        first = date_from or last - timedelta(USUAL_DAYS)
        rows = self.candidates.paired_legs(first, last)
        legs = {one.id: one for one in rows}
        pairs = [_suggestion(pair, legs) for pair in self._pairs(rows)]
        return Page(pairs[request.span], len(pairs), request)

    def merge_new(self, transaction_ids: Collection[int], first: day, last: day) -> int:
        """Put sure transfers together of which an import just brought one side; returns how many."""
        own = self.candidates.legs_of(transaction_ids)
        if not own:
            return 0
        accounts = AccountService(self.access).all_keys()
        others = {currency.value for _, currency in accounts.values()} - {one.currency for one in own}
        several = {one.currency for one in own} if len({one.currency for one in own}) > 1 else set()
        around = self.candidates.legs(
            first - timedelta(MOST_DAYS),
            last + timedelta(MOST_DAYS),
            {-one.amount for one in own},
            sorted(others | several),
        )
        rows = {one.id: one for one in (*own, *around)}
        new = {one.id for one in own}
        sure = [
            (pair.sent_id, pair.received_id)
            for pair in self._pairs(rows.values())
            if pair.is_sure and {pair.sent_id, pair.received_id} & new
        ]
        free = [pair for pair in sure if all(_is_free(rows[one]) for one in pair)]
        if not free:
            return 0
        stored = {one.record.id: one for one in self.writer.stored([one for pair in free for one in pair])}
        return self.merge([(stored[sent], stored[received]) for sent, received in free], is_automatic=True)

    def merge(self, pairs: Sequence[tuple[Stored, Stored]], *, is_automatic: bool) -> int:
        """Make each pair one transfer, of which each side keeps its day, status and row of a file.

        An automatic one that does not fit, as with an account that is closed, is left out. Returns how many there are.
        """
        merged = [(sent, received, self._draft(sent, received, is_automatic)) for sent, received in pairs]
        changing = [Changing(sent, draft) for sent, _, draft in merged if draft is not None]
        pairs = [(sent, received) for sent, received, draft in merged if draft is not None]
        if not pairs:
            return 0
        moved = [(received.record.id, sent.record.id) for sent, received in pairs]
        accounts = {received.record.id: received.record.account_id for _, received in pairs}
        self.writer.update(changing)
        self.lines.move(moved, accounts)
        self.writer.delete([received for _, received in pairs], unlock=True)
        versions = self.writer.transactions.existing([sent.record.id for sent, _ in pairs])
        self.matches.insert_many(
            [
                {
                    "transaction_id": sent.record.id,
                    "received_id": received.record.id,
                    "sent": as_json(sent.record, sent.state, sent.legs),
                    "received": as_json(received.record, received.state, received.legs),
                    "version_after": versions[sent.record.id],
                    "is_automatic": is_automatic,
                }
                for sent, received in pairs
            ]
        )
        return len(pairs)

    def part_all(self, matches: Sequence[TransferMatchRecord]) -> None:
        """Part transfers into the entries that they were, with the statuses that their sides have now."""
        stored = {one.record.id: one for one in self.writer.stored([one.transaction_id for one in matches])}
        before = self._before(matches)
        changing = []
        restored: dict[int, Draft] = {}
        for one in matches:
            whole, (sent, received) = stored[one.transaction_id], before[one.transaction_id]
            statuses = {leg.account_id: leg.status for leg in whole.legs}
            changing.append(Changing(whole, self._restored(sent, statuses, whole)))
            made = {"version": received.version + 1, "created_at": received.created_at}
            restored[one.received_id] = replace(self._restored(received, statuses, None), restored=made)
        self.writer.update(changing)
        self.writer.restore(restored)
        accounts = {one.transaction_id: before[one.transaction_id][1].state["account_id"] for one in matches}
        self.lines.move([(one.transaction_id, one.received_id) for one in matches], accounts)
        self._renumber(matches, before)
        self.matches.delete_many([one.id for one in matches])

    def _before(self, matches: Sequence[TransferMatchRecord]) -> dict[int, tuple[Kept, Kept]]:
        """Both sides of transfers as they were, without references to what is gone."""
        found = {one.transaction_id: (from_json(one.sent), from_json(one.received)) for one in matches}
        sides = [side for pair in found.values() for side in pair]
        asked: dict[str, set[Any]] = {name: {dict(side.state)[name] for side in sides} - {None} for name in REFERENCES}
        there = {name: self.writer.transactions.references(name, ids) for name, ids in asked.items()}
        return {row_id: (_known(sent, there), _known(received, there)) for row_id, (sent, received) in found.items()}

    def _renumber(self, matches: Sequence[TransferMatchRecord], before: Mapping[int, tuple[Kept, Kept]]) -> None:
        """Let entries that were parted count as unchanged where they had been before."""
        ids = [entry for one in matches for entry in (one.transaction_id, one.received_id)]
        now = self.writer.transactions.existing(ids)
        known = {one.transaction_id: before[one.transaction_id][0].version for one in matches}
        known |= {one.received_id: before[one.transaction_id][1].version for one in matches}
        self.lines.renumber({entry: (known[entry], now[entry]) for entry in ids})

    def _draft(self, sent: Stored, received: Stored, is_automatic: bool) -> Draft | None:
        try:
            return self._merged(sent, received)
        except (Conflict, Invalid):
            if not is_automatic:
                raise
            return None

    def _merged(self, sent: Stored, received: Stored) -> Draft:
        crosses = sent.record.currency != received.record.currency
        state: TransactionChanges = {
            **sent.state,
            "type": TransactionType.TRANSFER,
            "to_account_id": received.record.account_id,
            "to_amount": received.record.amount if crosses else None,
            "to_date": received.record.date if received.record.date != sent.record.date else None,
            "category_id": None,
            "category_source": None,
            "confidence": None,
            "is_refund": False,
            "refund_of_id": None,
            "description": sent.record.description or received.record.description,
        }
        draft = self.writer.draft(state, sent, unlock=True)
        statuses = {leg.account_id: leg.status for leg in (*sent.legs, *received.legs)}
        return replace(draft, statuses={**draft.statuses, **statuses})

    def _restored(self, kept: Kept, statuses: Mapping[int, TransactionStatus], known: Stored | None) -> Draft:
        draft = self.writer.draft(kept.state, known, unlock=True)
        account_id = kept.state["account_id"]
        return replace(draft, statuses={**draft.statuses, account_id: statuses[account_id]})

    def _pairs(self, rows: Iterable[LegRow]) -> list[TransferPair]:
        legs = [_leg(one, self._text(one)) for one in rows]
        rejected = self.rejected.pairs([one.id for one in legs])
        return find_transfers(legs, self.rates.rate, self.numbers.named_in, rejected)

    def _text(self, row: LegRow) -> str | None:
        """Text of the row of a file that confirmed an entry."""
        if row.text is None or row.line_id is None:
            return None
        return self.cipher.decrypt("import_lines", "text", row.line_id, row.text)


class DayRates:
    """Rates between currencies by day, each read once; the book's own win."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self._known: dict[tuple[str, day], Decimal | None] = {}

    def rate(self, source: str, target: str, on: day) -> Decimal | None:
        """The rate of a day; None if it is not known."""
        sent, received = self._worth(source, on), self._worth(target, on)
        return sent / received if sent and received else None

    def _worth(self, currency: str, on: day) -> Decimal | None:
        """Worth of a unit in the currency of the book."""
        if (currency, on) not in self._known:
            price = find_price(self.access, Currency(currency), on)
            self._known[currency, on] = None if price is None else price.worth(Decimal(1))
        return self._known[currency, on]


def _known(kept: Kept, there: Mapping[str, Collection[int]]) -> Kept:
    given: dict[str, Any] = {**kept.state}
    gone = {name: None for name in REFERENCES if given[name] is not None and given[name] not in there[name]}
    if "category_id" in gone:
        gone |= {"category_source": None, "confidence": None}
    if "recurring_id" in gone:
        gone["occurrence"] = None
    state: TransactionChanges = {**given, **gone}  # type: ignore[typeddict-item]  # its keys
    return kept._replace(state=state)


def _gain(stored: Stored) -> Decimal:
    return sum((leg.amount for leg in stored.legs if leg.account_id == stored.record.account_id), Decimal(0))


def _require_pair(sent: Stored, received: Stored) -> None:
    """Raise unless these are an expense and an income that may be a transfer."""
    for one in (sent, received):
        if one.record.type is TransactionType.TRANSFER or one.record.is_split:
            raise Conflict("Only incomes and expenses without splits become a transfer.", code="not_a_leg")
    if _gain(sent) > 0 or _gain(received) < 0:
        raise Invalid.field("ids", "One must leave its account, and the other come in.")
    if sent.record.account_id == received.record.account_id:
        raise Invalid("Both are of the same account.", code="same_account", errors={"ids": ["Are of one account."]})
    if sent.record.currency == received.record.currency and sent.record.amount != received.record.amount:
        message = "In one currency as much arrives as leaves."
        raise Invalid(message, code="transfer_amounts_differ", errors={"ids": [message]})


def _is_free(leg: LegRow) -> bool:
    """Whether an entry may become part of a transfer by itself: nobody chose its category or reconciled it."""
    chosen = leg.category_source in {CategorySource.MANUAL, CategorySource.RECURRING}
    return not chosen and leg.status is not TransactionStatus.RECONCILED


def _leg(row: LegRow, text: str | None) -> Leg:
    texts = dict.fromkeys(text for text in (row.description, text, row.counterpart) if text)
    source = "" if row.import_id is None else f"{row.import_id}:{row.account_id}"
    return Leg(row.id, row.account_id, row.date, row.amount, row.currency, " ".join(texts), source)


def _suggestion(pair: TransferPair, legs: Mapping[int, LegRow]) -> Suggestion:
    sent, received = legs[pair.sent_id], legs[pair.received_id]
    return Suggestion(
        sent_id=sent.id,
        received_id=received.id,
        score=pair.score,
        is_sure=pair.is_sure,
        from_account_id=sent.account_id,
        to_account_id=received.account_id,
        date=sent.date,
        to_date=received.date,
        amount=-sent.amount,
        to_amount=received.amount,
        from_description=sent.description,
        to_description=received.description,
    )
