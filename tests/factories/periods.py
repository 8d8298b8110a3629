"""Months of the company's own book, long before all rows of tests."""

from app.core.periods.service import PeriodService
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.periods import Month
from tests import factories
from tests.factories import Examples, Sent

FIRST = Month(1950, 1)


def next_to_close() -> Month:
    """The month after the last closed one."""
    assert factories.app is not None
    with factories.app.app_context():
        periods = PeriodService(make_context(db.session()))
        day = periods.periods.last_closed(periods.company_book())
        return FIRST if day is None else Month.of(day).next


def close_next() -> Month:
    """Close the month after the last closed one."""
    month = next_to_close()
    assert factories.app is not None
    with factories.app.app_context():
        periods = PeriodService(make_context(db.session()))
        periods.close(periods.company_book(), month)
        db.session.commit()
    return month


def period_id() -> int:
    """The id of a month."""
    assert factories.app is not None
    with factories.app.app_context():
        periods = PeriodService(make_context(db.session()))
        return periods.get(periods.company_book(), FIRST).id


def _closed() -> Sent:
    """The close of one month: the first close ever is of all months before it, too."""
    if next_to_close() == FIRST:
        close_next()
    return f"/api/periods/{next_to_close()}/close", {}


def _reopened() -> Sent:
    return f"/api/periods/{close_next()}/reopen", {"json": {"reason": "Factura tardía"}}


EXAMPLES = Examples(
    rows={"AccountingPeriod": period_id},
    posts={
        "/api/periods/<month:month>/close": _closed,
        "/api/periods/<month:month>/reopen": _reopened,
    },
)
