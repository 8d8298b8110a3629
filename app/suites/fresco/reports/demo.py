"""Demo of a closed month."""

from datetime import date

from app.core.periods.service import PeriodService
from app.infra.context import Context
from app.kernel.periods import Month


def seed(context: Context, _today: date) -> None:
    """Close the oldest month that has data."""
    periods = PeriodService(context)
    book_id = periods.company_book()
    first = periods.first_day(book_id)
    if first is not None:
        periods.close(book_id, Month.of(first))
