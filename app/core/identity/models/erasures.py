"""Table of accounts that were erased."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import String, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed


class Erasure(Keyed, Base):
    """An account that was erased, without saying whose: a restored backup that still has it is cleaned by this."""

    __tablename__ = "erasures"

    reference: Mapped[UUID] = mapped_column(Uuid, server_default=func.gen_random_uuid())
    day: Mapped[date]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    user_hmac: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the account's id and time of creation."""

    __table_args__ = (UniqueConstraint("user_hmac", name="uq_erasures_user_hmac"),)


class ErasureRecord(NamedTuple):
    """An account that was erased."""

    id: int
    reference: UUID
    day: date
    counts: dict[str, int]
    user_hmac: str
