"""Schemas of uploads."""

from marshmallow import Schema, fields

from app.web.schema import ResourceSchema


class UploadForm(ResourceSchema):
    """Fields beside the file: none."""


class UploadSchema(Schema):
    """Address of the uploaded file: `file_path` goes into `receipt_path`, `file_url` downloads it."""

    id = fields.Integer(dump_only=True)
    file_path = fields.String(dump_only=True, attribute="path")
    file_url = fields.String(dump_only=True, attribute="url")
    original_name = fields.String(dump_only=True)
    content_type = fields.String(dump_only=True)
    size = fields.Integer(dump_only=True)
