"""Books with accounts, and entries to post in them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import factory

from app.core.ledger.models import Account, AccountRecord, Book, CostCenter, Entry
from app.core.ledger.rules import AccountKind, BookKind, NewEntry, NewLine
from app.core.ledger.service import BookService
from app.core.periods.repository import COMPANY
from app.infra.context import Context
from tests.factories import Examples, RowFactory

DAY = date(2026, 3, 14)
_numbers = count(1)


class BookFactory(RowFactory):
    """A company's book."""

    class Meta:
        model = Book

    kind = BookKind.COMPANY
    code = factory.Sequence(lambda n: f"made{n}")
    name = "Casa"
    base_currency = "COP"


class AccountFactory(RowFactory):
    """An account that takes postings in any currency."""

    class Meta:
        model = Account

    kind = AccountKind.ASSET
    name = "Caja"


class CostCenterFactory(RowFactory):
    """A cost centre."""

    class Meta:
        model = CostCenter

    code = "01"
    name = "Planta"


class EntryFactory(RowFactory):
    """An entry whose lines are missing, which shows only when its transaction ends."""

    class Meta:
        model = Entry

    date = DAY
    source = "test"
    line_count = 2


@dataclass(frozen=True)
class Ledger:
    """A book with one account of each kind, and one more asset."""

    book_id: int
    accounts: dict[str, int]

    def entry(self, amounts: dict[str, str | Decimal], currency: str = "COP", **values: Any) -> NewEntry:
        """An entry of these amounts by account; what is given beside it overrides."""
        lines = tuple(
            NewLine(account_id=self.accounts[name], amount=Decimal(amount), currency=currency)
            for name, amount in amounts.items()
        )
        return NewEntry(**{"date": DAY, "source": "test", "lines": lines, **values})


KINDS = {
    "cash": AccountKind.ASSET,
    "bank": AccountKind.ASSET,
    "card": AccountKind.LIABILITY,
    "capital": AccountKind.EQUITY,
    "sales": AccountKind.INCOME,
    "rent": AccountKind.EXPENSE,
}


def open_ledger(context: Context, kind: BookKind = BookKind.COMPANY, **values: Any) -> Ledger:
    """A new book with its accounts; the company's own is there already."""
    books = BookService(context)
    if kind is BookKind.COMPANY:
        values = {"code": f"book{next(_numbers)}", **values}
    known = values.get("code") == COMPANY
    book = books.get_by_code(COMPANY) if known else books.open_book(kind, "Libro", "COP", **values)
    made: dict[str, AccountRecord] = {
        name: books.open_account(book.id, own_kind, name.title(), code=str(number))
        for number, (name, own_kind) in enumerate(KINDS.items(), start=1)
    }
    return Ledger(book.id, {name: account.id for name, account in made.items()})


EXAMPLES = Examples(
    rows={
        "Account": lambda: AccountFactory(book_id=BookFactory().id).id,
        "Book": lambda: BookFactory().id,
        "CostCenter": lambda: CostCenterFactory(book_id=BookFactory().id).id,
        "Entry": lambda: EntryFactory(book_id=BookFactory().id).id,
    }
)
