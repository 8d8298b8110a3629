"""Suppliers."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.parties.models import OfParty
from app.infra.db import id_in


class Supplier(OfParty):
    """A supplier of the company: a party, and what the company knows of it as a supplier."""

    __tablename__ = "suppliers"

    id: Mapped[int] = id_in("parties")
    contact_name: Mapped[str | None] = mapped_column(String(200))
    tax_id: Mapped[str | None] = mapped_column(String(50))


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
