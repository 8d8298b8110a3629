"""Schemas of documents."""

from marshmallow import fields

from app.suites.fresco.documents.rules import DocumentType, Owner
from app.web.fields import EnumByValue, Instant, Text
from app.web.query import LongListQuery, SortBy
from app.web.schema import ResourceSchema


class DocumentSchema(ResourceSchema):
    """A document of a client or a project."""

    id = fields.Integer(dump_only=True)
    entity_type = EnumByValue(Owner, type_name="DocumentOwner", dump_only=True)
    entity_id = fields.Integer(dump_only=True)
    name = Text(200, required=True, metadata={"example": "RUT 2025"})
    type = EnumByValue(DocumentType, required=True)
    file_path = fields.String(dump_only=True)
    file_url = fields.String(dump_only=True)
    upload_date = Instant()
    created_at = Instant()
    updated_at = Instant()


class DocumentListQuery(LongListQuery):
    """Query of a list of documents."""

    sort = SortBy("id", "name", "type", "upload_date", "created_at")
