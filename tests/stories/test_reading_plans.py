"""Pages and short ranges of movements are read by an index, however many movements there are."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from app.core.cashflow.service import CashflowService, Figures
from app.core.movements.rules import Kind
from app.infra.context import make_context
from app.infra.db import db, enter_books, every_book
from app.infra.owner import analyze, owner_session
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.registry.commands import LOADERS
from app.suites.fresco.payments.models import Payment
from app.suites.personal.transactions.queries import TransactionFilter, TransactionQueries
from tests.conftest import taken_back
from tests.factories.currencies import RateFactory
from tests.support import Caller

pytestmark = pytest.mark.long

LISTS = ("payments", "incomes", "expenses")
BY_AN_INDEX = [
    *(f"/api/{name}?sort={sort}" for name in LISTS for sort in ("id", "-id", "date", "-date", "amount", "-amount")),
    *(f"/api/payments?status=Pagado&sort={sort}" for sort in ("paid_date", "-paid_date", "amount", "-amount", "-id")),
    *(f"/api/{name}{query}" for name in LISTS for query in ("", "?tag=evento", "?amount_min=100&amount_max=100.5")),
    "/api/expenses?category=Software&category=Viajes",
    "/api/incomes?type=Intereses&type=Reembolso",
    *(f"/api/payments?client_id={{client}}&sort={sort}" for sort in ("id", "-id", "-date")),
]


@pytest.fixture(scope="module")
def loaded(app: Flask) -> Iterator[None]:
    """Some thousand movements over years, of all tests here."""
    with taken_back(app):
        with app.app_context():
            RateFactory(date=date(2026, 1, 1))
            session = db.session()
            for load in LOADERS.values():
                load(make_context(session), 4_000, make_context(session).clock.today(), lambda _count: None)
            session.commit()
            with owner_session() as owner:
                analyze(owner)
        yield


@pytest.fixture
def session(app: Flask, loaded: None, database: None) -> Iterator[Session]:
    """A session over them, whose settings end with the test."""
    with app.app_context():
        yield db.session()


def plans(session: Session, act: Any) -> list[str]:
    """PostgreSQL's plans of all its statements."""
    found: list[str] = []
    asking = False

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        nonlocal asking
        if not asking and statement.startswith(("SELECT", "WITH")):
            asking = True
            cursor.execute(f"EXPLAIN {statement}", parameters)
            found.append("\n".join(row[0] for row in cursor.fetchall()))
            asking = False

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
    return found


def whole_tables(plan: str) -> set[str]:
    """Tables that are scanned sequentially."""
    return {
        table
        for table in ("payments", "incomes", "expenses", "movements", "movement_day_sums")
        if f"Seq Scan on {table}" in plan
    }


def page_of(plans: list[str]) -> str:
    """The plan of the query of a page."""
    [page] = [plan for plan in plans if "Limit" in plan and "Scan" in plan and "own_rate" not in plan]
    return page


def test_a_week_is_read_by_its_index(session: Session, app: Flask) -> None:
    first = make_context(session).clock.today() - timedelta(days=300)
    week = {"date_from": first, "date_to": first + timedelta(days=6)}
    cashflow = CashflowService(Figures(make_context(session), Currency.COP))
    _, page = plans(session, lambda: list(cashflow.page(PageRequest(), **week).items))
    assert whole_tables(page) == set()
    assert "ix_movements_newest" in page


def test_the_newest_are_read_by_their_index(session: Session, app: Flask) -> None:
    cashflow = CashflowService(Figures(make_context(session), None))
    _, page = plans(session, lambda: list(cashflow.page(PageRequest(), date_from=date(1900, 1, 1)).items))
    assert whole_tables(page) == set()


def test_letters_of_few_movements_are_found_by_their_index(session: Session, app: Flask) -> None:
    # Of so few rows, a sequential scan costs about the same.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    cashflow = CashflowService(Figures(make_context(session), None))
    _, _, sums, page = plans(session, lambda: list(cashflow.page(PageRequest(), q="carga 7").items))
    for plan in (sums, page):
        assert "ix_movements_letters" in plan
        assert whole_tables(plan) == set()


def test_movements_of_a_category_or_a_method_are_summed_from_kept_sums(session: Session, app: Flask) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    cashflow = CashflowService(Figures(make_context(session), None))
    wanted: list[dict[str, Any]] = [{"q": "arriendo", "kind": Kind.EXPENSE}, {"payment_method": "Efectivo"}]
    indexes = ("ix_movements_category", "ix_movements_payment_method", "pk_movements")
    for criteria in wanted:
        *_, sums, _ = plans(session, lambda criteria=criteria: list(cashflow.page(PageRequest(), **criteria).items))
        assert [index for index in indexes if index in sums] == []


def test_pages_are_read_by_an_index_in_their_own_order(session: Session, admin: Caller) -> None:
    client = session.scalar(select(func.min(Payment.client_id)))
    paths = [path.format(client=client) for path in BY_AN_INDEX]
    pages = {path: page_of(plans(session, partial(admin.send, "GET", path))) for path in paths}
    assert {path: plan for path, plan in pages.items() if whole_tables(plan)} == {}


def test_unpaid_payments_are_read_by_their_index(session: Session, admin: Caller) -> None:
    # Of so few rows, a twelfth of them unpaid, a sequential scan costs about the same.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    page = page_of(plans(session, partial(admin.send, "GET", "/api/payments?status=Pendiente,Vencido")))
    assert "ix_payments_unpaid" in page


def test_overdue_payments_are_read_in_the_order_of_an_index(session: Session, admin: Caller) -> None:
    page = page_of(plans(session, partial(admin.send, "GET", "/api/payments/overdue")))
    assert "ix_payments_unpaid" in page
    assert "Sort" not in page


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"tag": "work"}, "ix_transactions_tags"),
        ({"words": "'b{book}xpharm':*"}, "ix_transactions_words"),
        ({"amount_min": Decimal(100), "amount_max": Decimal(110)}, "ix_transactions_amount"),
    ],
)
def test_searches_of_a_book_are_found_by_their_index(session: Session, wanted: dict[str, Any], index: str) -> None:
    with every_book(session):
        book_id = session.scalar(text("SELECT max(id) FROM books WHERE name = 'Benchmark'"))
    enter_books(session, {book_id})
    criteria = TransactionFilter(
        **{name: one.format(book=book_id) if name == "words" else one for name, one in wanted.items()}
    )
    found: list[int] = []
    [plan] = plans(session, lambda: found.extend(TransactionQueries(session, book_id).ids(criteria, 4_000)))
    assert index in plan
    assert found
