"""Schemas of one income and of lists."""

from marshmallow import fields

from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.clients.schemas import CLIENT_NAMES
from app.suites.fresco.projects.schemas import PROJECT_NAMES
from app.web.decimals import AmountBound, MoneyAmount
from app.web.fields import AnyCurrency, Day, EnumByValue, FileLink, Id, Instant, Repeated, Tag, Tags, Text
from app.web.query import AmountListQuery, Search, SortBy
from app.web.rows import RowShape
from app.web.schema import Convertible, FormSchema

_TYPE = {"description": "What kind of income", "example": "Consultoría"}


class IncomeSchema(FormSchema):
    """An income outside the payment plans."""

    id = fields.Integer(dump_only=True)
    description = Text(500, required=True)
    date = Day(required=True)
    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, required=True)
    tax_amount = AmountBound(allow_none=True)
    type = Text(100, required=True, metadata=_TYPE)
    client = Text(200, allow_none=True)
    client_id = Id(allow_none=True)
    project_id = Id(allow_none=True)
    payment_method = Text(100, required=True)
    cash_account_id = Id(allow_none=True)
    receipt_path = Text(100, allow_none=True)
    receipt_url = FileLink("receipt_path")
    notes = Text(10_000, allow_none=True)
    tags = Tags()
    created_at = Instant()
    updated_at = Instant()


class IncomeItemSchema(Convertible, IncomeSchema):
    """An income in a list, with its amount in the requested currency."""


_NAMES = {"client_tax_id": CLIENT_NAMES["client_tax_id"]} | PROJECT_NAMES
INCOME_ROWS = RowShape(IncomeSchema(), IncomeItemSchema, _NAMES)
"""Columns of files of incomes."""


class IncomeListQuery(AmountListQuery):
    """Query parameters of the list of incomes."""

    sort = SortBy(
        "id",
        "date",
        "description",
        "amount",
        "currency",
        "type",
        "client",
        "client_id",
        "project_id",
        "payment_method",
        "created_at",
        "updated_at",
        newest="date",
    )
    type = Repeated(metadata=_TYPE)
    client_id = Id()
    project_id = Id()
    supplier_id = Id()
    payment_method = Text(100)
    tag = Tag()
    date_from = Day()
    date_to = Day()
    currency = AnyCurrency()
    q = Search("description, client, project and notes")
