"""Questions about exchange rates."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Date, Numeric, case, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.domains.currencies.models import ExchangeRate
from app.infra import clock
from app.infra.bulk import rows_of
from app.infra.repository import Repository
from app.kernel.money import Currency


class RateRepository(Repository[ExchangeRate]):
    """Exchange rates."""

    model = ExchangeRate

    def known(self) -> bool:
        """Whether there is any rate at all."""
        return bool(self.session.scalar(select(exists().select_from(ExchangeRate))))

    def replace(self, rates: Sequence[tuple[date, Decimal]], source: str) -> None:
        """Store dollar rates in pesos; one of a day that has one takes its place."""
        given = rows_of(
            {
                "date": (Date(), [day for day, _ in rates]),
                "rate": (Numeric(18, 6), [rate for _, rate in rates]),
            }
        )
        names = ["date", "rate", "base", "quote", "source"]
        rows = select(given, literal(Currency.USD.value), literal(Currency.COP.value), literal(source))
        statement = insert(ExchangeRate).from_select(names, rows)
        newer = {"rate": statement.excluded.rate, "source": statement.excluded.source, "updated_at": clock.now()}
        self.session.execute(statement.on_conflict_do_update(constraint="uq_exchange_rates_day", set_=newer))


def rate_on(day: ColumnElement[date]) -> ColumnElement[Decimal]:
    """The latest rate on or before the day, or, before the first known rate, the first; NULL if there is none."""
    rate = select(ExchangeRate.rate).limit(1)
    latest = rate.where(ExchangeRate.date <= day).order_by(ExchangeRate.date.desc())
    first = rate.order_by(ExchangeRate.date)
    return func.coalesce(latest.scalar_subquery(), first.scalar_subquery())


def converted(
    amount: ColumnElement[Decimal],
    currency: ColumnElement[Currency],
    day: ColumnElement[date],
    target: Currency,
) -> ColumnElement[Decimal]:
    """The amount in the target currency at the rate of its own day, unrounded."""
    rate = rate_on(day)
    crossed = amount * rate if target is Currency.COP else amount / rate
    return case((currency == target, amount), else_=crossed)
