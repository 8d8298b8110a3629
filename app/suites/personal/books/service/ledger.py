"""The ledger of one book."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Unpack

from app.core.ledger.rules import AccountKind, LineStatus, NewEntry
from app.core.ledger.service import (
    AccountChanges,
    AccountRecord,
    BalanceService,
    BookService,
    LineRecord,
    NewAccount,
    Opening,
    Posted,
    PostingService,
)
from app.infra.books import BookAccess


class BookLedger:
    """Accounts, entries and balances of one book; viewers only read, and what another book has is not there."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.balances = BalanceService(access.context, access.book_id)
        self._books = BookService(access.context)
        self._posting = PostingService(access.context)

    def open_account(self, kind: AccountKind, name: str, **values: Unpack[NewAccount]) -> AccountRecord:
        """Open an account; its parent is one of the same book and kind."""
        self.access.require_writer()
        return self._books.open_account(self.access.book_id, kind, name, **values)

    def open_accounts(self, openings: Sequence[Opening]) -> list[int]:
        """Open accounts by one statement; their parents are of the same book and kind. Their ids, in the same order."""
        self.access.require_writer()
        return self._books.open_accounts(self.access.book_id, openings)

    def account_by_code(self, code: str) -> AccountRecord:
        """The account of this code, or NotFound."""
        return self._books.account_by_code(self.access.book_id, code)

    def change_account(self, account_id: int, **changes: Unpack[AccountChanges]) -> AccountRecord:
        """Change an account, or move it under another one."""
        self.access.require_writer()
        return self._books.change_account(account_id, in_book=self.access.book_id, **changes)

    def delete_account(self, account_id: int) -> None:
        """Delete an account that has no lines and no subaccounts."""
        self.access.require_writer()
        self._books.delete_account(account_id, in_book=self.access.book_id)

    def find(self, source: str, source_key: str) -> int | None:
        """Id of the entry of this source and key, or None."""
        return self._posting.find(self.access.book_id, source, source_key)

    def post(self, entry: NewEntry) -> Posted:
        """Post one entry, or find the one that was posted under the same source and key."""
        [posted] = self.post_many([entry])
        return posted

    def post_many(self, entries: Iterable[NewEntry]) -> list[Posted]:
        """Post entries, made by the caller unless they say otherwise, by a few statements a chunk."""
        self.access.require_writer()
        user_id = self.access.user_id
        made = (one if one.created_by is not None else replace(one, created_by=user_id) for one in entries)
        return self._posting.post_many(self.access.book_id, made)

    def lines_of(self, entry_ids: Collection[int]) -> list[LineRecord]:
        """Lines of those of the entries that are of the book, in their order."""
        return [line for line in self._posting.lines_of(entry_ids) if line.book_id == self.access.book_id]

    def rewrite(self, entry_id: int, entry: NewEntry) -> None:
        """Give an entry other lines, day and words; its source, key and maker stay."""
        self.access.require_writer()
        self._posting.rewrite(entry_id, entry, in_book=self.access.book_id)

    def rewrite_many(self, entries: Mapping[int, NewEntry]) -> None:
        """Give entries other lines, days and words, by a few statements a chunk."""
        self.access.require_writer()
        self._posting.rewrite_many(entries, in_book=self.access.book_id)

    def restore_many(self, entries: Mapping[int, NewEntry]) -> None:
        """Post entries that were deleted once more, under the ids that they had."""
        self.access.require_writer()
        self._posting.restore_many(self.access.book_id, entries)

    def delete(self, entry_ids: Sequence[int]) -> None:
        """Delete entries with their lines."""
        self.access.require_writer()
        self._posting.delete(entry_ids, in_book=self.access.book_id)

    def set_status(self, line_ids: Collection[int], status: LineStatus) -> int:
        """Set how far lines were compared with the bank's statement; returns how many of them there are."""
        self.access.require_writer()
        return self._posting.set_status(self.access.book_id, line_ids, status)
