"""Demo data and rows for benchmarks: of all kinds, and nothing in them contradicts a rule."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.currencies import demo as currencies_demo
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.recurrence import Frequency
from app.suites.fresco.clients import demo as clients_demo
from app.suites.fresco.expenses import demo as expenses_demo
from app.suites.fresco.expenses.models import AccruedExpense, Expense, RecurringExpense
from app.suites.fresco.expenses.rules import AccruedStatus, RecurringStatus
from app.suites.fresco.expenses.service import AccruedService
from app.suites.fresco.incomes import demo as incomes_demo
from app.suites.fresco.incomes.models import Income
from app.suites.fresco.projects import demo as projects_demo

TODAY = date(2026, 3, 17)


def test_the_demo_shows_every_kind(app: Flask, database: None) -> None:
    with app.test_request_context():
        for demo in (currencies_demo, clients_demo, projects_demo, incomes_demo, expenses_demo):
            demo.seed(make_context(db.session()), TODAY)
        assert set(db.session.scalars(select(RecurringExpense.frequency))) == set(Frequency)
        assert set(db.session.scalars(select(RecurringExpense.status))) == set(RecurringStatus)
        assert set(db.session.scalars(select(AccruedExpense.status))) == set(AccruedStatus)
        assert len(set(db.session.scalars(select(Expense.category)))) >= 8
        categories = select(Expense.category).union(select(AccruedExpense.category))
        assert len(db.session.scalars(categories).all()) >= 10
        for day in (Income.date, Expense.date):
            first, last = db.session.execute(select(func.min(day), func.max(day))).one()
            assert (TODAY - first).days > 1000
            assert last <= TODAY
        assert AccruedService(make_context(db.session())).violations(TODAY) == []


@pytest.mark.parametrize(("demo", "model"), [(incomes_demo, Income), (expenses_demo, Expense)])
def test_the_requested_number_of_rows_is_loaded(app: Flask, database: None, demo: object, model: type[Income]) -> None:
    told: list[int] = []
    with app.app_context():
        demo.load(make_context(db.session()), 1_234, TODAY, told.append)  # type: ignore[attr-defined]
        assert db.session.scalar(select(func.count()).select_from(model)) == 1_234
        first, last = db.session.execute(select(func.min(model.date), func.max(model.date))).one()
    assert (sum(told), last) == (1_234, TODAY)
    assert first < TODAY
