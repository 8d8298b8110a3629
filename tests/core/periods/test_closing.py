"""Closing and reopening months."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.ledger.rules import BookKind
from app.core.ledger.service import PostingService
from app.core.periods.events import Finding, PeriodClosing, Severity
from app.core.periods.rules import PeriodState
from app.core.periods.service import PeriodService
from app.infra.context import Context
from app.infra.db import db
from app.kernel.errors import Conflict, NotFound
from app.kernel.periods import Month
from tests.core.periods.conftest import as_owner
from tests.factories.ledger import Ledger, open_ledger

APRIL, MAY, JUNE = (Month(2026, number) for number in (4, 5, 6))
SALE = {"cash": "1", "sales": "-1"}


@pytest.fixture
def periods(context: Context) -> PeriodService:
    return PeriodService(context)


def test_a_companys_book_has_a_period_for_every_month(
    context: Context, company: Ledger, periods: PeriodService
) -> None:
    found = periods.list_between(company.book_id, Month(1900, 1), Month(2200, 12))
    assert [one.month for one in found] == [Month(1900, 1).plus(number).first_day for number in range(301 * 12)]
    assert {one.state for one in found} == {PeriodState.OPEN}


def test_a_personal_book_has_none(context: Context, periods: PeriodService) -> None:
    book_id = open_ledger(context, BookKind.PERSONAL).book_id
    with pytest.raises(NotFound):
        periods.close(book_id, MAY)
    assert periods.first_open_day(book_id, date(2026, 1, 1)) == date(2026, 1, 1)


def test_the_first_close_closes_all_before(context: Context, company: Ledger, periods: PeriodService) -> None:
    closing = periods.close(company.book_id, APRIL)
    assert (closing.period.state, closing.warnings) == (PeriodState.CLOSED, [])
    assert closing.period.closed_at == context.clock.now()
    assert {"entries", "lines", "payments.date", "payments.paid_date"} <= set(closing.period.digest or {})
    states = {one.state for one in periods.list_between(company.book_id, Month(1900, 1), APRIL)}
    assert states == {PeriodState.CLOSED}
    assert periods.get(company.book_id, MAY).state is PeriodState.OPEN


def test_months_are_closed_and_reopened_in_order(context: Context, company: Ledger, periods: PeriodService) -> None:
    with pytest.raises(Conflict, match="not over"):
        periods.close(company.book_id, JUNE)
    periods.close(company.book_id, APRIL)
    periods.close(company.book_id, MAY)
    with pytest.raises(Conflict, match="reopened before"):
        periods.reopen(company.book_id, APRIL, "Error")
    reopened = periods.reopen(company.book_id, MAY, "Factura tardía")
    assert (reopened.state, reopened.reason, reopened.digest) == (PeriodState.OPEN, "Factura tardía", None)
    assert periods.reopen(company.book_id, APRIL, "Otra").state is PeriodState.OPEN
    with pytest.raises(Conflict, match="closed before"):
        periods.close(company.book_id, MAY)


def test_all_closed_months_from_one_on_are_opened_at_once(
    context: Context, company: Ledger, periods: PeriodService
) -> None:
    march = APRIL.previous
    for month in (march, APRIL, MAY):
        periods.close(company.book_id, month)
    periods.reopen_since(company.book_id, APRIL, "Datos de prueba")
    found = periods.list_between(company.book_id, march, MAY)
    assert [one.state for one in found] == [PeriodState.CLOSED, PeriodState.OPEN, PeriodState.OPEN]
    assert [one.reason for one in found] == [None, "Datos de prueba", "Datos de prueba"]


def test_the_database_keeps_the_order(context: Context, company: Ledger, periods: PeriodService) -> None:
    periods.close(company.book_id, APRIL)
    context.session.expire_all()
    with pytest.raises(Conflict) as refused:
        periods.periods.reopen(company.book_id, Month(2026, 3).first_day, "Error")
    assert refused.value.code == "period_order"


def test_the_first_open_day(context: Context, company: Ledger, periods: PeriodService) -> None:
    periods.close(company.book_id, APRIL)
    days = {date(2026, 1, 9): date(2026, 5, 1), date(2026, 4, 30): date(2026, 5, 1), date(2026, 5, 2): date(2026, 5, 2)}
    assert {day: periods.first_open_day(company.book_id, day) for day in days} == days
    assert [periods.is_closed(company.book_id, day) for day in (date(2026, 4, 30), date(2026, 5, 1))] == [True, False]


def test_errors_that_domains_find_keep_a_month_open_and_warnings_do_not(context: Context, company: Ledger) -> None:
    error = Finding(Severity.ERROR, "bills_undone", "2 bills are undone.")
    found: list[Finding] = [Finding(Severity.WARNING, "rates_old", "A rate is old.")]

    def check(_context: Context, event: PeriodClosing) -> None:
        assert (event.book_id, event.first, event.month) == (company.book_id, Month(1900, 1), MAY)
        event.findings.extend(found)

    checked = replace(context, handlers={PeriodClosing: [check]})
    found += [error, replace(error, message="A transfer is undone.")]
    with pytest.raises(Conflict) as refused:
        PeriodService(checked).close(company.book_id, MAY)
    undone = {"bills_undone": ["2 bills are undone.", "A transfer is undone."]}
    assert (refused.value.code, refused.value.errors) == ("period_not_ready", undone)
    assert PeriodService(checked).findings(company.book_id, MAY) == found
    del found[1:]
    assert [one.code for one in PeriodService(checked).close(company.book_id, MAY).warnings] == ["rates_old"]


def test_entries_without_a_number_are_a_warning(context: Context, company: Ledger, periods: PeriodService) -> None:
    posting = PostingService(context)
    posting.post(company.book_id, company.entry(SALE, date=date(2026, 5, 31), journal="sales"))
    posting.post(company.book_id, company.entry(SALE, date=date(2026, 5, 31)))
    assert [(one.severity, one.code) for one in periods.findings(company.book_id, MAY)] == [
        (Severity.WARNING, "entries_not_numbered")
    ]
    posting.number(company.book_id, "sales", MAY)
    assert periods.findings(company.book_id, MAY) == []


def test_a_closing_is_audited(context: Context, company: Ledger, periods: PeriodService) -> None:
    period = periods.close(company.book_id, MAY).period
    periods.reopen(company.book_id, MAY, "Error")
    recorded = text("SELECT after ->> 'state' FROM audit_log WHERE table_name = 'periods' AND row_id = :id ORDER BY id")
    assert context.session.scalars(recorded, {"id": period.id}).all() == ["open", "closed", "open"]


@pytest.mark.parametrize(
    ("tampered", "table"),
    [
        ("UPDATE entries SET memo = 'x' WHERE book_id = :book", "entries"),
        ("UPDATE lines SET amount = amount * 2, base_amount = base_amount * 2 WHERE book_id = :book", "lines"),
        ("UPDATE lines SET date = date - 31 WHERE book_id = :book", "lines"),
        ("DELETE FROM lines WHERE book_id = :book", "lines"),
    ],
)
def test_a_closed_month_that_was_changed_past_the_guard_is_found(
    app: Flask, context: Context, company: Ledger, periods: PeriodService, tampered: str, table: str
) -> None:
    PostingService(context).post(company.book_id, company.entry(SALE, date=date(2026, 5, 31)))
    context.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    periods.close(company.book_id, MAY)
    assert periods.violations() == []
    as_owner(context, "ALTER TABLE entries DISABLE TRIGGER USER", "ALTER TABLE lines DISABLE TRIGGER USER")
    context.session.execute(text("RESET ROLE"))
    context.session.execute(text(tampered), {"book": company.book_id})
    found = [problem for problem in periods.violations() if problem.startswith("2026-05")]
    assert found == [f"2026-05 of book {company.book_id}: {table} is not as it was when the month was closed"]


def test_a_number_given_later_is_no_change(context: Context, company: Ledger, periods: PeriodService) -> None:
    posting = PostingService(context)
    posting.post(company.book_id, company.entry(SALE, date=date(2026, 5, 31), journal="sales"))
    periods.close(company.book_id, MAY)
    assert posting.number(company.book_id, "sales", MAY) == 1
    assert periods.violations() == []


def test_verify_asks_for_it(app: Flask, context: Context, company: Ledger, periods: PeriodService) -> None:
    periods.close(company.book_id, MAY)
    as_owner(
        context, "UPDATE periods SET digest = '{\"lines\": \"1:00\"}' WHERE month = '2026-05-01' AND state = 'closed'"
    )
    db.session.commit()
    output = app.test_cli_runner().invoke(args=["verify"]).output
    assert "2026-05 of book" in output
