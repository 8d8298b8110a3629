"""Tables of books, members, invitations and preferences."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from app.infra.db import Base, Keyed, Timestamps, Versioned, id_in
from app.infra.db.columns import NOT_AUDITED, any_currency, one_of, sane_day
from app.kernel.books import BookRole, BudgetMethod, CardHandling
from app.kernel.money import Currency


class _Calendar:
    """Columns of a book's settings, and of a user's defaults for new books."""

    week_start: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    month_start_day: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")

    @declared_attr
    def budget_method(cls) -> Mapped[BudgetMethod]:  # noqa: N805 - a declared_attr takes the class
        return mapped_column(
            one_of(BudgetMethod, "budget_method"), default=BudgetMethod.LIMITS, server_default=BudgetMethod.LIMITS.value
        )

    @declared_attr
    def card_handling(cls) -> Mapped[CardHandling]:  # noqa: N805 - as above
        return mapped_column(
            one_of(CardHandling, "card_handling"),
            default=CardHandling.PAYMENT,
            server_default=CardHandling.PAYMENT.value,
        )


def _calendar_rules() -> tuple[SchemaItem, ...]:
    return (
        CheckConstraint("week_start BETWEEN 1 AND 7", name="week_start_range"),
        CheckConstraint("month_start_day BETWEEN 1 AND 28", name="month_start_day_range"),
    )


def created_by() -> Any:
    """Column of the member who made a row; NULL once the member has left, or for the program."""
    return mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))


class PersonalBook(_Calendar, Timestamps, Versioned, Base):
    """Settings of a book of the ledger, and who made it."""

    __tablename__ = "personal_books"

    id: Mapped[int] = id_in("books")
    timezone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str | None] = mapped_column(String(35))
    encrypts_text: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether its descriptions and payees are encrypted."""
    created_by: Mapped[int | None] = created_by()

    __table_args__ = _calendar_rules()


class PersonalBookRecord(NamedTuple):
    """Settings of a book of the ledger, and who made it."""

    id: int
    timezone: str
    locale: str | None
    week_start: int
    month_start_day: int
    budget_method: BudgetMethod
    card_handling: CardHandling
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class BookRecord(NamedTuple):
    """A book with its name and currency in the ledger, as one of its members sees it."""

    id: int
    role: BookRole
    name: str
    currency: Currency
    timezone: str
    locale: str | None
    week_start: int
    month_start_day: int
    budget_method: BudgetMethod
    card_handling: CardHandling
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int
    encrypts_text: bool


class BookMember(Keyed, Timestamps, Versioned, Base):
    """A person in a book."""

    __tablename__ = "book_members"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    role: Mapped[BookRole] = mapped_column(one_of(BookRole, "role"))

    __table_args__ = (
        UniqueConstraint("book_id", "user_id", name="uq_book_members_book_id_user_id"),
        Index("ix_book_members_user_id", "user_id", "id"),
    )


class BookMemberRecord(NamedTuple):
    """A person in a book."""

    id: int
    book_id: int
    user_id: int
    role: BookRole
    created_at: datetime
    updated_at: datetime
    version: int


class ShownMember(NamedTuple):
    """A person in a book, with the names of the user."""

    id: int
    book_id: int
    user_id: int
    username: str
    full_name: str | None
    role: BookRole
    created_at: datetime
    updated_at: datetime
    version: int


class BookInvitation(Keyed, Base):
    """An invitation into a book; it is deleted when it is accepted."""

    __tablename__ = "book_invitations"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    email: Mapped[str] = mapped_column(String(200), comment=NOT_AUDITED)
    """Address of somebody else, whose erasure could not take it out of the history of the book."""
    role: Mapped[BookRole] = mapped_column(one_of(BookRole, "role"))
    token_hash: Mapped[str] = mapped_column(String(64), comment=NOT_AUDITED)
    created_by: Mapped[int | None] = created_by()
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_book_invitations_token_hash"),
        Index("uq_book_invitations_email", "book_id", text("lower(email)"), unique=True),
    )


class BookInvitationRecord(NamedTuple):
    """An invitation into a book."""

    id: int
    book_id: int
    email: str
    role: BookRole
    created_at: datetime
    expires_at: datetime


class Preferences(Keyed, _Calendar, Timestamps, Versioned, Base):
    """Defaults of a user for new books, and what the user tells of their income."""

    __tablename__ = "personal_preferences"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    timezone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str | None] = mapped_column(String(35))
    monthly_income: Mapped[Decimal | None] = mapped_column(Numeric(18, 4), comment=NOT_AUDITED)

    __table_args__ = (
        UniqueConstraint("user_id", name="uq_personal_preferences_user_id"),
        CheckConstraint("monthly_income >= 0 AND monthly_income < 10000000000", name="monthly_income_range"),
        *_calendar_rules(),
    )


class PreferencesRecord(NamedTuple):
    """Defaults of a user for new books, and what the user tells of their income."""

    currency: Currency
    timezone: str
    locale: str | None
    monthly_income: Decimal | None
    week_start: int
    month_start_day: int
    budget_method: BudgetMethod
    card_handling: CardHandling


class BookAuditRecord(NamedTuple):
    """A change in a book; `after` is the whole row after it."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    table_name: str
    row_id: int | None
    operation: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class BookRate(Keyed, Timestamps, Versioned, Base):
    """A book's own price of one unit of the base currency in the quote currency on a day."""

    __tablename__ = "book_rates"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    date: Mapped[day]
    base: Mapped[Currency] = mapped_column(*any_currency("base"))
    quote: Mapped[Currency] = mapped_column(*any_currency("quote"))
    rate: Mapped[Decimal] = mapped_column(Numeric(28, 12))
    created_by: Mapped[int | None] = created_by()

    __table_args__ = (
        UniqueConstraint("book_id", "base", "quote", "date", name="uq_book_rates_date"),
        CheckConstraint("base <> quote", name="two_currencies"),
        CheckConstraint("rate > 0 AND rate < 10000000000000000", name="rate_positive"),
        sane_day("date"),
    )


class BookRateRecord(NamedTuple):
    """A book's own price of a currency on a day."""

    id: int
    book_id: int
    date: day
    base: Currency
    quote: Currency
    rate: Decimal
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class BookKey(Keyed, Base):
    """A data key of a book, wrapped by a master key; the newest encrypts."""

    __tablename__ = "book_keys"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    wrapped: Mapped[str] = mapped_column(Text, comment=NOT_AUDITED)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (Index("ix_book_keys_book_id", "book_id", "id"),)


class BookKeyRecord(NamedTuple):
    """A data key of a book."""

    id: int
    book_id: int
    wrapped: str
    created_at: datetime
