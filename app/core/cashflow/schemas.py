"""Schemas of cash flow figures."""

from marshmallow import Schema, fields

from app.core.cashflow.rules import BreakEven, Source, Trailing
from app.core.movements.rules import Kind, Nature
from app.web.decimals import MoneyAmount
from app.web.fields import AnyCurrency, Day, EnumByValue, Id, Ratio, Repeated, Several, Text, Whole
from app.web.query import AmountListQuery, LongListQuery, Query, Search
from app.web.schema import Convertible, WithoutRates


class Amount(fields.Decimal):
    """An amount of a response; it may be negative."""

    def __init__(self, **options: object) -> None:
        super().__init__(places=2, dump_only=True, **options)  # type: ignore[arg-type]  # marshmallow's own options


class MovementSchema(Convertible):
    """A movement of cash."""

    kind = EnumByValue(Kind, type_name="MovementKind", dump_only=True)
    source = EnumByValue(
        Source, type_name="MovementSource", dump_only=True, metadata={"description": "Table of the source"}
    )
    source_id = fields.Integer(dump_only=True)
    payment_id = fields.Integer(dump_only=True, allow_none=True)
    receipt_id = fields.Integer(dump_only=True, allow_none=True)
    date = fields.Date(dump_only=True)
    description = fields.String(dump_only=True)
    amount = Amount()
    currency = AnyCurrency(dump_only=True)
    nature = EnumByValue(Nature, type_name="MovementNature", dump_only=True)
    category = fields.String(dump_only=True)
    client_id = fields.Integer(dump_only=True, allow_none=True)
    client = fields.String(dump_only=True, allow_none=True)
    project_id = fields.Integer(dump_only=True, allow_none=True)
    supplier_id = fields.Integer(dump_only=True, allow_none=True)
    payment_method = fields.String(dump_only=True, allow_none=True)
    cash_account_id = fields.Integer(dump_only=True, allow_none=True)
    cash_account = fields.String(dump_only=True, allow_none=True)


class InCurrency(Schema):
    """Currency of the amounts."""

    currency = AnyCurrency(dump_only=True)


class BalancesSchema(InCurrency, WithoutRates):
    """Totals of the movements, and the balance before and after; all null where a rate is missing.

    The balance is the company's, or, with `cash_account_id`, that of the cash account.
    """

    balance = Amount(allow_none=True)
    total_income = Amount(allow_none=True)
    total_expenses = Amount(allow_none=True)
    opening_balance = Amount(allow_none=True)
    closing_balance = Amount(allow_none=True)
    transfers = Amount(allow_none=True)
    rounding = Amount(allow_none=True)


class MetricsSchema(InCurrency):
    """Cash position of the company."""

    total_income = Amount()
    total_expenses = Amount()
    current_balance = Amount()
    avg_monthly_income = Amount()
    avg_monthly_expenses = Amount()
    burn_rate = Amount()
    gross_burn_rate = Amount()
    runway = Amount(allow_none=True)
    break_even_date = fields.Date(dump_only=True, allow_none=True)
    break_even_kind = EnumByValue(BreakEven, type_name="BreakEvenKind", dump_only=True, allow_none=True)


class MonthSchema(Schema):
    """A month's income and expenses."""

    month = fields.String(dump_only=True)
    income = Amount()
    expenses = Amount()
    net = Amount()


class ExpenseMonthSchema(MonthSchema):
    """A month's expenses by origin."""

    recurring = Amount()
    variable = Amount()


class CategorySchema(Schema):
    """A category and its share."""

    category = fields.String(dump_only=True)
    amount = Amount()
    share = Ratio()


class ClientRevenueSchema(Schema):
    """A client and its share."""

    client_id = fields.Integer(dump_only=True, allow_none=True)
    client = fields.String(dump_only=True, allow_none=True)
    revenue = Amount()
    share = Ratio()


class AnalysisSchema(InCurrency):
    """Cash flow by month, category and client."""

    monthly_data = fields.List(fields.Nested(MonthSchema), dump_only=True)
    category_expenses = fields.List(fields.Nested(CategorySchema), dump_only=True)
    client_income = fields.List(fields.Nested(ClientRevenueSchema), dump_only=True)


