"""Lists of transactions with running balances and totals, and single ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypedDict, Unpack

from app.core.currencies.service import missing_rates
from app.infra.books import BookAccess
from app.infra.queries.amounts import Sum
from app.infra.queries.records import Item
from app.infra.texts import encrypted_texts
from app.kernel.batches import batched
from app.kernel.errors import NotFound
from app.kernel.money import in_digits, round_worth, without_zeros
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import DateRange, require_order
from app.kernel.rows import plain_name
from app.suites.personal.accounts.service import Converter
from app.suites.personal.books.service import BookLedger, InBookService, exchange_of, remedy_of
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.models import LegRecord, SplitRecord, Transaction, TransactionRecord
from app.suites.personal.transactions.queries import Figures, Listed, TransactionFilter, TransactionQueries
from app.suites.personal.transactions.repository import LegRepository, SplitRepository
from app.suites.personal.transactions.rules import TransactionStatus, TransactionType, search_words
from app.suites.personal.transactions.service.encrypting import TransactionCipher
from app.suites.personal.transactions.service.note_words import NoteIndex

OLDEST_FIRST = PageRequest(sort=(Sort("date"),)).unpaged()
Parts = tuple[dict[int, list[SplitRecord]], dict[int, list[LegRecord]]]
"""Splits and legs by the ids of their transactions."""
CHUNK = 1_000
"""Transactions that are read at once for a file."""


class TransactionFilters(TypedDict, total=False):
    """The criteria of a list of transactions."""

    date_from: date
    date_to: date
    category_id: int
    type: TransactionType
    amount_min: Decimal
    amount_max: Decimal
    account_id: int
    payee_id: int
    tag: str
    status: TransactionStatus
    uncategorised: bool
    q: str
    import_id: int


class AttachedFile(NamedTuple):
    """A file of a transaction."""

    id: int
    file_id: int
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of all transactions that match, in the currency of the book."""

    income: Decimal | None
    expenses: Decimal | None
    net: Decimal | None
    transfers: int
    count: int


TransactionItem = Item[TransactionRecord]


