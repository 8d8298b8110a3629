"""Properties of imports over random books; FRESCO_SOAK=1 makes the run long."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.infra.books import BookAccess
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.files import JudgedFile
from app.kernel.money import Currency
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import program_access
from app.suites.personal.imports.rules.states import TransferMode
from app.suites.personal.imports.service import ImportOutcome, ImportService
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import TransactionService
from tests import factories
from tests.factories.personal import Person
from tests.soak import SOAK

EXAMPLES = settings(
    max_examples=150 if SOAK else 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=not SOAK,
)
FIRST = date(2026, 3, 1)
ENTRIES = text(
    "SELECT l.account_id, l.date, l.amount, t.type, t.category_id, l.status, coalesce(t.description, '')"
    " FROM transaction_legs l JOIN transactions t ON t.id = l.transaction_id WHERE l.book_id = :book"
)
UNBALANCED = text(
    "SELECT count(*) FROM (SELECT FROM lines WHERE book_id = :book"
    " GROUP BY entry_id, currency HAVING sum(amount) <> 0) unbalanced"
)
LOST = text(
    "SELECT count(*) FROM transaction_legs l WHERE l.book_id = :book AND l.amount <>"
    " (SELECT sum(amount) FROM lines WHERE entry_id = l.transaction_id AND account_id = l.account_id)"
)


class Row(NamedTuple):
    """A row of a random file."""

    day: int
    cents: int
    text: str

    @property
    def line(self) -> str:
        return f"{FIRST + timedelta(self.day)},{Decimal(self.cents) / 100:.2f},{self.text}\n"


ROWS = st.lists(
    st.builds(
        Row,
        day=st.integers(0, 6),
        cents=st.sampled_from([-1250, -1250, -400, 400, 90_000, -90_000]),
        text=st.sampled_from(["COFFEE", "SHOP 12", "TRANSFER TO SAVINGS", "TRANSFER", ""]),
    ),
    min_size=1,
    max_size=8,
)


class Book:
    """A book with two accounts, and something entered by hand."""

    def __init__(self, access: BookAccess, by_hand: list[Row]) -> None:
        self.access = access
        opened = AccountService(access)
        self.bank, self.savings = (
            opened.create(name=name, type=kind, currency=Currency.USD, opening_balance=Decimal(50)).record.id
            for name, kind in (("Bank", AccountType.CHECKING), ("Savings", AccountType.SAVINGS))
        )
        for row in by_hand:
            TransactionService(access).create(
                type=TransactionType.INCOME if row.cents > 0 else TransactionType.EXPENSE,
                date=FIRST + timedelta(row.day),
                amount=abs(Decimal(row.cents)) / 100,
                account_id=self.bank,
                description=row.text or None,
            )

    def bring(self, rows: list[Row], account_id: int, mode: TransferMode = TransferMode.OFF) -> ImportOutcome:
        content = "date,amount,description\n" + "".join(row.line for row in rows)
        raw = content.encode()
        file = JudgedFile("file", "a.csv", BytesIO(raw), "text/csv", len(raw), f"{hash(content) & (2**256 - 1):064x}")
        options: Any = {"account_id": account_id, "options": {"match_transfers": mode}}
        return ImportService(self.access).bring(file, options)

    def undo(self, made: ImportOutcome) -> Any:
        return ImportService(self.access).undo(made.import_id)

    def state(self) -> Counter[tuple[Any, ...]]:
        """Everything that the registers of the accounts show."""
        book = {"book": self.access.book_id}
        assert self.access.session.scalar(UNBALANCED, book) == 0
        assert self.access.session.scalar(LOST, book) == 0
        return Counter(tuple(row) for row in self.access.session.execute(ENTRIES, book))

    def balances(self) -> dict[int, Decimal]:
        return AccountService(self.access).balances([self.bank, self.savings], date(2026, 12, 31))


@pytest.fixture
def access(ana: Person) -> Iterator[BookAccess]:
    assert factories.app is not None
    with factories.app.app_context():
        yield program_access(make_context(db.session()), ana.book_id)


@contextmanager
def tried(access: BookAccess, by_hand: list[Row] | None = None) -> Iterator[Book]:
    """A book of one example, which is taken back."""
    savepoint = access.session.begin_nested()
    try:
        yield Book(access, by_hand or [])
    finally:
        savepoint.rollback()
        access.session.expire_all()


@EXAMPLES
@given(rows=ROWS, by_hand=ROWS)
def test_the_same_file_twice_adds_nothing(access: BookAccess, rows: list[Row], by_hand: list[Row]) -> None:
    with tried(access, by_hand) as book:
        book.bring(rows, book.bank)
        before = book.state()
        again = book.bring(rows, book.bank)
        assert (again.imported, again.matched, again.duplicates) == (0, 0, len(rows))
        assert book.state() == before


@EXAMPLES
@given(rows=ROWS, more=ROWS)
def test_overlapping_files_add_only_what_is_new_and_twins_stay_two(
    access: BookAccess, rows: list[Row], more: list[Row]
) -> None:
    with tried(access) as book:
        book.bring(rows, book.bank)
        book.bring([*rows, *more], book.bank)
        wanted = Counter((FIRST + timedelta(row.day), Decimal(row.cents) / 100) for row in [*rows, *more])
        assert Counter((key[1], key[2]) for key in book.state().elements()) == wanted


@EXAMPLES
@given(rows=ROWS, others=ROWS)
def test_the_order_of_files_does_not_matter(access: BookAccess, rows: list[Row], others: list[Row]) -> None:
    states = []
    for first, second in ((rows, others), (others, rows)):
        with tried(access) as book:
            book.bring(first, book.bank)
            book.bring(second, book.bank)
            names = {book.bank: "bank", book.savings: "savings"}
            states.append(Counter((names[key[0]], *key[1:]) for key in book.state().elements()))
    assert states[0] == states[1]


@EXAMPLES
@given(rows=ROWS, others=ROWS, by_hand=ROWS)
def test_undo_restores_everything_and_importing_again_gives_the_same(
    access: BookAccess, rows: list[Row], others: list[Row], by_hand: list[Row]
) -> None:
    with tried(access, by_hand) as book:
        book.bring(others, book.savings)
        before, balances = book.state(), book.balances()
        made = book.bring(rows, book.bank, TransferMode.AUTO)
        after = book.state()
        undone = book.undo(made)
        assert (undone.kept, book.state(), book.balances()) == ([], before, balances)
        book.bring(rows, book.bank, TransferMode.AUTO)
        assert book.state() == after
