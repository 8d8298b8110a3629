"""Programs with which users have signed in."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.kernel.user_agents import LONGEST_FAMILY


class UserAgent(Keyed, Base):
    """A family of programs with which a user has signed in; kept longer than the sessions."""

    __tablename__ = "user_agents"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    family: Mapped[str] = mapped_column(String(LONGEST_FAMILY))
    first_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (UniqueConstraint("user_id", "family", name="uq_user_agents_family"),)
