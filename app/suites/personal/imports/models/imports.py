"""Tables of imports."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import bounded, one_of, sane_day
from app.infra.statements import Format
from app.infra.texts import BookJSON, BookText, at_most_unless_encrypted
from app.suites.personal.imports.rules.lines import ImportLineState
from app.suites.personal.imports.rules.states import (
    BookImportState,
    Decision,
    Duplicates,
    MappingKind,
    TransferMode,
)

LONGEST_FITID = 100
"""Characters of an id of a bank that are stored; a longer one is stored as its digest."""
_Book = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
_Counted = Annotated[int, mapped_column(default=0, server_default="0")]
_COUNTS = ("rows", "imported", "duplicates", "matched", "transfers", "ignored", "invalid", "categorised")


class BookImport(Keyed, Timestamps, Versioned, Base):
    """A file of a bank that somebody brought into a book."""

    __tablename__ = "book_imports"

    book_id: Mapped[_Book]
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="SET NULL"))
    """The account of its rows; NULL if they are of several."""
    state: Mapped[BookImportState] = mapped_column(one_of(BookImportState, "state"))
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[Format] = mapped_column(one_of(Format, "format"))
    encoding: Mapped[str] = mapped_column(String(40))
    date_format: Mapped[str] = mapped_column(String(20))
    decimal: Mapped[str] = mapped_column(String(1))
    keep: Mapped[Duplicates] = mapped_column(one_of(Duplicates, "keep"))
    """Treatment of its duplicates."""
    match_transfers: Mapped[TransferMode] = mapped_column(one_of(TransferMode, "match_transfers"))
    run_rules: Mapped[bool]
    rows: Mapped[_Counted]
    imported: Mapped[_Counted]
    duplicates: Mapped[_Counted]
    matched: Mapped[_Counted]
    transfers: Mapped[_Counted]
    ignored: Mapped[_Counted]
    invalid: Mapped[_Counted]
    categorised: Mapped[_Counted]
    errors: Mapped[list[dict[str, Any]]] = mapped_column(BookJSON, default=list, server_default="[]")
    """The first rows that can't be imported, each with field, code and text."""
    notes: Mapped[list[dict[str, Any]]] = mapped_column(BookJSON, default=list, server_default="[]")
    """The first remarks about rows."""
    warnings: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list, server_default="{}")
    made_payees: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    """Ids of the payees that it made."""
    first_day: Mapped[day | None]
    last_day: Mapped[day | None]
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_book_imports_newest", "book_id", sql("id DESC")),
        Index("ix_book_imports_sha256", "book_id", "sha256"),
        Index("ix_book_imports_account_id", "account_id"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint(" AND ".join(f"{name} >= 0" for name in _COUNTS), name="counts_positive"),
        sane_day("first_day"),
        sane_day("last_day"),
    )


class ImportLine(Keyed, Base):
    """A row of a file. It stays when its entry is changed or deleted, so that the row is known again."""

    __tablename__ = "import_lines"

    book_id: Mapped[_Book]
    import_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("book_imports.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="CASCADE"))
    number: Mapped[int]
    date: Mapped[day]
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    text: Mapped[str] = mapped_column(Text, info={ENCRYPTED: "id"})
    payee: Mapped[str | None] = mapped_column(BookText())
    description: Mapped[str | None] = mapped_column(BookText())
    notes: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    category: Mapped[str | None] = mapped_column(BookText())
    """Words of the file for the category."""
    counterpart: Mapped[str | None] = mapped_column(BookText())
    fitid: Mapped[str | None] = mapped_column(String(LONGEST_FITID))
    content_key: Mapped[str] = mapped_column(String(80))
    """Blind index of all that the row says; a digest (`v1:`) of rows from before, until the book gets a new key."""
    is_pending: Mapped[bool]
    state: Mapped[ImportLineState] = mapped_column(one_of(ImportLineState, "state"))
    is_known: Mapped[bool]
    """Whether it is of a committed import, so that it is found again in later files."""
    transaction_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="SET NULL"))
    """The entry that it made or confirmed; NULL as well if that was deleted."""
    candidate_id: Mapped[int | None] = mapped_column(BigInteger)
    """An entry that it may confirm, which may be gone by now."""
    score: Mapped[int | None] = mapped_column(SmallInteger)
    decision: Mapped[Decision | None] = mapped_column(one_of(Decision, "decision"))
    category_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("categories.id", ondelete="SET NULL"))
    """Category that a person chose in the preview."""
    replaces_id: Mapped[int | None] = mapped_column(BigInteger)
    """The row of an earlier file, pending there, that the bank booked as this one."""
    is_replaced: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    before: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    """Values that an entry had before this row confirmed it, as JSON."""
    version_after: Mapped[int | None] = mapped_column(BigInteger)
    """Version of the entry as the import left it."""

    __table_args__ = (
        UniqueConstraint("import_id", "number", name="uq_import_lines_number"),
        Index("ix_import_lines_content_key", "book_id", "account_id", "content_key", postgresql_where=sql("is_known")),
        Index(
            "ix_import_lines_fitid",
            "book_id",
            "account_id",
            "fitid",
            postgresql_where=sql("is_known AND fitid IS NOT NULL"),
        ),
        Index("ix_import_lines_account_id", "account_id"),
        Index("ix_import_lines_transaction_id", "transaction_id"),
        Index("ix_import_lines_category_id", "category_id", postgresql_where=sql("category_id IS NOT NULL")),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        bounded("amount"),
        sane_day("date"),
    )


