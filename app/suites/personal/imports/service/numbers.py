"""Accounts by the numbers that files and texts name them by."""

from functools import cached_property

from app.infra.books import BookAccess
from app.suites.personal.accounts.rules import numbers_in
from app.suites.personal.accounts.service import AccountNumbers
from app.suites.personal.imports.repository import ImportMappingRepository
from app.suites.personal.imports.rules.signatures import number_signature
from app.suites.personal.imports.rules.states import MappingKind


class KnownNumbers:
    """Knows the numbers of a book's accounts: those that people gave them, and those of files that were imported."""

    def __init__(self, access: BookAccess) -> None:
        self.own = AccountNumbers(access)
        self.mappings = ImportMappingRepository(access)

    def find(self, number: str) -> int | None:
        """Id of the account of a number; None if it is not known."""
        return self.own.find(number) or self._remembered.get(number_signature(number))

    def named_in(self, text: str) -> frozenset[int]:
        """Ids of the accounts whose numbers stand in a text."""
        found = self.own.named_in(text)
        if not self._remembered:
            return found
        known = (self._remembered.get(number_signature(one)) for one in numbers_in(text))
        return found | {one for one in known if one is not None}

    @cached_property
    def _remembered(self) -> dict[str, int]:
        """Accounts by the signatures of the numbers that files had for them."""
        return {
            one.signature: one.account_id
            for one in self.mappings.newest(MappingKind.ACCOUNT)
            if one.account_id is not None
        }
