"""Schemas of clients."""

from marshmallow import fields

from app.suites.fresco.clients.rules import ClientStatus
from app.web.fields import Day, EmailAddress, EnumByValue, Flag, Instant, Text
from app.web.query import ListQuery, Search, SortBy
from app.web.rows import RowShape
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
    reminders = Flag(load_default=True)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


CLIENT_NAMES = {
    "client_name": ("Cliente", "Nombre del cliente", "client"),
    "client_tax_id": ("NIT", "NIT del cliente", "Identificación del cliente"),
}
"""Headings of columns that name the client of a row."""
CLIENT_ROWS = RowShape(ClientSchema(), ClientSchema)
"""Columns of files of clients."""


class ClientListQuery(ListQuery):
    """Query of the list of clients."""

    sort = SortBy("id", "name", "contact_name", "email", "start_date", "status", "created_at", "updated_at")
    status = EnumByValue(ClientStatus)
    q = Search("name, contact, e-mail, tax id and notes")
