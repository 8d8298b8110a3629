"""Exchange rates."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import one_of, sane_day
from app.kernel.money import Currency


class ExchangeRate(Keyed, Timestamps, Versioned, Base):
    """The price of one unit of the base currency in the quote currency on a day."""

    __tablename__ = "exchange_rates"

    date: Mapped[day]
    base: Mapped[Currency] = mapped_column(one_of(Currency, "base"))
    quote: Mapped[Currency] = mapped_column(one_of(Currency, "quote"))
    rate: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    source: Mapped[str] = mapped_column(String(50))

    __table_args__ = (
        UniqueConstraint("date", "base", "quote", name="uq_exchange_rates_day"),
        CheckConstraint("rate > 0 AND rate < 1000000000000", name="rate_positive"),
        CheckConstraint("base = 'USD' AND quote = 'COP'", name="usd_in_cop"),
        sane_day("date"),
    )


class ExchangeRateRecord(NamedTuple):
    """An exchange rate."""

    id: int
    date: day
    base: Currency
    quote: Currency
    rate: Decimal
    source: str
    created_at: datetime
    updated_at: datetime
    version: int
