"""Schemas of payments and of lists of them."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.core.currencies.schemas import Rate
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.clients.schemas import CLIENT_NAMES
from app.suites.fresco.payments.rules import (
    MAX_INSTALLMENT_NUMBER,
    MAX_MONTHS,
    BulkAction,
    Excess,
    PaymentStatus,
    PaymentType,
    Withholding,
    WithholdingType,
)
from app.suites.fresco.projects.schemas import PROJECT_NAMES
from app.web.decimals import AmountBound, AnyMoneyAmount, MoneyAmount, require_decimals
from app.web.fields import (
    AnyCurrency,
    Day,
    EnumByValue,
    FileLink,
    Id,
    Ids,
    Instant,
    Several,
    Tag,
    Tags,
    Text,
    WebAddress,
    Whole,
)
from app.web.query import AmountListQuery, ListQuery, LongListQuery, Search, SortBy
from app.web.rows import RowShape
from app.web.schema import Convertible, ResourceSchema, StrictSchema, WithoutRates

_SORTS = (
    "id",
    "date",
    "paid_date",
    "amount",
    "currency",
    "status",
    "type",
    "project_id",
    "client_id",
    "installment_number",
    "invoice_number",
    "created_at",
    "updated_at",
)


_REACHED = {
    "description": "What reached the bank; sent only for another currency than the payment's",
    "example": 3432000,
}


class WithholdingSchema(StrictSchema):
    """A tax that the client withheld."""

    type = EnumByValue(WithholdingType, required=True)
    amount = MoneyAmount(required=True)

    def after_load(self, data: dict[str, Any]) -> Withholding:
        return Withholding(**data)


class ReceiptSchema(ResourceSchema):
    """Money received for a payment."""

    id = fields.Integer(dump_only=True)
    payment_id = fields.Integer(dump_only=True)
    amount = MoneyAmount(required=True, metadata={"description": "What is settled of the payment"})
    currency = AnyCurrency(
        attribute="currency_received",
        metadata={"description": "Currency that was received; by default that of the payment"},
    )
    date = Day(metadata={"description": "Day on which it was received; by default today"})
    withholdings = fields.List(fields.Nested(WithholdingSchema), validate=validate.Length(max=4))
    bank_charge = fields.Decimal(dump_only=True)
    received_amount = fields.Decimal(attribute="reached_bank", dump_only=True, metadata=_REACHED)
    exchange_rate = fields.Decimal(attribute="bank_rate", dump_only=True, allow_none=True)
    exchange_difference = fields.Decimal(attribute="difference", dump_only=True)
    credit_amount = fields.Decimal(dump_only=True)
    warnings = fields.List(fields.String(), dump_only=True)
    payment_method = Text(100, allow_none=True, blank_is_none=True)
    cash_account_id = Id(allow_none=True)
    reference = Text(100, allow_none=True, blank_is_none=True)
    notes = Text(10_000, allow_none=True)
    receipt_path = Text(100, allow_none=True)
    receipt_url = FileLink("receipt_path")
    created_at = Instant()


class NewReceiptSchema(ReceiptSchema):
    """Money received for a payment, to be entered. Another currency than the payment's needs an amount or a rate."""

    bank_charge = AmountBound()
    received_amount = AnyMoneyAmount(attribute="reached_bank", metadata=_REACHED)
    exchange_rate = Rate(attribute="bank_rate")
    excess = EnumByValue(Excess)

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        if "reached_bank" in data and "currency_received" in data:
            require_decimals(data["reached_bank"], data["currency_received"], "received_amount")
        return data


class CreditSchema(Schema):
    """Credit of a client in a currency."""

    currency = EnumByValue(Currency, among=COP_AND_USD, dump_only=True)
    balance = fields.Decimal(dump_only=True, metadata={"description": "What is left of it"})


class CreditListQuery(ListQuery):
    """Query of the credits of a client."""

    sort = SortBy("id", "currency", "balance")


class RefundSchema(ResourceSchema):
    """A part of a client's credit that is given back."""

    id = fields.Integer(dump_only=True)
    client_id = fields.Integer(dump_only=True)
    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, required=True)
    date = Day(metadata={"description": "Day on which it was given back; by default today"})
    payment_method = Text(100, allow_none=True, blank_is_none=True)
    cash_account_id = Id(allow_none=True)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()


