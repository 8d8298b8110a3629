"""Clients."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, String, true
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.db import Base, id_in
from app.infra.db.columns import one_of, sane_day
from app.suites.fresco.clients.rules import ClientStatus


class Client(Base):
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

    party: Mapped[Any] = relationship("Party", lazy="joined", innerjoin=True)
    """The party; its values can also be read and set on the client."""
    name: AssociationProxy[str] = association_proxy("party", "name")
    email: AssociationProxy[str | None] = association_proxy("party", "email")
    phone: AssociationProxy[str | None] = association_proxy("party", "phone")
    address: AssociationProxy[str | None] = association_proxy("party", "address")
    notes: AssociationProxy[str | None] = association_proxy("party", "notes")
    created_at: AssociationProxy[datetime] = association_proxy("party", "created_at")
    updated_at: AssociationProxy[datetime] = association_proxy("party", "updated_at")
    version: AssociationProxy[int] = association_proxy("party", "version")

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
