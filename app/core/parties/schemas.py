"""Schemas of parties."""

from marshmallow import ValidationError, fields

from app.core.parties.rules import IdentityDocument, PartyKind
from app.kernel.countries import COUNTRIES
from app.web.fields import EmailAddress, EnumByValue, Instant, Text
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import ResourceSchema


def _country(code: str) -> None:
    if code not in COUNTRIES:
        raise ValidationError("Not a country by its two letters of ISO 3166, such as CO.")


class PartySchema(ResourceSchema):
    """A person or company that is dealt with."""

    id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    kind = EnumByValue(PartyKind, required=True)
    document_country = Text(2, allow_none=True, checks=(_country,))
    document_type = EnumByValue(IdentityDocument, allow_none=True)
    document_number = Text(40, blank=False, allow_none=True)
    email = EmailAddress(allow_none=True)
    phone = Text(50, allow_none=True)
    address = Text(300, allow_none=True)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class PartyListQuery(ListQuery):
    """Query of the list of parties."""

    sort = SortBy("id", "name", "kind", "created_at", "updated_at")
    kind = EnumByValue(PartyKind)
    q = Search("the beginnings of words in name, e-mail, phone and document, with and without dots")
