"""Exchange rates."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "exchange_rates",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("base", sa.String(40), nullable=False),
        sa.Column("quote", sa.String(40), nullable=False),
        sa.Column("rate", sa.Numeric(18, 6), nullable=False),
        sa.Column("source", sa.String(50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("base = 'USD' AND quote = 'COP'", name=op.f("ck_exchange_rates_usd_in_cop")),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_exchange_rates_date_range")),
        sa.CheckConstraint("rate > 0 AND rate < 1000000000000", name=op.f("ck_exchange_rates_rate_positive")),
        sa.CheckConstraint("base IN ('COP', 'USD')", name=op.f("ck_exchange_rates_base")),
        sa.CheckConstraint("quote IN ('COP', 'USD')", name=op.f("ck_exchange_rates_quote")),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
        sa.UniqueConstraint("date", "base", "quote", name="uq_exchange_rates_day"),
    )
    op.execute("SELECT audit_attach('exchange_rates')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("exchange_rates")