class PaymentFieldsSchema(ResourceSchema):
    """A payment without its receipts, as lists show it."""

    id = fields.Integer(dump_only=True)
    project_id = Id(required=True)
    client_id = Id()
    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, required=True)
    tax_amount = AmountBound(allow_none=True)
    date = Day(required=True, metadata={"description": "Due date"})
    paid_date = Day(allow_none=True)
    status = EnumByValue(PaymentStatus, metadata={"description": "Derived from the dates"})
    invoice_number = Text(100, allow_none=True, blank_is_none=True, trimmed=True)
    invoice_url = WebAddress(500, allow_none=True)
    issue_date = Day(allow_none=True)
    service_from = Day(allow_none=True)
    service_to = Day(allow_none=True)
    type = EnumByValue(PaymentType, required=True)
    installment_number = Whole(1, MAX_INSTALLMENT_NUMBER, allow_none=True)
    notes = Text(10_000, allow_none=True)
    tags = Tags()
    paid_amount = fields.Decimal(dump_only=True)
    balance = fields.Decimal(dump_only=True, metadata={"description": "What is owed of it"})
    created_at = Instant()
    updated_at = Instant()


class PaymentSchema(PaymentFieldsSchema):
    """A payment."""

    receipts = fields.Nested(ReceiptSchema, many=True, dump_only=True)


class PaymentItemSchema(Convertible, PaymentFieldsSchema):
    """A payment in a list, with names, and its amount in the requested currency."""

    client_name = fields.String(dump_only=True)
    project_name = fields.String(dump_only=True)


class OverduePaymentSchema(PaymentItemSchema):
    """An overdue payment."""

    class Meta(ResourceSchema.Meta):
        example = {"status": "Vencido", "paid_date": None}  # noqa: RUF012 - marshmallow reads it, nobody changes it

    days_overdue = fields.Integer(dump_only=True)


class PaymentChangesSchema(OverduePaymentSchema):
    """Changes of a payment. Read-only fields that lists add may be sent back; they are ignored."""

    receipts = fields.Nested(ReceiptSchema, many=True, dump_only=True)


class StatusTotalsSchema(Schema):
    """Totals of receipts, and of the balances of pending and overdue payments."""

    pagado = fields.Decimal(dump_only=True)
    pendiente = fields.Decimal(dump_only=True)
    vencido = fields.Decimal(dump_only=True)


class PaymentTotalsSchema(WithoutRates):
    """Totals of all payments that match, not only of the page; null where a rate is missing."""

    totals = fields.Nested(StatusTotalsSchema, dump_only=True, allow_none=True)
    currency = AnyCurrency(dump_only=True)


PAYMENT_ROWS = RowShape(PaymentSchema(), OverduePaymentSchema, CLIENT_NAMES | PROJECT_NAMES)
"""Columns of files of payments."""


class PaymentListQuery(AmountListQuery):
    """Query of the list of payments."""

    sort = SortBy(*_SORTS, newest="date")
    project_id = Id()
    client_id = Id()
    supplier_id = Id()
    payment_method = Text(100)
    status = Several(PaymentStatus)
    type = Several(PaymentType)
    tag = Tag()
    date_from = Day()
    date_to = Day()
    currency = AnyCurrency()
    q = Search("invoice number, notes, project and client")


class OverdueQuery(LongListQuery):
    """Query of the list of overdue payments."""

    sort = SortBy(*_SORTS)
    currency = AnyCurrency()


class UpcomingQuery(OverdueQuery):
    """Query of the list of upcoming payments."""

    days = Whole(1, 3650, load_default=30)


class StatusChangeSchema(ResourceSchema):
    """A payment marked as paid or unpaid."""

    status = EnumByValue(PaymentStatus, required=True)
    paid_date = Day(allow_none=True)
    invoice_number = Text(100, allow_none=True, blank_is_none=True, trimmed=True)


class PaymentsChangeSchema(StrictSchema):
    """Payments, and what is done to all of them: `set-invoice` with the number, `mark-paid` with a date or today."""

    ids = Ids()
    action = EnumByValue(BulkAction, type_name="PaymentsAction", required=True)
    paid_date = Day(allow_none=True)
    invoice_number = Text(100, allow_none=True, blank_is_none=True, trimmed=True)
    invoice_url = WebAddress(500, allow_none=True)


class GenerateSchema(ResourceSchema):
    """The project, the first day and the months to generate payments for."""

    project_id = Id(required=True)
    months = Whole(1, MAX_MONTHS, load_default=12)
    start_from = Day(
        data_key="from",
        allow_none=True,
        metadata={"description": "First day; by default the later of the project's start and today"},
    )


class GeneratedSchema(Schema):
    """A message with the number of payments generated."""

    message = fields.String(dump_only=True, metadata={"example": "12 payments generated"})
