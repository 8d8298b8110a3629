"""Schemas of clients."""

from marshmallow import fields

from app.suites.fresco.clients.rules import ClientStatus
from app.web.fields import Day, EmailAddress, EnumByValue, Instant, Text
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import ResourceSchema


class ClientSchema(ResourceSchema):
    """A client."""

    id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    contact_name = Text(200, allow_none=True)
    email = EmailAddress(allow_none=True)
    phone = Text(50, allow_none=True)
    address = Text(300, allow_none=True)
    tax_id = Text(50, allow_none=True)
    start_date = Day(required=True)
    status = EnumByValue(ClientStatus, load_default=ClientStatus.ACTIVE)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class ClientListQuery(ListQuery):
    """Query of the list of clients."""

    sort = SortBy("id", "name", "contact_name", "email", "start_date", "status", "created_at", "updated_at")
    status = EnumByValue(ClientStatus)
    q = Search("name, contact, e-mail, tax id and notes")
