"""Exchange rates."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.currencies.rules import RateKind
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import any_currency, one_of, sane_day
from app.kernel.money import Currency


class CurrencyPair(Keyed, Base):
    """The direction in which the rates of two currencies are stored; the inverse ones are computed."""

    __tablename__ = "currency_pairs"

    base: Mapped[Currency] = mapped_column(*any_currency("base"))
    quote: Mapped[Currency] = mapped_column(*any_currency("quote"))

    __table_args__ = (
        UniqueConstraint("base", "quote", name="uq_currency_pairs_direction"),
        CheckConstraint("base <> quote", name="two_currencies"),
        CheckConstraint("NOT (base = 'COP' AND quote = 'USD')", name="usd_in_cop"),
    )


Index(
    "uq_currency_pairs_either_way",
    func.least(CurrencyPair.base, CurrencyPair.quote),
    func.greatest(CurrencyPair.base, CurrencyPair.quote),
    unique=True,
)


class CurrencyPairRecord(NamedTuple):
    """The direction in which the rates of two currencies are stored."""

    id: int
    base: Currency
    quote: Currency


class ExchangeRate(Keyed, Timestamps, Versioned, Base):
    """The price of one unit of the base currency in the quote currency on a day."""

    __tablename__ = "exchange_rates"

    date: Mapped[day]
    base: Mapped[Currency] = mapped_column(*any_currency("base"))
    quote: Mapped[Currency] = mapped_column(*any_currency("quote"))
    kind: Mapped[RateKind] = mapped_column(one_of(RateKind, "kind"), server_default=RateKind.MID.value)
    rate: Mapped[Decimal] = mapped_column(Numeric(28, 12))
    source: Mapped[str] = mapped_column(String(50))

    __table_args__ = (
        UniqueConstraint("base", "quote", "kind", "date", name="uq_exchange_rates_day"),
        ForeignKeyConstraint(["base", "quote"], ["currency_pairs.base", "currency_pairs.quote"], ondelete="RESTRICT"),
        Index("ix_exchange_rates_date", "date"),
        CheckConstraint("rate > 0 AND rate < 10000000000000000", name="rate_positive"),
        sane_day("date"),
    )


class ExchangeRateRecord(NamedTuple):
    """An exchange rate."""

    id: int
    date: day
    base: Currency
    quote: Currency
    kind: RateKind
    rate: Decimal
    source: str
    created_at: datetime
    updated_at: datetime
    version: int
