"""Schemas of reports."""

from marshmallow import Schema, fields

from app.core.cashflow.schemas import (
    Amount,
    BalanceMonthSchema,
    CategorySchema,
    ClientRevenueSchema,
    ComingSchema,
    FiguresQuery,
    InCurrency,
    OverdueItemSchema,
)
from app.kernel.periods import Period
from app.suites.fresco.projects.rules import PaymentType
from app.suites.fresco.reports.rules import Basis, EntryKind, Side, Timeframe
from app.web.fields import AnyCurrency, Day, EnumByValue, Ratio
from app.web.months import DaysOut


class ProfitMonthSchema(Schema):
    """A month's revenue, expenses and profit."""

    month = fields.String(dump_only=True)
    revenue = Amount()
    expenses = Amount()
    financial_result = Amount()
    profit = Amount()


class TrendMonthSchema(ProfitMonthSchema):
    """Month of revenue and expenses, with its margin."""

    margin = Ratio()


class SummarySchema(InCurrency):
    """Revenue, expenses and cash of a span of days."""

    period = DaysOut(dump_only=True)
    monthly_revenue_expenses = fields.List(fields.Nested(ProfitMonthSchema), dump_only=True)
    client_revenue = fields.List(fields.Nested(ClientRevenueSchema), dump_only=True)
    expense_categories = fields.List(fields.Nested(CategorySchema), dump_only=True)
    opening_balance = Amount()
    cash_flow_trend = fields.List(fields.Nested(BalanceMonthSchema), dump_only=True)


class StatementIncomesSchema(Schema):
    """Income by type."""

    total = Amount()
    by_type = fields.Dict(keys=fields.String(), values=Amount(), dump_only=True)


class StatementExpensesSchema(Schema):
    """Expenses by category."""

    total = Amount()
    by_category = fields.Dict(keys=fields.String(), values=Amount(), dump_only=True)


class CapitalSchema(Schema):
    """Capital that came and went: neither revenue nor cost."""

    incomes = fields.Nested(StatementIncomesSchema, dump_only=True)
    expenses = fields.Nested(StatementExpensesSchema, dump_only=True)
    net = Amount(metadata={"description": "What came less what went", "example": 5000000})


class StatementSchema(InCurrency):
    """Income, expenses, taxes and net profit; capital and IVA stand apart."""

    period = DaysOut(dump_only=True)
    basis = EnumByValue(Basis, type_name="AccountingBasis", dump_only=True)
    incomes = fields.Nested(StatementIncomesSchema, dump_only=True)
    expenses = fields.Nested(StatementExpensesSchema, dump_only=True)
    financial_result = Amount()
    gross_profit = Amount()
    taxes = Amount()
    net_profit = Amount()
    withheld = fields.Dict(keys=fields.String(), values=Amount(), dump_only=True)
    tax_to_pay = Amount()
    capital = fields.Nested(CapitalSchema, dump_only=True)
    tax_collected = Amount()
    tax_paid = Amount()


class IndicatorsSchema(InCurrency):
    """Financial indicators of the company."""

    profit_margin = Ratio()
    marketing_roi = Ratio()
    available_cash = Amount()
    monthly_burn_rate = Amount()
    months_covered = Amount(allow_none=True)
    trend_data = fields.List(fields.Nested(TrendMonthSchema), dump_only=True)


class ProfitabilitySchema(Schema):
    """Revenue and costs of a client."""

    client_id = fields.Integer(dump_only=True, allow_none=True)
    client = fields.String(dump_only=True, allow_none=True)
    revenue = Amount()
    expenses = Amount()
    profit = Amount()
    margin = Ratio()


class ComparedClientSchema(Schema):
    """Revenue of a client, compared with the previous period."""

    client_id = fields.Integer(dump_only=True, allow_none=True)
    client = fields.String(dump_only=True, allow_none=True)
    revenue = Amount()
    previous = Amount()
    change = Amount()


