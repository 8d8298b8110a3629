"""Accounts of a book by their numbers, which are compared by blind indexes and never decrypted."""

from functools import cached_property

from app.infra.books import BookAccess
from app.suites.personal.accounts.queries import PersonalAccountRepository
from app.suites.personal.accounts.rules import numbers_in, plain_number
from app.suites.personal.books.service import BookCipher


class AccountNumbers:
    """Finds the accounts of one book by numbers that statements name; a number of several accounts finds none."""

    def __init__(self, access: BookAccess) -> None:
        self.accounts = PersonalAccountRepository(access)
        self.cipher = BookCipher(access)
        self._named: dict[str, frozenset[int]] = {}

    def find(self, number: str) -> int | None:
        """Id of the account with this number, however it is written; None if there is none."""
        return self._of(plain_number(number)) if self._known else None

    def named_in(self, text: str) -> frozenset[int]:
        """Ids of the accounts whose whole numbers stand in a text."""
        if not self._known:
            return frozenset()
        if text not in self._named:
            found = {self._of(one) for one in numbers_in(text)}
            self._named[text] = frozenset(one for one in found if one is not None)
        return self._named[text]

    def _of(self, number: str) -> int | None:
        found = (self._known.get(index) for index in self.cipher.indexes(number))
        return next((one for one in found if one is not None), None)

    @cached_property
    def _known(self) -> dict[str, int]:
        return self.accounts.number_indexes()
