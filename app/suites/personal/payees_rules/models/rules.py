"""Table of rules."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import one_of
from app.infra.texts import BookJSON, BookText, at_most_unless_encrypted
from app.suites.personal.payees_rules.rules.actions import MOST_ACTIONS
from app.suites.personal.payees_rules.rules.conditions import MOST_CONDITIONS
from app.suites.personal.payees_rules.rules.engine import RuleMatch, RuleStage


class Rule(Keyed, Timestamps, Versioned, Base):
    """Conditions on transactions, and the changes that are made where they hold."""

    __tablename__ = "rules"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    name: Mapped[str | None] = mapped_column(BookText(200))
    stage: Mapped[RuleStage] = mapped_column(
        one_of(RuleStage, "stage"), default=RuleStage.NORMAL, server_default=RuleStage.NORMAL.value
    )
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    match: Mapped[RuleMatch] = mapped_column(
        one_of(RuleMatch, "match"), default=RuleMatch.ALL, server_default=RuleMatch.ALL.value
    )
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(BookJSON)
    actions: Mapped[list[dict[str, Any]]] = mapped_column(BookJSON)
    stop: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_rules_place", "book_id", "position", "id"),
        at_most_unless_encrypted("name", 200),
        CheckConstraint(f"jsonb_array_length(conditions) <= {MOST_CONDITIONS}", name="conditions_number"),
        CheckConstraint(f"jsonb_array_length(actions) <= {MOST_ACTIONS}", name="actions_number"),
    )


class RuleRecord(NamedTuple):
    """Conditions on transactions, and changes of them."""

    id: int
    book_id: int
    name: str | None
    stage: RuleStage
    position: int
    match: RuleMatch
    conditions: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    stop: bool
    is_active: bool
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int
