"""Schemas of suppliers."""

from marshmallow import fields

from app.web.fields import EmailAddress, Instant, Text
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import ResourceSchema


class SupplierSchema(ResourceSchema):
    """A supplier."""

    id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    contact_name = Text(200, allow_none=True)
    email = EmailAddress(allow_none=True)
    phone = Text(50, allow_none=True)
    address = Text(300, allow_none=True)
    tax_id = Text(50, allow_none=True)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


SUPPLIER_NAMES = {"supplier_name": ("Proveedor", "Nombre del proveedor", "supplier")}
"""Headings of the column that names the supplier of a row."""


class SupplierListQuery(ListQuery):
    """Query of the list of suppliers."""

    sort = SortBy("id", "name", "contact_name", "email", "created_at", "updated_at")
    q = Search("name, contact, e-mail, tax id and notes")
