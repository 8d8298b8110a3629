"""Goals."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

TABLES = ("goal_milestones", "goal_contributions", "goals")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "goals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("target_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=True),
        sa.Column("goal_type", sa.String(40), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("tracking", sa.String(40), server_default="contributions", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("start_amount", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("milestones", sa.ARRAY(sa.SmallInteger()), server_default="{25,50,75,100}", nullable=False),
        sa.Column("is_achieved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("auto_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("auto_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("auto_round_up", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("auto_frequency", sa.String(40), nullable=True),
        sa.Column("auto_account_id", sa.BigInteger(), nullable=True),
        sa.Column("auto_start", sa.Date(), nullable=True),
        sa.Column("auto_next", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "CASE tracking WHEN 'account' THEN account_id IS NOT NULL WHEN 'debt' THEN account_id IS NOT NULL ELSE true END",
            name=op.f("ck_goals_tracked_account"),
        ),
        sa.CheckConstraint(
            "auto_frequency IN ('daily', 'weekly', 'biweekly', 'semimonthly', 'monthly', 'quarterly', 'semiannual', 'yearly')",
            name=op.f("ck_goals_auto_frequency"),
        ),
        sa.CheckConstraint("auto_next BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_goals_auto_next_range")),
        sa.CheckConstraint("auto_start BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_goals_auto_start_range")),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_goals_name_not_blank")),
        sa.CheckConstraint("goal_type IN ('savings', 'debt', 'investment')", name=op.f("ck_goals_goal_type")),
        sa.CheckConstraint("start_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_goals_start_date_range")),
        sa.CheckConstraint(
            "target_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_goals_target_date_range")
        ),
        sa.CheckConstraint(
            "tracking IN ('contributions', 'account', 'category', 'debt')", name=op.f("ck_goals_tracking")
        ),
        sa.CheckConstraint("(auto_frequency IS NULL) = (auto_start IS NULL)", name=op.f("ck_goals_auto_has_start")),
        sa.CheckConstraint("auto_amount > 0 AND auto_amount < 10000000000", name=op.f("ck_goals_auto_amount_positive")),
        sa.CheckConstraint("auto_percent > 0 AND auto_percent <= 100", name=op.f("ck_goals_auto_percent_range")),
        sa.CheckConstraint(
            "auto_round_up > 0 AND auto_round_up < 10000000000", name=op.f("ck_goals_auto_round_up_positive")
        ),
        sa.CheckConstraint("cardinality(milestones) <= 20", name=op.f("ck_goals_milestones_number")),
        sa.CheckConstraint("char_length(description) <= 10000", name=op.f("ck_goals_description_length")),
        sa.CheckConstraint(
            "num_nonnulls(auto_amount, auto_percent, auto_round_up) = num_nonnulls(auto_frequency)",
            name=op.f("ck_goals_auto_one_way"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_goals_currency_code")),
        sa.CheckConstraint("priority BETWEEN 1 AND 99", name=op.f("ck_goals_priority_range")),
        sa.CheckConstraint(
            "start_amount > -100000000000000 AND start_amount < 100000000000000",
            name=op.f("ck_goals_start_amount_bounded"),
        ),
        sa.CheckConstraint(
            "target_amount > 0 AND target_amount < 10000000000", name=op.f("ck_goals_target_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_goals_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["auto_account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_goals_auto_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_goals_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_goals_category_id_categories"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_goals_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    op.create_index("ix_goals_account_id", "goals", ["account_id"], unique=False)
    op.create_index("ix_goals_auto_account_id", "goals", ["auto_account_id"], unique=False)
    op.create_index("ix_goals_category_id", "goals", ["category_id"], unique=False)
    op.create_index("ix_goals_priority", "goals", ["book_id", "priority", "id"], unique=False)
    op.create_table(
        "goal_milestones",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("milestone", sa.SmallInteger(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("milestone BETWEEN 1 AND 1000", name=op.f("ck_goal_milestones_milestone_range")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_goal_milestones_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals.id"], name=op.f("fk_goal_milestones_goal_id_goals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_milestones")),
        sa.UniqueConstraint("goal_id", "milestone", name="uq_goal_milestones_milestone"),
    )
    op.create_table(
        "goal_contributions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("goal_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("contribution_date", sa.Date(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("automatic_day", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "automatic_day BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_goal_contributions_automatic_day_range"),
        ),
        sa.CheckConstraint(
            "contribution_date BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_goal_contributions_contribution_date_range"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_goal_contributions_amount_not_zero")),
        sa.CheckConstraint(
            "amount > -100000000000000 AND amount < 100000000000000", name=op.f("ck_goal_contributions_amount_bounded")
        ),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_goal_contributions_notes_length")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_goal_contributions_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_goal_contributions_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals.id"], name=op.f("fk_goal_contributions_goal_id_goals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_goal_contributions_transaction_id_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_contributions")),
        sa.UniqueConstraint("goal_id", "automatic_day", name="uq_goal_contributions_automatic_day"),
    )
    op.create_index(
        "ix_goal_contributions_goal_id", "goal_contributions", ["goal_id", "contribution_date"], unique=False
    )
    op.create_index("ix_goal_contributions_transaction_id", "goal_contributions", ["transaction_id"], unique=False)
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_goal_contributions_transaction_id", table_name="goal_contributions")
    op.drop_index("ix_goal_contributions_goal_id", table_name="goal_contributions")
    op.drop_table("goal_contributions")
    op.drop_table("goal_milestones")
    op.drop_index("ix_goals_priority", table_name="goals")
    op.drop_index("ix_goals_category_id", table_name="goals")
    op.drop_index("ix_goals_auto_account_id", table_name="goals")
    op.drop_index("ix_goals_account_id", table_name="goals")
    op.drop_table("goals")
