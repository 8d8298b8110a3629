"""Table of the words of notes, by which encrypted notes are found."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import NOT_AUDITED


class NoteWord(Keyed, Base):
    """A word of the notes of a transaction or of its splits, as a blind index by a key of the book."""

    __tablename__ = "note_words"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    transaction_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="CASCADE"))
    word: Mapped[str] = mapped_column(String(64), comment=NOT_AUDITED)

    __table_args__ = (
        UniqueConstraint("transaction_id", "word", name="uq_note_words_word"),
        Index("ix_note_words_word", "book_id", "word", "transaction_id"),
    )
