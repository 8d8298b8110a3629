"""Accounts by the numbers that files and texts name them by."""

from functools import cached_property

from app.infra.books import BookAccess
from app.suites.personal.accounts.rules import numbers_in
from app.suites.personal.accounts.service import AccountNumbers
from app.suites.personal.books.service import BookCipher
from app.suites.personal.imports.repository import ImportMappingRepository
from app.suites.personal.imports.rules.signatures import shown_number, ungrouped
from app.suites.personal.imports.rules.states import MappingKind

_TABLE, _COLUMN = "import_mappings", "account_number"


class KnownNumbers:
    """Knows the numbers of a book's accounts: those that people gave them, and those of files that were imported."""

    def __init__(self, access: BookAccess) -> None:
        self.own = AccountNumbers(access)
        self.cipher = BookCipher(access)
        self.mappings = ImportMappingRepository(access)

    def find(self, number: str) -> int | None:
        """Id of the account of a number; None if it is not known."""
        return self.own.find(number) or self._of(number)

    def named_in(self, text: str) -> frozenset[int]:
        """Ids of the accounts whose numbers stand in a text."""
        found = self.own.named_in(text)
        if not self._remembered:
            return found
        known = (self._of(one) for one in numbers_in(text))
        return found | {one for one in known if one is not None}

    def remember(self, number: str, account_id: int) -> None:
        """Remember that a file had this number for an account."""
        [row_id] = self.mappings.reserve_ids(1)
        values: dict[str, object] = {"name": shown_number(number)[:200] or "-", "account_id": account_id}
        first = {"id": row_id, "account_number": self.cipher.encrypt(_TABLE, _COLUMN, row_id, number)}
        self.mappings.remember(MappingKind.ACCOUNT, self.signature(number), values, first)

    def signature(self, number: str) -> str:
        """Key under which a number is stored."""
        return self.cipher.index(_indexed(number))

    def renew(self) -> None:
        """Store all numbers under keys by the newest key of the book; of two of one number the newer one stays."""
        wanted: dict[str, int] = {}
        stored = self.mappings.numbers()
        for one in stored:
            wanted.setdefault(self.signature(self.cipher.decrypt(_TABLE, _COLUMN, one.id, one.number)), one.id)
        kept = {row_id: signature for signature, row_id in wanted.items()}
        self.mappings.forget([one.id for one in stored if one.id not in kept])
        self.mappings.sign({one.id: kept[one.id] for one in stored if kept.get(one.id, one.signature) != one.signature})

    def _of(self, number: str) -> int | None:
        if not self._remembered:
            return None
        found = (self._remembered.get(index) for index in self.cipher.indexes(_indexed(number)))
        return next((one for one in found if one is not None), None)

    @cached_property
    def _remembered(self) -> dict[str, int]:
        """Accounts by the keys of the numbers that files had for them."""
        return {
            one.signature: one.account_id
            for one in self.mappings.newest(MappingKind.ACCOUNT)
            if one.account_id is not None
        }


def _indexed(number: str) -> str:
    """The text whose blind index is the key of a number."""
    return f"account:{ungrouped(number)}"
