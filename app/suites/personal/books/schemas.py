"""Schemas of books; `BookQuery` and `BookListQuery` are those of all other domains of the suite."""

from dataclasses import dataclass
from typing import Any, TypedDict

from marshmallow import Schema, fields

from app.core.company.schemas import LanguageTag, TimeZoneName
from app.core.currencies.schemas import Rate
from app.kernel.books import BookRole, BudgetMethod, CardHandling
from app.web.decimals import AnyMoneyAmount
from app.web.fields import AnyCurrency, Day, EmailAddress, EnumByValue, Flag, Id, Instant, Text, Whole
from app.web.query import ListQuery, ListRequest, Query, SortBy
from app.web.schema import ResourceSchema


class BookChoice(TypedDict, total=False):
    """The book that a request is about, if it names one."""

    book_id: int


class BookQuery(Query):
    """Parameters of requests about what is in a book, other than lists."""

    book_id = Id()


@dataclass(frozen=True, slots=True)
class BookListRequest(ListRequest):
    """Requested page, filters and book."""

    book_id: int | None = None


class BookListQuery(ListQuery):
    """Parameters of lists of what is in a book."""

    book_id = Id()

    def after_load(self, data: dict[str, Any]) -> BookListRequest:
        book_id = data.pop("book_id", None)
        request = super().after_load(data)
        return BookListRequest(request.page, request.filters, book_id)


class CalendarFields(Schema):
    """Settings that a book and a user's preferences both have."""

    currency = AnyCurrency(metadata={"description": "Currency in which the book reports"})
    timezone = TimeZoneName(metadata={"description": "Time zone in which its days begin"})
    locale = LanguageTag(allow_none=True)
    week_start = Whole(1, 7)
    month_start_day = Whole(1, 28)
    budget_method = EnumByValue(BudgetMethod)
    card_handling = EnumByValue(CardHandling)


class BookSchema(CalendarFields, ResourceSchema):
    """A book of a person or household."""

    id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    role = EnumByValue(BookRole, dump_only=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class NewBookSchema(BookSchema):
    """A new book; what is left open is as the caller's preferences say."""

    with_defaults = Flag(load_only=True)


class FirstBookSchema(BookSchema):
    """The book that a registration made, or the first of the user's books."""


class OwnBooksQuery(ListQuery):
    """Query of the list of one's own books."""

    sort = SortBy("name", "created_at")


class PreferencesSchema(CalendarFields, ResourceSchema):
    """Defaults of a user for new books, and what the user tells of their income."""

    monthly_income = AnyMoneyAmount(allow_none=True)


OF_REGISTRATION: dict[str, fields.Field[Any]] = {
    "currency_preference": AnyCurrency(
        allow_none=True, metadata={"description": "Currency of the first book", "example": "COP"}
    ),
    "timezone": TimeZoneName(
        allow_none=True, metadata={"description": "Time zone of the first book", "example": "America/Bogota"}
    ),
    "locale": LanguageTag(allow_none=True, metadata={"description": "Language of the first book", "example": "es-CO"}),
}
"""Fields that a registration may have besides those of the core."""


class MemberSchema(ResourceSchema):
    """A member of a book."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    user_id = fields.Integer(dump_only=True)
    username = fields.String(dump_only=True)
    full_name = fields.String(dump_only=True, allow_none=True)
    role = EnumByValue(BookRole, required=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class NewMemberSchema(ResourceSchema):
    """A user who joins a book."""

    user_id = Id(required=True)
    role = EnumByValue(BookRole, required=True)


class MemberListQuery(ListQuery):
    """Query of the members of a book."""


class BookInvitationSchema(ResourceSchema):
    """An invitation into a book."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    email = EmailAddress(required=True)
    role = EnumByValue(BookRole, required=True)
    created_at = Instant()
    expires_at = Instant()


class SentInvitationSchema(Schema):
    """A new invitation, with its token, which is not shown again."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    email = fields.String(dump_only=True)
    role = EnumByValue(BookRole, dump_only=True)
    token = fields.String(dump_only=True)
    expires_at = Instant()


class BookInvitationListQuery(ListQuery):
    """Query of the invitations into a book."""

    sort = SortBy("email", "created_at", "expires_at")


class BookAuditSchema(Schema):
    """One change of one row of a book, or an event such as an export."""

    id = fields.Integer(dump_only=True)
    at = Instant()
    user_id = fields.Integer(dump_only=True, allow_none=True)
    action = fields.String(dump_only=True)
    table = fields.String(dump_only=True, attribute="table_name")
    row_id = fields.Integer(dump_only=True, allow_none=True)
    operation = fields.String(dump_only=True, allow_none=True)
    before = fields.Dict(dump_only=True, allow_none=True)
    after = fields.Dict(dump_only=True, allow_none=True)


class BookAuditListQuery(ListQuery):
    """Filters of the history of a book."""

    sort = SortBy("id", "at")
    table = Text(63)
    row_id = Id()
    user_id = Id()
    cursor = Id()
    date_from = Day()
    date_to = Day()


class BookRateSchema(ResourceSchema):
    """A book's own price of one unit of the base currency in the quote currency, by default its own, on a day."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    date = Day(required=True)
    base = AnyCurrency(required=True)
    quote = AnyCurrency()
    rate = Rate(required=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class BookRateListQuery(BookListQuery):
    """Query of a book's own rates."""

    sort = SortBy("date", "rate", newest="date")
    base = AnyCurrency()
    quote = AnyCurrency()
    date_from = Day()
    date_to = Day()