class ImportMapping(Keyed, Timestamps, Versioned, Base):
    """Something that is remembered of files: their columns by their headings, or an account by its number."""

    __tablename__ = "import_mappings"

    book_id: Mapped[_Book]
    kind: Mapped[MappingKind] = mapped_column(one_of(MappingKind, "kind"))
    signature: Mapped[str] = mapped_column(String(64))
    """Digest of the headings, or blind index of the number, which tells nothing without the key of the book."""
    name: Mapped[str] = mapped_column(BookText(200))
    """The headings, or the end of the number."""
    account_number: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    mapping: Mapped[dict[str, Any] | None] = mapped_column(BookJSON)
    date_format: Mapped[str | None] = mapped_column(String(20))
    decimal: Mapped[str | None] = mapped_column(String(1))
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="CASCADE"))

    __table_args__ = (
        UniqueConstraint("book_id", "kind", "signature", name="uq_import_mappings_signature"),
        Index("ix_import_mappings_account_id", "account_id"),
        CheckConstraint("signature ~ '^[0-9a-f]{64}$'", name="signature_form"),
        CheckConstraint("(kind = 'account') = (account_id IS NOT NULL)", name="account_of_kind"),
        CheckConstraint("(kind = 'account') = (account_number IS NOT NULL)", name="number_of_kind"),
        at_most_unless_encrypted("name", 200),
        CheckConstraint("char_length(account_number) <= 60000", name="account_number_size"),
        CheckConstraint("(kind = 'columns') = (mapping IS NOT NULL)", name="mapping_of_kind"),
    )


class BookImportRecord(NamedTuple):
    """A file of a bank that somebody brought into a book."""

    id: int
    book_id: int
    account_id: int | None
    state: BookImportState
    file_name: str
    sha256: str
    format: Format
    encoding: str
    date_format: str
    decimal: str
    keep: Duplicates
    match_transfers: TransferMode
    run_rules: bool
    rows: int
    imported: int
    duplicates: int
    matched: int
    transfers: int
    ignored: int
    invalid: int
    categorised: int
    errors: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    warnings: list[str]
    first_day: day | None
    last_day: day | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class ImportLineRecord(NamedTuple):
    """A row of a file."""

    id: int
    book_id: int
    import_id: int
    account_id: int
    number: int
    date: day
    amount: Decimal
    text: str
    payee: str | None
    description: str | None
    notes: str | None
    category: str | None
    counterpart: str | None
    fitid: str | None
    content_key: str
    is_pending: bool
    state: ImportLineState
    transaction_id: int | None
    candidate_id: int | None
    score: int | None
    decision: Decision | None
    category_id: int | None
    replaces_id: int | None
    before: str | None
    version_after: int | None


class KeyedRow(NamedTuple):
    """The key of a row of a file, and all that it is made of, as they are stored."""

    id: int
    account_id: int
    date: day
    amount: Decimal
    text: str
    content_key: str


class StoredNumber(NamedTuple):
    """The number of an account that a file had, as it is stored."""

    id: int
    signature: str
    number: str


class ImportMappingRecord(NamedTuple):
    """Something that is remembered of files."""

    id: int
    book_id: int
    kind: MappingKind
    signature: str
    name: str
    mapping: dict[str, str | None] | None
    date_format: str | None
    decimal: str | None
    account_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int
