"""Plans of pages: by an index that has the order, else by skipping ids."""

from datetime import date
from itertools import chain

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql

from app.core.audit.models import AuditEntry
from app.infra.db import db
from app.infra.queries.paging import ordered, page_values
from app.kernel.paging import PageRequest, Part, Sort
from app.suites.fresco.expenses.models import AccruedExpense
from app.suites.fresco.payments.models import Payment
from app.suites.fresco.payments.rules import PaymentStatus
from tests.factories.payments import PaymentFactory

Model = type[Payment | AccruedExpense | AuditEntry]

UNPAID, PAID = Payment.paid_date.is_(None), Payment.paid_date.is_not(None)
DIRECTLY, BY_IDS = False, True


@pytest.mark.parametrize(
    ("model", "condition", "sort", "counted_off"),
    [
        (Payment, None, (), DIRECTLY),
        (Payment, None, (Sort("date"),), DIRECTLY),
        (Payment, None, (Sort("date", descending=True), Sort("notes")), DIRECTLY),
        (Payment, UNPAID, (Sort("date"),), DIRECTLY),
        (Payment, PAID, (Sort("paid_date", descending=True),), DIRECTLY),
        (Payment, None, (Sort("paid_date"),), BY_IDS),  # its index has only what is paid
        (Payment, UNPAID, (Sort("paid_date"),), BY_IDS),
        (Payment, None, (Sort("notes"), Sort("date")), BY_IDS),
        (AccruedExpense, None, (Sort("paid_date"),), DIRECTLY),
        (AccruedExpense, None, (Sort("paid_date", descending=True),), BY_IDS),  # what has none comes last
        (AuditEntry, None, (Sort("at"),), BY_IDS),  # its index has no order
    ],
)
def test_the_first_page_is_read_where_an_index_has_its_order(
    model: Model, condition: ColumnElement[bool] | None, sort: tuple[Sort, ...], counted_off: bool
) -> None:
    conditions = [] if condition is None else [condition]
    statements = [ordered(select(*model.__table__.c), model, conditions, sort, part) for part in Part]
    assert ["ANY" in str(one.compile(dialect=postgresql.dialect())) for one in statements] == [False, counted_off, True]


@pytest.mark.parametrize("field", ["id", "date", "paid_date", "notes", "status"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_however_they_are_found_make_up_the_whole(
    app: Flask, database: None, field: str, descending: bool
) -> None:
    for day in (3, 1, 2, 1, 3, 2, 1):
        PaymentFactory(date=date(2025, 1, day), notes=None if day == 2 else f"Ñ{day}")
    sort = () if field == "id" and not descending else (Sort(field, descending),)
    requests = [PageRequest(page, 3, sort) for page in (1, 2, 3)]
    with app.app_context():
        whole = _ids(PageRequest(1, None, sort))
        pages = [_ids(request) for request in requests]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [*chain(*pages)] == whole


def _ids(request: PageRequest) -> list[int]:
    meant = Payment.status != PaymentStatus.PAID
    statement = ordered(select(Payment.id), Payment, [meant], request.sort, request.part)
    return list(db.session.scalars(statement, page_values(request)))