class IncomesAnalysisSchema(InCurrency):
    """Income by month and client."""

    monthly_data = fields.List(fields.Nested(MonthSchema), dump_only=True)
    client_data = fields.List(fields.Nested(ClientRevenueSchema), dump_only=True)
    total_month = Amount()
    avg_month = Amount()
    client_income = Amount(metadata={"description": "Revenue from clients", "example": 11900000})


class ExpensesAnalysisSchema(InCurrency):
    """Expenses by month and category."""

    category_data = fields.List(fields.Nested(CategorySchema), dump_only=True)
    monthly_data = fields.List(fields.Nested(ExpenseMonthSchema), dump_only=True)
    total_variable = Amount()
    total_recurring = Amount()
    category_totals = fields.Dict(keys=fields.String(), values=Amount(), dump_only=True)


class MadeOfSchema(Schema):
    """Parts of a month of the forecast."""

    payments = Amount()
    entered_incomes = Amount()
    planned_charges = Amount()
    accrued_expenses = Amount()
    recurring_expenses = Amount()
    variable_expenses = Amount()
    extra_expense = Amount()


class BalanceMonthSchema(MonthSchema):
    """A month's cash, with the balance at its end."""

    balance = Amount()
    rounding = Amount()


class ForecastMonthSchema(BalanceMonthSchema):
    """A month of the forecast, with the balance at its end."""

    made_of = fields.Nested(MadeOfSchema, dump_only=True)


class ForecastSchema(InCurrency):
    """Forecast of the next months."""

    data = fields.List(fields.Nested(ForecastMonthSchema), dump_only=True)
    first_negative_month = fields.String(dump_only=True, allow_none=True)


class ComingSchema(Schema):
    """Amounts of the next 30 days, without overdue ones; plans are converted at today's rate."""

    date_to = fields.Date(dump_only=True)
    payments = Amount()
    planned_charges = Amount()
    accrued_expenses = Amount()
    recurring_expenses = Amount()
    income = Amount()
    expenses = Amount()
    net = Amount()


class OverdueItemSchema(Schema):
    """An amount that should have been received."""

    source = EnumByValue(
        Source, type_name="MovementSource", dump_only=True, metadata={"description": "Table of the source"}
    )
    source_id = fields.Integer(dump_only=True)
    client_id = fields.Integer(dump_only=True, allow_none=True)
    client_name = fields.String(dump_only=True, allow_none=True)
    project_id = fields.Integer(dump_only=True, allow_none=True)
    project_name = fields.String(dump_only=True, allow_none=True)
    date = fields.Date(dump_only=True, metadata={"description": "Due date"})
    days_overdue = fields.Integer(dump_only=True)
    balance = fields.Decimal(dump_only=True, metadata={"description": "Unpaid part", "example": 1450000})
    currency = AnyCurrency(dump_only=True)
    converted_balance = Amount()


class FiguresQuery(Query):
    """Query of figures: currency of the amounts, and suite whose movements count."""

    currency = AnyCurrency()
    suite = Text(40)


class CashflowQuery(LongListQuery, AmountListQuery):
    """Query of the list of movements."""

    date_from = Day()
    date_to = Day()
    kind = EnumByValue(Kind, type_name="MovementKind", data_key="type")
    category = Repeated()
    nature = Several(Nature)
    client_id = Id()
    project_id = Id()
    supplier_id = Id()
    payment_method = Text(100)
    cash_account_id = Id()
    currency = AnyCurrency()
    suite = Text(40)
    q = Search("description, category, client, supplier and project")


class AnalysisQuery(Query):
    """Query of an analysis: the trailing month, quarter or year."""

    period = EnumByValue(Trailing, type_name="TrailingPeriod", load_default=Trailing.YEAR)
    currency = AnyCurrency()
    suite = Text(40)


class ForecastQuery(FiguresQuery):
    """Query of a forecast: number of months and assumptions."""

    months = Whole(1, 36, load_default=12)
    delay_days = Whole(0, 365, load_default=0)
    extra_monthly_expense = MoneyAmount()
