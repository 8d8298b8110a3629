"""Clients."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Prose, at_most, not_blank, one_of, sane_day
from app.suites.fresco.clients.rules import ClientStatus


class Client(Keyed, Timestamps, Versioned, Base):
    """A client of the company."""

    __tablename__ = "clients"

    name: Mapped[str] = mapped_column(String(200))
    contact_name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(50))
    address: Mapped[str | None] = mapped_column(String(300))
    tax_id: Mapped[str | None] = mapped_column(String(50))
    start_date: Mapped[date]
    status: Mapped[ClientStatus] = mapped_column(
        one_of(ClientStatus, "status"), default=ClientStatus.ACTIVE, server_default=ClientStatus.ACTIVE
    )
    notes: Mapped[Prose | None]

    __table_args__ = (
        not_blank("name"),
        at_most("notes"),
        sane_day("start_date"),
        Index("ix_clients_status", status),
    )


class ClientRecord(NamedTuple):
    """A client."""

    id: int
    name: str
    contact_name: str | None
    email: str | None
    phone: str | None
    address: str | None
    tax_id: str | None
    start_date: date
    status: ClientStatus
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int
