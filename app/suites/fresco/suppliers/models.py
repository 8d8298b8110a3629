"""Suppliers."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.db import Base, id_in


class Supplier(Base):
    """A supplier of the company: a party, and what the company knows of it as a supplier."""

    __tablename__ = "suppliers"

    id: Mapped[int] = id_in("parties")
    contact_name: Mapped[str | None] = mapped_column(String(200))
    tax_id: Mapped[str | None] = mapped_column(String(50))

    party: Mapped[Any] = relationship("Party", lazy="joined", innerjoin=True)
    """The party; its values can also be read and set on the supplier."""
    name: AssociationProxy[str] = association_proxy("party", "name")
    email: AssociationProxy[str | None] = association_proxy("party", "email")
    phone: AssociationProxy[str | None] = association_proxy("party", "phone")
    address: AssociationProxy[str | None] = association_proxy("party", "address")
    notes: AssociationProxy[str | None] = association_proxy("party", "notes")
    created_at: AssociationProxy[datetime] = association_proxy("party", "created_at")
    updated_at: AssociationProxy[datetime] = association_proxy("party", "updated_at")
    version: AssociationProxy[int] = association_proxy("party", "version")


class SupplierRecord(NamedTuple):
    """A supplier, with the values of its party."""

    id: int
    name: str
    contact_name: str | None
    email: str | None
    phone: str | None
    address: str | None
    tax_id: str | None
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int
