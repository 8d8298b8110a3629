"""Transactions as rules look at them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as day
from decimal import Decimal

from app.suites.personal.payees_rules.rules.words import folded
from app.suites.personal.transactions.rules import TransactionType


def plain(text: str) -> str:
    """A text as rules compare it: without case, accents and double blanks."""
    without = text.lower() if text.isascii() else folded(text)
    return " ".join(without.split())


@dataclass(slots=True)
class Subject:
    """A transaction that rules look at; an action of one may change what the next ones see."""

    amount: Decimal
    """Signed: what its account gains."""
    account_id: int
    date: day
    type: TransactionType
    payee: str = ""
    payee_id: int | None = None
    description: str = ""
    imported_text: str = ""
    tags: tuple[str, ...] = ()
    _plain: dict[str, Sequence[str]] = field(default_factory=dict)

    def texts(self, name: str) -> Sequence[str]:
        """The plain texts of a field: one, or one for each tag."""
        found = self._plain.get(name)
        if found is None:
            found = self._plain[name] = self._made(name)
        return found

    def set_payee(self, payee_id: int | None, name: str) -> None:
        """Give it another payee."""
        self.payee_id, self.payee = payee_id, name
        self._plain.pop("payee", None)

    def add_tags(self, tags: Sequence[str]) -> None:
        """Give it tags more."""
        self.tags = tuple(dict.fromkeys((*self.tags, *tags)))
        self._plain.pop("tags", None)

    def _made(self, name: str) -> Sequence[str]:
        if name == "tags":
            return [plain(tag) for tag in self.tags]
        return (plain({"payee": self.payee, "description": self.description}.get(name, self.imported_text)),)
