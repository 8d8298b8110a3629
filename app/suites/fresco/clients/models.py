"""Clients."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Index, String, true
from sqlalchemy.orm import Mapped, mapped_column

from app.core.parties.models import OfParty
from app.infra.db import id_in
from app.infra.db.columns import one_of, sane_day
from app.suites.fresco.clients.rules import ClientStatus


class Client(OfParty):
    """A client of the company: a party, and what the company knows of it as a client."""

    __tablename__ = "clients"

    id: Mapped[int] = id_in("parties")
    contact_name: Mapped[str | None] = mapped_column(String(200))
    tax_id: Mapped[str | None] = mapped_column(String(50))
    start_date: Mapped[date]
    status: Mapped[ClientStatus] = mapped_column(
        one_of(ClientStatus, "status"), default=ClientStatus.ACTIVE, server_default=ClientStatus.ACTIVE
    )
    reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it gets mails about unpaid payments."""

    __table_args__ = (
        sane_day("start_date"),
        Index("ix_clients_status", status),
    )


class ClientRecord(NamedTuple):
    """A client, with the values of its party."""

    id: int
    name: str
    contact_name: str | None
    email: str | None
    phone: str | None
    address: str | None
    tax_id: str | None
    start_date: date
    status: ClientStatus
    reminders: bool
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int
