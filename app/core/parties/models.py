"""Parties."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.parties.rules import IdentityDocument, PartyKind
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Prose, at_most, letter_groups, not_blank, one_of


class Party(Keyed, Timestamps, Versioned, Base):
    """A person or company; tables of suites that add to it have the same ids."""

    __tablename__ = "parties"

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PartyKind] = mapped_column(
        one_of(PartyKind, "kind"), default=PartyKind.COMPANY, server_default=PartyKind.COMPANY
    )
    document_country: Mapped[str | None] = mapped_column(String(2))
    document_type: Mapped[IdentityDocument | None] = mapped_column(one_of(IdentityDocument, "document_type"))
    document_number: Mapped[str | None] = mapped_column(String(40))
    """The number as it was entered."""
    document_key: Mapped[str | None] = mapped_column(String(40))
    """The number as it is compared."""
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(50))
    address: Mapped[str | None] = mapped_column(String(300))
    notes: Mapped[Prose | None]

    __table_args__ = (
        not_blank("name"),
        at_most("notes"),
        CheckConstraint(
            "num_nonnulls(document_country, document_type, document_number, document_key) IN (0, 4)",
            name="document_whole",
        ),
        CheckConstraint("document_country ~ '^[A-Z]{2}$'", name="document_country_code"),
        CheckConstraint("document_key ~ '^[0-9A-ZÑ&]+$'", name="document_key_plain"),
        UniqueConstraint("document_country", "document_type", "document_key", name="uq_parties_document"),
        Index("ix_parties_name_key", func.name_key(name)),
        Index("ix_parties_letters", letter_groups(name), postgresql_using="gin"),
        Index("ix_parties_words", func.party_words(name, email, phone, document_number), postgresql_using="gin"),
    )


class PartyRecord(NamedTuple):
    """A party."""

    id: int
    name: str
    kind: PartyKind
    document_country: str | None
    document_type: IdentityDocument | None
    document_number: str | None
    email: str | None
    phone: str | None
    address: str | None
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int


class PartyDocument(NamedTuple):
    """Document of a party."""

    id: int
    document_country: str
    document_type: IdentityDocument
    document_number: str
    document_key: str