class MrrChangesSchema(Schema):
    """Changes of monthly recurring revenue: start + new + expansion - contraction - churn = end."""

    start = Amount()
    new = Amount()
    expansion = Amount()
    contraction = Amount()
    churn = Amount()
    end = Amount()


class ClientReportSchema(InCurrency):
    """Profitability and growth by client, and changes of recurring revenue."""

    period = DaysOut(dump_only=True)
    client_profitability = fields.List(fields.Nested(ProfitabilitySchema), dump_only=True)
    growing_clients = fields.List(fields.Nested(ComparedClientSchema), dump_only=True)
    declining_clients = fields.List(fields.Nested(ComparedClientSchema), dump_only=True)
    mrr_changes = fields.Nested(MrrChangesSchema, dump_only=True)


class AgeingSumsSchema(Schema):
    """Amounts that are owed, by the days since they fell due; credits are not in the total."""

    not_due = Amount()
    days_1_30 = Amount()
    days_31_60 = Amount()
    days_61_90 = Amount()
    over_90 = Amount()
    total = Amount()
    credits = Amount()


class AgeingPartySchema(Schema):
    """A client or supplier."""

    id = fields.Integer(dump_only=True, allow_none=True)
    name = fields.String(dump_only=True)


class AgeingRowSchema(AgeingSumsSchema, AgeingPartySchema):
    """Amounts of one client or supplier; the last row, whose id is null, is of nobody in particular."""


class AgeingSchema(InCurrency):
    """Receivables or payables of today, by party and by the days since they fell due."""

    side = EnumByValue(Side, type_name="OwedSide", dump_only=True)
    date = fields.Date(dump_only=True)
    totals = fields.Nested(AgeingSumsSchema, dump_only=True)
    data = fields.List(
        fields.Nested(AgeingRowSchema),
        dump_only=True,
        metadata={"description": "Parties that owe, or are owed", "heading": "Saldos por edades"},
    )


class AgeingQuery(FiguresQuery):
    """Query of what is owed by age: to the company, or by it."""

    side = EnumByValue(Side, type_name="OwedSide", load_default=Side.RECEIVABLE)


class CashLineSchema(Schema):
    """A cash account; without an id it is the line of all cash that is in none."""

    id = fields.Integer(dump_only=True, allow_none=True)
    name = fields.String(dump_only=True, metadata={"example": "Bancolombia corriente"})
    currency = AnyCurrency(dump_only=True)
    balance = fields.Decimal(dump_only=True, metadata={"description": "Balance of today", "example": 48500000})
    converted_balance = Amount(
        metadata={"description": "Balance in the currency of the answer, at today's rate", "example": 48500000}
    )


class CashSchema(Schema):
    """The company's cash today, and where it is."""

    total = Amount(metadata={"description": "Balance of today", "example": 48500000})
    accounts = fields.List(fields.Nested(CashLineSchema), dump_only=True)


class MonthResultSchema(Schema):
    """Results of one month, each rounded by itself."""

    month = fields.String(dump_only=True)
    income = Amount()
    expenses = Amount()
    financial_result = Amount()
    profit = Amount()


class OwedSchema(Schema):
    """Unpaid amounts, each converted at the rate of its due date; total = overdue + not_due."""

    total = Amount(metadata={"description": "Unpaid amounts, overdue or not", "example": 9250000})
    overdue = Amount()
    not_due = Amount()
    count = fields.Integer(dump_only=True)
    overdue_count = fields.Integer(dump_only=True)


class DashboardTrendSchema(ProfitMonthSchema):
    """A month's revenue, expenses and profit, with the balance at its end."""

    balance = Amount(metadata={"description": "Balance at the end of the month, or of today", "example": 48500000})