class TransactionReader(InBookService):
    """Reads the transactions of a book."""

    model = Transaction

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.queries = TransactionQueries(access.session, access.book_id)
        self.splits = SplitRepository(access)
        self.legs = LegRepository(access)
        self.cipher = TransactionCipher(access)
        self.notes = NoteIndex(access)
        self.categories = CategoryService(access)

    def get(self, transaction_id: int) -> TransactionItem:
        """One transaction."""
        found = self.queries.records([transaction_id])
        if transaction_id not in found:
            raise NotFound(f"Transaction {transaction_id} does not exist.")
        return self._shown([found[transaction_id]], {})[0]

    def page(self, request: PageRequest, **filters: Unpack[TransactionFilters]) -> Page[TransactionItem]:
        """One page, with the totals of all that match; running balances with one account in the order of days."""
        criteria = self.criteria(filters)
        require_order(criteria.date_from, criteria.date_to)
        figures = self.queries.figures(criteria, exchange_of(self.access), self.access.currency)
        extra = self._totals(figures)
        by_day = not request.sort or request.sort[0].field == "date"
        account_id = criteria.account_id if by_day else None
        listed = batched(self.queries.page(criteria, request, self._in_order(request)), CHUNK)
        items = (item for chunk in listed for item in self._items(account_id, chunk))
        return Page(items if request.whole else list(items), figures.counts.matching, request, extra)

    def stream(self, days: DateRange, account_id: int | None = None) -> Iterator[TransactionItem]:
        """All transactions of these days, the oldest first, with their splits, statuses and gains.

        For files, which have names of their own: neither totals nor paths are read.
        """
        criteria = TransactionFilter(date_from=days.start, date_to=days.end, account_id=account_id)
        for chunk in batched(self.queries.page(criteria, OLDEST_FIRST), CHUNK):
            rows = {one.id: one for one in chunk}
            found = self.queries.records([*rows])
            records = [self.cipher.readable(found[row_id]) for row_id in rows]
            splits, legs = self._parts(records)
            for one in records:
                yield Item(_in_digits(one), _money_values(one, splits, legs, rows[one.id]))

    def _parts(self, records: Sequence[TransactionRecord]) -> Parts:
        """Splits and legs of transactions."""
        split = [one.id for one in records if one.is_split]
        splits = self.cipher.readable_splits(self.splits.of(split)) if split else {}
        return splits, self.legs.of([one.id for one in records]) if records else {}

    def _in_order(self, request: PageRequest) -> list[int]:
        """Ids of the categories by their paths, if the list is sorted by them."""
        if all(one.field != "category" for one in request.sort):
            return []
        paths = self.categories.names()
        return sorted(paths, key=lambda one: [plain_name(name) for name in paths[one]])

    def _items(self, account_id: int | None, listed: Sequence[Listed]) -> list[TransactionItem]:
        records = self.queries.records([one.id for one in listed])
        rows = {one.id: one for one in listed}
        return self._shown([records[one.id] for one in listed], self._running(account_id, listed), rows)

    def criteria(self, filters: TransactionFilters) -> TransactionFilter:
        """The criteria of a list as those of statements; NotFound for an unknown category."""
        given = {name: value for name, value in filters.items() if name not in {"category_id", "q"}}
        category_id, q = filters.get("category_id"), filters.get("q")
        if category_id is not None:
            self.categories.categories.get(category_id)
            given["categories"] = sorted(self.categories.tree().below(category_id))
        if q is not None:
            texts = encrypted_texts(self.access.session)
            given["words"] = search_words(self.access.book_id, q, None if texts is None else texts.hashes)
            noted = self.notes.query(q)
            if noted is not None:
                given |= {"noted": noted.indexes, "noted_words": noted.words}
        return TransactionFilter(**given)  # type: ignore[arg-type]  # names of its fields

    def _totals(self, figures: Figures) -> dict[str, object]:
        target, sums = self.access.currency, figures.sums
        count, transfers = figures.counts
        warnings = missing_rates(sums, target, remedy_of(self.access))
        income, expenses = (self._sum(sums, kind) for kind in CategoryType)
        if warnings or income is None or expenses is None:
            return {"totals": Totals(None, None, None, transfers, count), "warnings": warnings, "currency": target}
        totals = Totals(-income, expenses, -income - expenses, transfers, count)
        return {"totals": totals, "warnings": [], "currency": target}

    def _sum(self, sums: Sequence[Sum], kind: CategoryType) -> Decimal | None:
        """The sum of a kind as the ledger has it, rounded: an income is a credit."""
        found = [one.total for one in sums if one.key[0] == kind.value]
        total = sum((one for one in found if one is not None), Decimal(0))
        return None if None in found else round_worth(total, self.access.currency)

    def _running(self, account_id: int | None, listed: Sequence[Listed]) -> dict[int, Decimal]:
        """Balance of the account after each of these: that of the end of its day less what came later that day."""
        if account_id is None or not listed:
            return {}
        days = sorted({one.date for one in listed})
        service = BookLedger(self.access).balances
        at_end = {one.account_id: one.amount for one in service.balances(days[0], [account_id])}
        balance, ends = at_end.get(account_id, Decimal(0)), {}
        later = DateRange(days[0] + timedelta(days=1), days[-1]) if len(days) > 1 else None
        changes: dict[date, Decimal] = {}
        for change in service.by_day(later, [account_id]) if later else ():
            changes[change.date] = changes.get(change.date, Decimal(0)) + change.amount
        ends[days[0]] = balance
        for day in sorted({*changes, *days[1:]}):
            balance += changes.get(day, Decimal(0))
            ends[day] = balance
        return {one.id: ends[one.date] - (one.gained_later or Decimal(0)) for one in listed}

    def _shown(
        self, records: Sequence[TransactionRecord], balances: dict[int, Decimal], rows: dict[int, Listed] | None = None
    ) -> list[TransactionItem]:
        records = [self.cipher.readable(one) for one in records]
        ids = [one.id for one in records]
        splits, legs = self._parts(records)
        paths, around = self.categories.names(), self.queries.surroundings(ids) if ids else {}
        worth = self._worth(records)
        return [
            Item(
                _in_digits(one),
                {
                    "account": around[one.id].account,
                    "import_line_id": around[one.id].import_line_id,
                    "attachments": [AttachedFile(**file) for file in around[one.id].attachments],
                    **_money_values(one, splits, legs, (rows or {}).get(one.id)),
                    "category_path": paths.get(one.category_id) if one.category_id is not None else None,
                    "running_balance": without_zeros(balances[one.id]) if one.id in balances else None,
                    "converted_amount": converted,
                },
            )
            for one, converted in zip(records, worth, strict=True)
        ]

    def _worth(self, records: Sequence[TransactionRecord]) -> list[Decimal | None]:
        """Amounts in the currency of the book, each at the rate of its day."""
        converter, days = Converter(self.access), {one.date for one in records if one.currency != self.access.currency}
        by_day = {
            day: converter.converted([(one.amount, one.currency) for one in records if one.date == day], day).amounts
            for day in days
        }
        places: dict[date, int] = dict.fromkeys(days, 0)
        found: list[Decimal | None] = []
        for one in records:
            if one.date not in by_day:
                found.append(in_digits(one.amount, one.currency))
                continue
            found.append(by_day[one.date][places[one.date]])
            places[one.date] += 1
        return found


def _in_digits(one: TransactionRecord) -> TransactionRecord:
    """The transaction with as many decimals in its amounts as their currencies have."""
    arrives = None if one.to_amount is None else without_zeros(one.to_amount)
    return one._replace(amount=in_digits(one.amount, one.currency), to_amount=arrives)


def _split_in_digits(part: SplitRecord, one: TransactionRecord) -> SplitRecord:
    return part._replace(amount=in_digits(part.amount, one.currency))


def _money_values(
    one: TransactionRecord,
    splits: Mapping[int, list[SplitRecord]],
    legs: Mapping[int, list[LegRecord]],
    row: Listed | None,
) -> dict[str, object]:
    """Splits, statuses, and the gain of the account that the list is of, or else of its own."""
    own = next(leg for leg in legs[one.id] if leg.account_id == one.account_id)
    gained = own.amount if row is None or row.gained is None else row.gained
    return {
        "splits": [_split_in_digits(part, one) for part in splits.get(one.id, ())],
        "status": own.status,
        "statuses": {leg.account_id: leg.status for leg in legs[one.id]},
        "signed_amount": without_zeros(gained),
    }
