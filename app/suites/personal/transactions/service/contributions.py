"""Contributions: money that goes from one book of a person to another."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict

from app.infra.context import Context
from app.kernel.errors import Invalid
from app.suites.personal.books.service import caller_access
from app.suites.personal.transactions.rules import TransactionType, refused
from app.suites.personal.transactions.service.states import NewTransaction
from app.suites.personal.transactions.service.transactions import TransactionService


class ContributionSide(TypedDict):
    """A book with an account, by default the first one that is open, and a category."""

    book_id: int
    account_id: NotRequired[int]
    category_id: NotRequired[int | None]


class NewContribution(TypedDict):
    """Two books, the amount that leaves the first, and the one that reaches the second if its currency is another."""

    giver: ContributionSide
    taker: ContributionSide
    amount: Decimal
    to_amount: NotRequired[Decimal]
    date: date
    description: NotRequired[str | None]


class Side(NamedTuple):
    """A transaction of a contribution, in its book."""

    book_id: int
    transaction_id: int


class Contribution(NamedTuple):
    """The expense in one book, and the income in the other."""

    giver: Side
    taker: Side


class ContributionService:
    """Moves money between the books of the caller, in each of which one side shows."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def create(self, values: NewContribution) -> Contribution:
        """Enter an expense in one book and an income in another, each of which names the other."""
        giver, taker = values["giver"], values["taker"]
        if giver["book_id"] == taker["book_id"]:
            raise Invalid.field("to", "Must be another book.")
        amount, day, text = values["amount"], values["date"], values.get("description")
        gives, takes = self._service(giver), self._service(taker)
        arrives = values.get("to_amount", amount)
        if "to_amount" not in values and _currency(gives, giver) != _currency(takes, taker):
            raise refused("to_amount", "to_amount_required", "Between two currencies both amounts are needed.")
        given = self._entered(giver, TransactionType.EXPENSE, amount, day, text)
        taken = self._entered(taker, TransactionType.INCOME, arrives, day, text)
        for side, own, other in ((giver, given, taken), (taker, taken, given)):
            self._service(side).update(own, counterpart_id=other)
        return Contribution(Side(giver["book_id"], given), Side(taker["book_id"], taken))

    def _service(self, side: ContributionSide) -> TransactionService:
        access = caller_access(self.context, side["book_id"])
        access.require_writer()
        return TransactionService(access)

    def _entered(
        self, side: ContributionSide, kind: TransactionType, amount: Decimal, day: date, description: str | None
    ) -> int:
        values: NewTransaction = {"type": kind, "amount": amount, "date": day, "description": description}
        if "account_id" in side:
            values["account_id"] = side["account_id"]
        values["category_id"] = side.get("category_id")
        return self._service(side).create(**values)


def _currency(service: TransactionService, side: ContributionSide) -> str:
    accounts = service.resolver.accounts
    account_id = side.get("account_id")
    return (accounts.first_open() if account_id is None else accounts.key(account_id)).currency.value