class DashboardSchema(InCurrency):
    """Figures of the first page."""

    date = fields.Date(dump_only=True)
    cash = fields.Nested(CashSchema, dump_only=True)
    mrr = Amount()
    this_month = fields.Nested(MonthResultSchema, dump_only=True)
    last_month = fields.Nested(MonthResultSchema, dump_only=True)
    receivable = fields.Nested(OwedSchema, dump_only=True)
    payable = fields.Nested(OwedSchema, dump_only=True)
    coming = fields.Nested(ComingSchema, dump_only=True)
    runway = Amount(allow_none=True)
    trend = fields.List(fields.Nested(DashboardTrendSchema), dump_only=True)
    largest_overdue = fields.List(fields.Nested(OverdueItemSchema), dump_only=True)


class AccountBalanceSchema(Schema):
    """Account of a client in a currency: opening_balance + charges - receipts - credits = closing_balance."""

    currency = fields.String(dump_only=True)
    opening_balance = Amount(metadata={"description": "Debt of the client before the first day", "example": 1250000})
    charges = Amount()
    receipts = Amount()
    credits = Amount(
        metadata={"description": "Increase of the client's credit: paid beyond what was owed, less used and given back"}
    )
    closing_balance = Amount(
        metadata={"description": "Debt after the last day; negative where the client has a credit", "example": 980000}
    )


class AccountEntrySchema(Schema):
    """A payment that fell due, a receipt of one, or a refund of a credit."""

    currency = fields.String(dump_only=True)
    date = fields.Date(dump_only=True)
    kind = EnumByValue(EntryKind, type_name="AccountEntryKind", dump_only=True)
    charge = Amount()
    receipt = Amount(metadata={"description": "Part of payments that was settled by it", "example": 450000})
    credit = Amount()
    balance = Amount(metadata={"description": "Debt in this currency after the entry", "example": 980000})
    withheld = Amount(metadata={"description": "Part of the receipt that the client withheld as taxes", "example": 0})
    payment_id = fields.Integer(dump_only=True, allow_none=True)
    receipt_id = fields.Integer(dump_only=True, allow_none=True)
    project_name = fields.String(dump_only=True, allow_none=True)
    type = EnumByValue(PaymentType, dump_only=True, allow_none=True)
    installment_number = fields.Integer(dump_only=True, allow_none=True)
    invoice_number = fields.String(dump_only=True, allow_none=True)
    payment_method = fields.String(dump_only=True, allow_none=True)
    reference = fields.String(dump_only=True, allow_none=True)


class LaterChargesSchema(Schema):
    """Unpaid payments that fall due after the last day."""

    currency = fields.String(dump_only=True)
    total = Amount(metadata={"description": "Sum of their balances", "example": 450000})
    payments = fields.Integer(dump_only=True, metadata={"description": "Number of them", "example": 2})


class ClientAccountSchema(Schema):
    """Statement of a client's account, by currency; nothing is converted."""

    client_id = fields.Integer(dump_only=True)
    client = fields.String(dump_only=True)
    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    balances = fields.List(fields.Nested(AccountBalanceSchema), dump_only=True)
    entries = fields.List(fields.Nested(AccountEntrySchema), dump_only=True)
    coming = fields.List(
        fields.Nested(LaterChargesSchema),
        dump_only=True,
        metadata={
            "description": "Unpaid payments that fall due after the last day, by currency",
            "heading": "Por vencer después",
        },
    )


class AccountQuery(Schema):
    """Query of a client's statement: days, by default the last 12 months up to today."""

    date_from = Day()
    date_to = Day()


class SummaryQuery(FiguresQuery):
    """Query of the summary: two dates, or a current period; by default the last 12 months."""

    date_from = Day()
    date_to = Day()
    period = EnumByValue(Period, type_name="ReportPeriod")


class StatementQuery(FiguresQuery):
    """Query of the statement: days (by default the current year) and basis."""

    date_from = Day()
    date_to = Day()
    basis = EnumByValue(Basis, type_name="AccountingBasis", load_default=Basis.CASH)


class ClientsQuery(FiguresQuery):
    """Query of the report on clients."""

    timeframe = EnumByValue(Timeframe, load_default=Timeframe.YEAR)
