"""Daily sums of cash movements."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base
from app.infra.db.columns import one_of
from app.infra.queries.rollups import RollupColumns
from app.suites.fresco.cashflow.rules import Kind


class DailySum(RollupColumns, Base):
    """Sum of movements by day, currency, kind, category and origin."""

    __tablename__ = "daily_sums"

    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    category: Mapped[str] = mapped_column(String(100))
    recurring: Mapped[bool]


class ClientSum(RollupColumns, Base):
    """Sum of movements by day, currency, kind and client (a stored client or only a name)."""

    __tablename__ = "client_sums"

    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    client_id: Mapped[int | None] = mapped_column(BigInteger)
    client_text: Mapped[str | None] = mapped_column(String(200))
