"""Where a range is selective, movements are read by an index and not by looking at all of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.domains.cashflow.service import CashflowService, Figures
from app.infra import clock
from app.infra.db import db
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.registry.commands import LOADERS
from tests.factories.currencies import RateFactory


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    """Some thousand movements over years."""
    with app.app_context():
        RateFactory(date=date(2026, 1, 1))
        session = db.session()
        for loader in LOADERS:
            loader.run(session, 4_000, clock.today(), lambda _count: None)
        session.execute(text("ANALYZE"))
        yield session


def plans(session: Session, act: Any) -> list[str]:
    """How PostgreSQL goes about each statement of it."""
    found: list[str] = []
    asking = False

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        nonlocal asking
        if not asking:
            asking = True
            cursor.execute(f"EXPLAIN {statement}", parameters)
            found.append("\n".join(row[0] for row in cursor.fetchall()))
            asking = False

    event.listen(session.get_bind(), "before_cursor_execute", explain)
    try:
        act()
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", explain)
    return found


def whole_tables(plan: str) -> set[str]:
    """What is read from one end to the other."""
    return {table for table in ("payments", "incomes", "expenses", "daily_sums") if f"Seq Scan on {table}" in plan}


def test_a_week_is_read_by_its_index(session: Session, app: Flask) -> None:
    first = clock.today() - timedelta(days=300)
    week = {"date_from": first, "date_to": first + timedelta(days=6)}
    cashflow = CashflowService(Figures.of(session, app.config, Currency.COP))
    _, page = plans(session, lambda: list(cashflow.page(PageRequest(), **week).items))
    assert whole_tables(page) == set()
    assert "ix_payments_paid_date" in page


def test_the_newest_are_read_by_their_index(session: Session, app: Flask) -> None:
    cashflow = CashflowService(Figures.of(session, app.config, None))
    _, page = plans(session, lambda: list(cashflow.page(PageRequest(), date_from=date(1900, 1, 1)).items))
    assert whole_tables(page) == set()
