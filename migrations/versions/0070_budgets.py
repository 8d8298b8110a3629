"""Budgets, envelopes, targets and templates of people's books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

TABLES = (
    "targets",
    "budget_template_items",
    "budget_categories",
    "budget_amounts",
    "budget_alerts",
    "budget_accounts",
    "assignments",
    "month_notes",
    "budgets",
    "budget_templates",
)


def upgrade() -> None:
    """Apply."""
    _budget_templates()
    _budgets()
    _month_notes()
    _assignments()
    _budget_accounts()
    _budget_alerts()
    _budget_amounts()
    _budget_categories()
    _budget_template_items()
    _targets()
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)


def _budget_templates() -> None:
    op.create_table(
        "budget_templates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_budget_templates_name_not_blank")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_budget_templates_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_budget_templates_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_templates")),
    )
    op.create_index("ix_budget_templates_book_id", "budget_templates", ["book_id", "id"], unique=False)


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("alert_threshold", sa.Numeric(precision=5, scale=3), nullable=False),
        sa.Column("alerts", postgresql.ARRAY(sa.Numeric(precision=5, scale=3)), nullable=False),
        sa.Column("rollover", sa.String(40), nullable=False),
        sa.Column("rollover_cap", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("no_categories", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_budgets_currency_code")),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_budgets_name_not_blank")),
        sa.CheckConstraint("end_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_budgets_end_date_range")),
        sa.CheckConstraint(
            "period IN ('daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'once')", name=op.f("ck_budgets_period")
        ),
        sa.CheckConstraint("rollover IN ('none', 'surplus', 'deficit', 'both')", name=op.f("ck_budgets_rollover")),
        sa.CheckConstraint(
            "start_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_budgets_start_date_range")
        ),
        sa.CheckConstraint("NOT (no_categories AND is_active)", name=op.f("ck_budgets_active_has_categories")),
        sa.CheckConstraint(
            "alert_threshold > 0 AND alert_threshold <= 10", name=op.f("ck_budgets_alert_threshold_range")
        ),
        sa.CheckConstraint("cardinality(alerts) <= 10", name=op.f("ck_budgets_alerts_number")),
        sa.CheckConstraint("cardinality(tags) <= 10", name=op.f("ck_budgets_tags_number")),
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_budgets_end_after_start")),
        sa.CheckConstraint(
            "rollover_cap > 0 AND rollover_cap < 10000000000", name=op.f("ck_budgets_rollover_cap_positive")
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_budgets_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_budgets_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
    )
    op.create_index("ix_budgets_book_id", "budgets", ["book_id", "id"], unique=False)


def _month_notes() -> None:
    op.create_table(
        "month_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("held", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_month_notes_currency_code")),
        sa.CheckConstraint("month BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_month_notes_month_range")),
        sa.CheckConstraint("char_length(note) <= 10000", name=op.f("ck_month_notes_note_length")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_month_notes_month_first_day")),
        sa.CheckConstraint("held >= 0 AND held < 10000000000", name=op.f("ck_month_notes_held_range")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_month_notes_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_notes")),
        sa.UniqueConstraint("book_id", "month", name="uq_month_notes_month"),
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_assignments_currency_code")),
        sa.CheckConstraint("month BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_assignments_month_range")),
        sa.CheckConstraint(
            "amount > -100000000000000 AND amount < 100000000000000", name=op.f("ck_assignments_amount_bounded")
        ),
        sa.CheckConstraint("category_id IS NULL OR account_id IS NULL", name=op.f("ck_assignments_one_side")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_assignments_month_first_day")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_assignments_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_assignments_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_assignments_category_id_categories"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index("ix_assignments_account_id", "assignments", ["account_id"], unique=False)
    op.create_index("ix_assignments_category_id", "assignments", ["category_id"], unique=False)
    op.create_index(
        "uq_assignments_month",
        "assignments",
        [
            "book_id",
            "month",
            sa.literal_column("coalesce(category_id, 0)"),
            sa.literal_column("coalesce(account_id, 0)"),
        ],
        unique=True,
    )


def _budget_accounts() -> None:
    op.create_table(
        "budget_accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_budget_accounts_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_budget_accounts_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["budget_id"], ["budgets.id"], name=op.f("fk_budget_accounts_budget_id_budgets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_accounts")),
        sa.UniqueConstraint("budget_id", "account_id", name="uq_budget_accounts_account_id"),
    )
    op.create_index("ix_budget_accounts_account_id", "budget_accounts", ["account_id"], unique=False)
    op.create_index("ix_budget_accounts_book_id", "budget_accounts", ["book_id", "budget_id"], unique=False)


def _budget_alerts() -> None:
    op.create_table(
        "budget_alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("level", sa.Numeric(precision=5, scale=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "period_start BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_budget_alerts_period_start_range")
        ),
        sa.CheckConstraint("level > 0 AND level <= 10", name=op.f("ck_budget_alerts_level_range")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_budget_alerts_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["budget_id"], ["budgets.id"], name=op.f("fk_budget_alerts_budget_id_budgets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_alerts")),
        sa.UniqueConstraint("budget_id", "period_start", "level", name="uq_budget_alerts_level"),
    )
    op.create_index("ix_budget_alerts_book_id", "budget_alerts", ["book_id", "period_start"], unique=False)


def _budget_amounts() -> None:
    op.create_table(
        "budget_amounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("from_period_start", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.CheckConstraint(
            "from_period_start BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_budget_amounts_from_period_start_range"),
        ),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_budget_amounts_amount_positive")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_budget_amounts_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["budget_id"], ["budgets.id"], name=op.f("fk_budget_amounts_budget_id_budgets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_amounts")),
        sa.UniqueConstraint("budget_id", "from_period_start", name="uq_budget_amounts_from_period_start"),
    )
    op.create_index("ix_budget_amounts_book_id", "budget_amounts", ["book_id", "budget_id"], unique=False)


def _budget_categories() -> None:
    op.create_table(
        "budget_categories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_budget_categories_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["budget_id"], ["budgets.id"], name=op.f("fk_budget_categories_budget_id_budgets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_budget_categories_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_categories")),
        sa.UniqueConstraint("budget_id", "category_id", name="uq_budget_categories_category_id"),
    )
    op.create_index("ix_budget_categories_book_id", "budget_categories", ["book_id", "budget_id"], unique=False)
    op.create_index("ix_budget_categories_category_id", "budget_categories", ["category_id"], unique=False)


def _budget_template_items() -> None:
    op.create_table(
        "budget_template_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.CheckConstraint(
            "(amount IS NULL) <> (percent IS NULL)", name=op.f("ck_budget_template_items_amount_or_percent")
        ),
        sa.CheckConstraint(
            "amount > 0 AND amount < 10000000000", name=op.f("ck_budget_template_items_amount_positive")
        ),
        sa.CheckConstraint("percent > 0 AND percent <= 100", name=op.f("ck_budget_template_items_percent_range")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_budget_template_items_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_budget_template_items_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["budget_templates.id"],
            name=op.f("fk_budget_template_items_template_id_budget_templates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_template_items")),
        sa.UniqueConstraint("template_id", "category_id", name="uq_budget_template_items_category_id"),
    )
    op.create_index("ix_budget_template_items_category_id", "budget_template_items", ["category_id"], unique=False)


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("cap", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("cap_period", sa.String(40), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("starting", sa.Date(), nullable=True),
        sa.Column("by_month", sa.Date(), nullable=True),
        sa.Column("repeat", sa.SmallInteger(), nullable=True),
        sa.Column("spend_from", sa.Date(), nullable=True),
        sa.Column("frequency", sa.String(40), nullable=True),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("percent", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("percent_of", sa.String(40), nullable=True),
        sa.Column("of_category_id", sa.BigInteger(), nullable=True),
        sa.Column("recurring_id", sa.BigInteger(), nullable=True),
        sa.Column("is_full", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("adjust_percent", sa.Numeric(precision=7, scale=2), server_default="0", nullable=False),
        sa.Column("adjust_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column("weight", sa.Numeric(precision=9, scale=3), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("by_month BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_targets_by_month_range")),
        sa.CheckConstraint("cap_period IN ('day', 'week')", name=op.f("ck_targets_cap_period")),
        sa.CheckConstraint(
            "frequency IN ('daily', 'weekly', 'biweekly', 'semimonthly', 'monthly', 'quarterly', 'semiannual', 'yearly')",
            name=op.f("ck_targets_frequency"),
        ),
        sa.CheckConstraint("percent_of IN ('income', 'available', 'last_month')", name=op.f("ck_targets_percent_of")),
        sa.CheckConstraint(
            "spend_from BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_targets_spend_from_range")
        ),
        sa.CheckConstraint("starting BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_targets_starting_range")),
        sa.CheckConstraint(
            "type IN ('monthly', 'refill', 'by', 'spend', 'periodic', 'percent', 'recurring', 'average', 'copy', 'remainder', 'source')",
            name=op.f("ck_targets_type"),
        ),
        sa.CheckConstraint(
            "adjust_amount > -100000000000000 AND adjust_amount < 100000000000000",
            name=op.f("ck_targets_adjust_amount_bounded"),
        ),
        sa.CheckConstraint("adjust_percent BETWEEN -100 AND 10000", name=op.f("ck_targets_adjust_percent_range")),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_targets_amount_positive")),
        sa.CheckConstraint("cap > 0 AND cap < 10000000000", name=op.f("ck_targets_cap_positive")),
        sa.CheckConstraint("step BETWEEN 1 AND 1000", name=op.f("ck_targets_step_range")),
        sa.CheckConstraint("months BETWEEN 1 AND 120", name=op.f("ck_targets_months_range")),
        sa.CheckConstraint("percent > 0 AND percent <= 10000", name=op.f("ck_targets_percent_range")),
        sa.CheckConstraint("percent_of IS NULL OR of_category_id IS NULL", name=op.f("ck_targets_one_of")),
        sa.CheckConstraint("priority BETWEEN 0 AND 99", name=op.f("ck_targets_priority_range")),
        sa.CheckConstraint("repeat BETWEEN 1 AND 1200", name=op.f("ck_targets_repeat_range")),
        sa.CheckConstraint("weight > 0 AND weight <= 100000", name=op.f("ck_targets_weight_range")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_targets_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_targets_category_id_categories"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_targets_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["of_category_id"],
            ["categories.id"],
            name=op.f("fk_targets_of_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recurring_id"],
            ["recurring_transactions.id"],
            name=op.f("fk_targets_recurring_id_recurring_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
    )
    op.create_index("ix_targets_book_id", "targets", ["book_id", "id"], unique=False)
    op.create_index("ix_targets_category_id", "targets", ["category_id"], unique=False)
    op.create_index("ix_targets_of_category_id", "targets", ["of_category_id"], unique=False)
    op.create_index("ix_targets_recurring_id", "targets", ["recurring_id"], unique=False)
