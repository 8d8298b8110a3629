"""Insights and subscriptions of people's books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

TABLES = ("insight_states", "insights", "subscriptions")
ACTIONS = (
    "see_transaction",
    "see_category",
    "see_subscription",
    "confirm_subscription",
    "see_budget",
    "see_goal",
    "see_account",
    "see_forecast",
    "categorise",
    "see_summary",
)
CODES = (
    "spending_up",
    "spending_down",
    "unusual_transaction",
    "possible_duplicate",
    "subscription_found",
    "price_increase",
    "subscription_missed",
    "shortfall_ahead",
    "budget_pace",
    "budget_exceeded",
    "goal_behind",
    "goal_reached",
    "savings_rate_low",
    "savings_rate_up",
    "emergency_fund",
    "fees_paid",
    "idle_cash",
    "debt_interest",
    "uncategorised",
    "income_irregular",
    "insufficient_history",
)
FREQUENCIES = (
    "daily",
    "weekly",
    "biweekly",
    "semimonthly",
    "monthly",
    "quarterly",
    "semiannual",
    "yearly",
)


def upgrade() -> None:
    """Apply."""
    exempt_from_audit(*TABLES)  # the program finds them anew; what people answer is an event
    _states()
    _insights()
    _subscriptions()
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    for table in reversed(TABLES):
        op.drop_table(table)
    end_audit_exemption(*TABLES)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _states() -> None:
    op.create_table(
        "insight_states",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("book_version", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("day BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_insight_states_day_range")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_insight_states_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_states")),
        sa.UniqueConstraint("book_id", name="uq_insight_states_book_id"),
    )


def _insights() -> None:
    op.create_table(
        "insights",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("severity", sa.String(40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("action", sa.String(40), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_insights_currency_code")),
        sa.CheckConstraint(_one_of("action", ACTIONS), name=op.f("ck_insights_action")),
        sa.CheckConstraint("btrim(title, E' \\t\\r\\n') <> ''", name=op.f("ck_insights_title_not_blank")),
        sa.CheckConstraint(_one_of("code", CODES), name=op.f("ck_insights_code")),
        sa.CheckConstraint("found_on BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_insights_found_on_range")),
        sa.CheckConstraint("jsonb_typeof(evidence) = 'object'", name=op.f("ck_insights_evidence_object")),
        sa.CheckConstraint("severity IN ('info', 'warning', 'alert')", name=op.f("ck_insights_severity")),
        sa.CheckConstraint(
            "amount > -100000000000000 AND amount < 100000000000000", name=op.f("ck_insights_amount_bounded")
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_insights_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insights")),
        sa.UniqueConstraint("book_id", "code", "subject", "period", name="uq_insights_key"),
    )
    op.create_index("ix_insights_found_on", "insights", ["book_id", "found_on"], unique=False)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.String(length=100), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("payee_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("is_possible", sa.Boolean(), nullable=False),
        sa.Column("frequency", sa.String(40), nullable=False),
        sa.Column("interval", sa.SmallInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("min_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("max_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("yearly_cost", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("charges", sa.Integer(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("next_date", sa.Date(), nullable=True),
        sa.Column(
            "price_history", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("last_transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("recurring_id", sa.BigInteger(), nullable=True),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_subscriptions_currency_code")),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_subscriptions_name_not_blank")),
        sa.CheckConstraint(
            "first_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_subscriptions_first_date_range")
        ),
        sa.CheckConstraint(_one_of("frequency", FREQUENCIES), name=op.f("ck_subscriptions_frequency")),
        sa.CheckConstraint("jsonb_typeof(price_history) = 'array'", name=op.f("ck_subscriptions_price_history_array")),
        sa.CheckConstraint("kind IN ('subscription', 'bill')", name=op.f("ck_subscriptions_kind")),
        sa.CheckConstraint(
            "last_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_subscriptions_last_date_range")
        ),
        sa.CheckConstraint(
            "next_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_subscriptions_next_date_range")
        ),
        sa.CheckConstraint("status IN ('active', 'missed', 'cancelled')", name=op.f("ck_subscriptions_status")),
        sa.CheckConstraint("NOT (is_confirmed AND is_dismissed)", name=op.f("ck_subscriptions_one_answer")),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_subscriptions_amount_positive")),
        sa.CheckConstraint("charges > 0 AND part > 0 AND interval > 0", name=op.f("ck_subscriptions_numbers_positive")),
        sa.CheckConstraint(
            "max_amount > -100000000000000 AND max_amount < 100000000000000",
            name=op.f("ck_subscriptions_max_amount_bounded"),
        ),
        sa.CheckConstraint("min_amount > 0 AND min_amount <= max_amount", name=op.f("ck_subscriptions_amounts_order")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_subscriptions_account_id_personal_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_subscriptions_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_subscriptions_category_id_categories"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["payees.id"], name=op.f("fk_subscriptions_payee_id_payees"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recurring_id"],
            ["recurring_transactions.id"],
            name=op.f("fk_subscriptions_recurring_id_recurring_transactions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("book_id", "account_id", "payee", "part", name="uq_subscriptions_key"),
    )
    op.create_index("ix_subscriptions_account_id", "subscriptions", ["account_id"], unique=False)
    op.create_index("ix_subscriptions_category_id", "subscriptions", ["category_id"], unique=False)
    op.create_index("ix_subscriptions_payee_id", "subscriptions", ["payee_id"], unique=False)
    op.create_index("ix_subscriptions_recurring_id", "subscriptions", ["recurring_id"], unique=False)
