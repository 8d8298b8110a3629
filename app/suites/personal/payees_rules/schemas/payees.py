"""Schemas of payees and tags."""

from marshmallow import fields, validate

from app.suites.personal.books.schemas import BookListQuery
from app.suites.personal.payees_rules.rules.payees import LONGEST_NAME, MOST_ALIASES
from app.web.fields import Flag, Id, Instant, Tag, Text
from app.web.query import Search, SortBy
from app.web.schema import ResourceSchema


class PayeeSchema(ResourceSchema):
    """Somebody who is paid, or pays, by all names that banks have for them."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    name = Text(LONGEST_NAME, required=True, trimmed=True)
    aliases = fields.List(Text(LONGEST_NAME, blank=False, trimmed=True), validate=validate.Length(max=MOST_ALIASES))
    default_category_id = Id(allow_none=True)
    is_hidden = Flag()
    transactions = fields.Integer(dump_only=True)
    last_used = fields.Date(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class PayeeListQuery(BookListQuery):
    """Query of the list of payees."""

    sort = SortBy("name", "created_at")
    q = Search("names and aliases")
    include_hidden = Flag()


class PayeeMergeSchema(ResourceSchema):
    """The payee that another one becomes."""

    into = Id(required=True)


class TagSchema(ResourceSchema):
    """A tag of transactions."""

    name = Tag(required=True)
    transactions = fields.Integer(dump_only=True)
    splits = fields.Integer(dump_only=True)


class TagListQuery(BookListQuery):
    """Query of the list of tags."""

    sort = SortBy("name", "transactions", "splits")
