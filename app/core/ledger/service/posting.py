"""Posting, reversing, rewriting and numbering."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.ledger.models import EntryRecord, LineRecord
from app.core.ledger.repository import AccountRepository, BookRepository, EntryRepository
from app.core.ledger.rules import (
    BookKind,
    BookTerms,
    LineStatus,
    NewEntry,
    completed,
    needs_kinds,
    problem_of,
    with_counterparts,
)
from app.infra.context import Context
from app.kernel.batches import batched
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.periods import Month

CHUNK = 2_000
"""Entries per statement."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry of what was to be posted; not `is_new` if its source and key were posted before."""

    entry_id: int
    is_new: bool


class PostingService:
    """Writes entries; the database holds the same rules by triggers."""

    def __init__(self, context: Context) -> None:
        self.books = BookRepository(context.session)
        self.accounts = AccountRepository(context.session)
        self.entries = EntryRepository(context.session)

    def post(self, book_id: int, entry: NewEntry) -> Posted:
        """Post one entry, or find the one that was posted under the same source and key."""
        [posted] = self.post_many(book_id, [entry])
        return posted

    def post_many(self, book_id: int, entries: Iterable[NewEntry], terms: BookTerms | None = None) -> list[Posted]:
        """Post entries by a few statements a chunk; those whose source and key were posted before are found.

        `terms` are those of the book, where the caller has read it in this transaction.
        """
        own = terms or self._terms(book_id)
        return [posted for chunk in batched(entries, CHUNK) for posted in self._post_chunk(book_id, chunk, own)]

    def get(self, entry_id: int) -> EntryRecord:
        """One entry."""
        return self.entries.get(entry_id)

    def find(self, book_id: int, source: str, source_key: str) -> int | None:
        """Id of the entry of this source and key, or None."""
        return self.entries.ids_of_keys(book_id, {(source, source_key)}).get((source, source_key))

    def lines_of(self, entry_ids: Collection[int]) -> list[LineRecord]:
        """Lines of these entries, in their order."""
        return self.entries.lines_of(entry_ids)

    def reverse(self, entry_id: int, on: date, *, memo: str | None = None, created_by: int | None = None) -> int:
        """Post the opposite of an entry on a day and return its id; Conflict if it was reversed already."""
        entry = self.entries.get(entry_id)
        reversal_id = self.entries.insert_reversal(entry, on, memo, created_by)
        self.entries.insert_reversed_lines(entry_id, reversal_id, on)
        return reversal_id

    def rewrite(self, entry_id: int, entry: NewEntry, *, in_book: int | None = None) -> None:
        """Give an entry of a personal book other lines, day and words; its source, key and maker stay.

        With `in_book` one of another book is NotFound.
        """
        self.rewrite_many({entry_id: entry}, in_book=in_book)

    def rewrite_many(self, entries: Mapping[int, NewEntry], *, in_book: int | None = None) -> None:
        """Give entries of a personal book other lines, days and words, by a few statements a chunk."""
        if not entries:
            return
        book_id, terms = self._lock_personal(list(entries), in_book)
        for chunk in batched(entries.items(), CHUNK):
            self.entries.rewrite(book_id, self._prepared(chunk, terms))

    def restore_many(self, book_id: int, entries: Mapping[int, NewEntry]) -> None:
        """Post entries of a personal book that were deleted once more, under the ids that they had."""
        terms = self._terms(book_id)
        if terms.kind is not BookKind.PERSONAL:
            raise Conflict("Entries of a company's book are never deleted.", code="entry_final")
        for chunk in batched(entries.items(), CHUNK):
            ready = self._prepared(chunk, terms)
            self.entries.insert_new(book_id, ready)
            self.entries.insert_lines(book_id, ready)

    def delete(self, entry_ids: Sequence[int], *, in_book: int | None = None) -> None:
        """Delete entries of a personal book; `in_book`: NotFound for those of another."""
        if entry_ids:
            self._lock_personal(entry_ids, in_book)
            self.entries.delete_whole(entry_ids)

    def set_status(self, book_id: int, line_ids: Collection[int], status: LineStatus) -> int:
        """Set how far lines of a personal book were compared with the bank's statement; returns how many there are."""
        return self.entries.set_status(book_id, line_ids, status)

    def number(self, book_id: int, journal: str, month: Month) -> int:
        """Number the entries of a journal and month that have none, by day and after the last number; returns how many.

        In a closed month, too: the number is no part of what closing keeps.
        """
        return self.entries.assign_numbers(book_id, journal, month.first_day, month.last_day)

    def count_unnumbered(self, book_id: int, month: Month) -> int:
        """Number of entries of a month that belong to a journal and have no number in it."""
        return self.entries.count_unnumbered(book_id, month.first_day, month.last_day)

    def _post_chunk(self, book_id: int, chunk: Sequence[NewEntry], terms: BookTerms) -> list[Posted]:
        ids = self.entries.reserve_ids(len(chunk))
        ready = self._prepared(list(zip(ids, chunk, strict=True)), terms)
        # In the order of the unique key: two who post the same entries wait for each other instead of deadlocking.
        ready.sort(key=lambda pair: (pair[1].source, pair[1].source_key or ""))
        inserted = self.entries.insert_new(book_id, ready)
        self.entries.insert_lines(book_id, [pair for pair in ready if pair[0] in inserted])
        keys = {
            (entry.source, entry.source_key)
            for entry_id, entry in ready
            if entry_id not in inserted and entry.source_key is not None
        }
        known = self.entries.ids_of_keys(book_id, keys) if keys else {}
        return [
            Posted(entry_id, is_new=True)
            if entry_id in inserted
            else Posted(known[entry.source, entry.source_key or ""], is_new=False)
            for entry_id, entry in zip(ids, chunk, strict=True)
        ]

    def _prepared(self, entries: Sequence[tuple[int, NewEntry]], terms: BookTerms) -> list[tuple[int, NewEntry]]:
        """The entries with all that follows from book and accounts; Invalid if one breaks a rule."""
        complete = [(entry_id, completed(entry, terms)) for entry_id, entry in entries]
        for _, entry in complete:
            problem = problem_of(entry, terms)
            if problem is not None:
                raise Invalid(problem.message, code=problem.code)
        asked = {line.account_id for _, entry in complete if needs_kinds(entry) for line in entry.lines}
        kinds = self.accounts.kinds(asked) if asked else {}
        return [(entry_id, with_counterparts(entry, kinds)) for entry_id, entry in complete]

    def _terms(self, book_id: int) -> BookTerms:
        book = self.books.get(book_id)
        return BookTerms(book.kind, book.base_currency, book.cost_center_required)

    def _lock_personal(self, entry_ids: Sequence[int], in_book: int | None) -> tuple[int, BookTerms]:
        """Lock entries that are to change; Conflict unless they are of one personal book, or of this one."""
        found = self.entries.lock_books(entry_ids)
        books = set(found.values())
        if set(entry_ids) - found.keys() or (in_book is not None and books - {in_book}):
            raise NotFound("The entry does not exist.")
        if len(books) != 1:
            raise Invalid("The entries are of one book.", code="entries_of_several_books")
        [book_id] = books
        terms = self._terms(book_id)
        if terms.kind is not BookKind.PERSONAL:
            raise Conflict("An entry of a company's book is never changed; reverse it.", code="entry_final")
        return book_id, terms
