"""Tables of what is learned from the choices of people."""

from datetime import date as day
from typing import Annotated, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import not_blank, sane_day
from app.infra.texts import BookText, at_most_unless_encrypted

_Book = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
_Category = Annotated[int, mapped_column(BigInteger, ForeignKey("categories.id", ondelete="RESTRICT"))]


class LearnedToken(Keyed, Base):
    """Number of choices in which a token came with a category; exact payees are tokens, too."""

    __tablename__ = "learned_tokens"

    book_id: Mapped[_Book]
    token: Mapped[str] = mapped_column(BookText(200))
    category_id: Mapped[_Category]
    n: Mapped[int]

    __table_args__ = (
        UniqueConstraint("book_id", "token", "category_id", name="uq_learned_tokens_token"),
        Index("ix_learned_tokens_category_id", "category_id"),
        CheckConstraint("n > 0", name="n_positive"),
        not_blank("token"),
        at_most_unless_encrypted("token", 200),
    )


class LearnedCategory(Keyed, Base):
    """Weight of the choices of a category, as it was on the day of the last of them."""

    __tablename__ = "learned_categories"

    book_id: Mapped[_Book]
    category_id: Mapped[_Category]
    weight: Mapped[float]
    last: Mapped[day]

    __table_args__ = (
        UniqueConstraint("book_id", "category_id", name="uq_learned_categories_category_id"),
        Index("ix_learned_categories_category_id", "category_id"),
        CheckConstraint("weight >= 0 AND weight < 1000000000", name="weight_range"),
        sane_day("last"),
    )


class TokenRecord(NamedTuple):
    """Number of choices in which a token came with a category."""

    token: str
    category_id: int
    n: int


class LearnedCategoryRecord(NamedTuple):
    """Weight of the choices of a category, and the tokens that came with it."""

    category_id: int
    weight: float
    last: day
