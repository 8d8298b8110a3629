"""What cash moved by day."""

from datetime import date as day

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domains.cashflow.rules import Kind
from app.infra.columns import one_of
from app.infra.db import Base
from app.infra.sums import Kept
from app.kernel.money import Currency


class DailySum(Kept, Base):
    """What the movements of a day, currency, kind, category and origin come to."""

    __tablename__ = "daily_sums"

    date: Mapped[day]
    currency: Mapped[Currency] = mapped_column(one_of(Currency, "currency"))
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    category: Mapped[str] = mapped_column(String(100))
    recurring: Mapped[bool]

    __table_args__ = (Index("ix_daily_sums_date", "date"),)


class ClientSum(Kept, Base):
    """What the movements of a day, currency and kind come to that are about a client, or just a name."""

    __tablename__ = "client_sums"

    date: Mapped[day]
    currency: Mapped[Currency] = mapped_column(one_of(Currency, "currency"))
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    client_id: Mapped[int | None] = mapped_column(BigInteger)
    client_text: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (Index("ix_client_sums_date", "date"),)
