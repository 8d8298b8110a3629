"""An insight: something about the money of a book, said with its figures."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.kernel.money import Currency
from app.suites.personal.insights.rules.wording import Said

Fact = str | int | bool | Decimal | date | None | list[int] | list[Decimal]
Evidence = Mapping[str, Fact]


class InsightCode(StrEnum):
    """Code of an insight."""

    SPENDING_UP = "spending_up"
    SPENDING_DOWN = "spending_down"
    UNUSUAL_TRANSACTION = "unusual_transaction"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    SUBSCRIPTION_FOUND = "subscription_found"
    PRICE_INCREASE = "price_increase"
    SUBSCRIPTION_MISSED = "subscription_missed"
    SHORTFALL_AHEAD = "shortfall_ahead"
    BUDGET_PACE = "budget_pace"
    BUDGET_EXCEEDED = "budget_exceeded"
    GOAL_BEHIND = "goal_behind"
    GOAL_REACHED = "goal_reached"
    SAVINGS_RATE_LOW = "savings_rate_low"
    SAVINGS_RATE_UP = "savings_rate_up"
    EMERGENCY_FUND = "emergency_fund"
    FEES_PAID = "fees_paid"
    IDLE_CASH = "idle_cash"
    DEBT_INTEREST = "debt_interest"
    UNCATEGORISED = "uncategorised"
    INCOME_IRREGULAR = "income_irregular"
    INSUFFICIENT_HISTORY = "insufficient_history"


class Severity(StrEnum):
    """Severity of an insight: worth knowing, worth a look, or urgent."""

    INFO = "info"
    WARNING = "warning"
    ALERT = "alert"


class Action(StrEnum):
    """Thing to look at because of an insight; its ids are in the evidence."""

    TRANSACTION = "see_transaction"
    CATEGORY = "see_category"
    SUBSCRIPTION = "see_subscription"
    CONFIRM = "confirm_subscription"
    BUDGET = "see_budget"
    GOAL = "see_goal"
    ACCOUNT = "see_account"
    FORECAST = "see_forecast"
    CATEGORISE = "categorise"
    SUMMARY = "see_summary"


class Insight(NamedTuple):
    """Something about the money of a book, known again by its code, subject and period."""

    code: InsightCode
    severity: Severity
    subject: str
    """Key of the row, category or series that it is about; empty for the whole book."""
    period: str
    """Month, or first day of a period; empty for what holds once."""
    title: Said
    detail: Said
    amount: Decimal | None
    currency: Currency
    evidence: Evidence
    action: Action | None
