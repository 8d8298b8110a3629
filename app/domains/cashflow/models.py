"""What cash moved by day."""

from datetime import date as day
from decimal import Decimal

from sqlalchemy import BigInteger, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domains.cashflow.rules import Kind
from app.infra.columns import one_of
from app.infra.db import Base, Keyed
from app.kernel.money import Currency


class DailySum(Keyed, Base):
    """What the movements of a day, currency, kind, category and origin come to.

    Triggers on the tables of movements add to it in the transaction of the rows. Each statement adds rows of its
    own, so that two that pay at once don't wait for each other: what a cell comes to is the sum of its rows.
    A job folds them into one now and then.
    """

    __tablename__ = "daily_sums"

    date: Mapped[day]
    currency: Mapped[Currency] = mapped_column(one_of(Currency, "currency"))
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    category: Mapped[str] = mapped_column(String(100))
    recurring: Mapped[bool]
    amount: Mapped[Decimal] = mapped_column(Numeric(20, 2))
    movements: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_daily_sums_date", "date"),)
