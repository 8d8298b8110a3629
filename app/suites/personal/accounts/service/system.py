"""Accounts of the ledger that stand behind those of people."""

from app.core.ledger.rules import AccountKind
from app.core.ledger.service import Opening
from app.infra.books import BookAccess
from app.suites.personal.accounts.rules import SystemAccount
from app.suites.personal.books.service import BookLedger


class SystemAccounts:
    """Opens and finds the system accounts of a book, which are equity."""

    def __init__(self, access: BookAccess) -> None:
        self.ledger = BookLedger(access)

    def open_all(self) -> None:
        """Open them in a new book."""
        self.ledger.open_accounts([Opening(AccountKind.EQUITY, one.value, code=one.value) for one in SystemAccount])

    def id_of(self, one: SystemAccount) -> int:
        """Id of a system account."""
        return self.ledger.account_by_code(one.value).id
