"""Schemas of uploads."""

from marshmallow import Schema, fields

from app.web.schema import ResourceSchema


class UploadForm(ResourceSchema):
    """Form without fields beside the file."""


class UploadSchema(Schema):
    """The uploaded file: send `file_path` as a `receipt_path`; `file_url` downloads it."""

    id = fields.Integer(dump_only=True)
    file_path = fields.String(dump_only=True, attribute="path")
    file_url = fields.String(dump_only=True, attribute="url")
    original_name = fields.String(dump_only=True)
    content_type = fields.String(dump_only=True)
    size = fields.Integer(dump_only=True)
