"""The JSON document of a book: its sections, and the fields of their rows."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

SCHEMA = "control-fresco-personal/1"


class Kind(StrEnum):
    """Form of the values of a field."""

    TEXT = "text"
    TEXTS = "texts"
    DAY = "day"
    INSTANT = "instant"
    """A time of which the document has the day."""
    NUMBER = "number"
    NUMBERS = "numbers"
    WHOLE = "whole"
    WHOLES = "wholes"
    FLAG = "flag"
    CHOICE = "choice"
    JSON = "json"
    REFERENCE = "reference"
    GROUP = "group"
    """A number that rows share which belong together."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row, and the column that has it."""

    name: str
    column: str
    kind: Kind
    required: bool = False
    table: str = ""
    longest: int = 0
    """Characters of a text, or the largest whole number."""
    decimals: int = 0
    most_digits: int = 0
    choices: type[StrEnum] | None = None
    section: str = ""
    """Section whose rows it refers to."""
    encrypted: str | None = None
    """Column of the id that its encrypted value is bound to; None for plain values."""


class Part(NamedTuple):
    """Rows that belong to a row of a section; of one field alone they are its values."""

    name: str
    table: str
    of: str
    """Column of the row that they belong to."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of a kind in the document."""

    name: str
    table: str
    parts: tuple[Part, ...] = ()
    left_out: frozenset[str] = field(default_factory=frozenset)
    """Columns that mean nothing in another book, or follow from others."""
    most: int = 20_000
    """Rows that a document may have."""


ACCOUNTS, CATEGORIES, TRANSACTIONS = "accounts", "categories", "transactions"
VALUATIONS, RECONCILIATIONS, RULES, SAVED_REPORTS = "valuations", "reconciliations", "rules", "saved_reports"
IMPORT_MAPPINGS, RECURRING, TARGETS, GOALS = "import_mappings", "recurring", "targets", "goals"
MOST_TRANSACTIONS = 1_000_000

SECTIONS = (
    Section(
        ACCOUNTS,
        "personal_accounts",
        left_out=frozenset({"account_number_index", "reconciled_through"}),
        most=500,
    ),
    Section(CATEGORIES, "categories", most=2_000),
    Section("payees", "payees"),
    Section("rates", "book_rates"),
    Section(RULES, "rules", most=500),
    Section(
        RECURRING,
        "recurring_transactions",
        (
            Part("splits", "recurring_splits", "recurring_id"),
            Part("occurrences", "recurring_occurrences", "recurring_id"),
        ),
        most=500,
    ),
    Section(
        TRANSACTIONS,
        "transactions",
        (Part("splits", "transaction_splits", "transaction_id"),),
        left_out=frozenset({"is_split", "paid_by", "counterpart_id"}),
        most=MOST_TRANSACTIONS,
    ),
    Section(VALUATIONS, "account_valuations"),
    Section(
        RECONCILIATIONS,
        "reconciliations",
        (Part("transactions", "reconciled_transactions", "reconciliation_id"),),
    ),
    Section(
        "budgets",
        "budgets",
        (
            Part("categories", "budget_categories", "budget_id"),
            Part("accounts", "budget_accounts", "budget_id"),
            Part("amounts", "budget_amounts", "budget_id"),
            Part("alerts_sent", "budget_alerts", "budget_id"),
        ),
        most=200,
    ),
    Section("assignments", "assignments"),
    Section("month_notes", "month_notes"),
    Section(TARGETS, "targets", most=500),
    Section("budget_templates", "budget_templates", (Part("items", "budget_template_items", "template_id"),), most=500),
    Section(
        GOALS,
        "goals",
        (
            Part("contributions", "goal_contributions", "goal_id"),
            Part("reached", "goal_milestones", "goal_id"),
        ),
        most=200,
    ),
    Section(SAVED_REPORTS, "saved_reports"),
    Section(IMPORT_MAPPINGS, "import_mappings"),
)
"""Sections in the order of the document, in which rows refer to those of sections before."""
BY_NAME = {one.name: one for one in SECTIONS}
