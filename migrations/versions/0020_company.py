"""The company: one row of settings, made from the environment of this migration."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    words = postgresql.ARRAY(sa.String(200))
    company = op.create_table(
        "company",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("legal_name", sa.String(200)),
        sa.Column("tax_id", sa.String(50)),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("base_currency", sa.String(40), nullable=False),
        sa.Column("billing_currencies", postgresql.ARRAY(sa.String(3)), nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("logo", sa.BigInteger),
        sa.Column("opening_balance", sa.Numeric(18, 2), nullable=False),
        sa.Column("opening_date", sa.Date),
        sa.Column("tax_rate", sa.Numeric(7, 6), nullable=False),
        sa.Column("marketing_categories", words, nullable=False),
        sa.Column("capital_income_types", words, nullable=False),
        sa.Column("capital_expense_categories", words, nullable=False),
        sa.Column("cashflow_suites", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_only_one")),
        sa.CheckConstraint(r"btrim(name, E' \t\r\n') <> ''", name=op.f("ck_company_name_not_blank")),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_company_country_code")),
        sa.CheckConstraint("base_currency IN ('COP', 'USD')", name=op.f("ck_company_base_currency")),
        sa.CheckConstraint("base_currency = ANY (billing_currencies)", name=op.f("ck_company_bills_in_base_currency")),
        sa.CheckConstraint(
            "opening_balance BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_company_opening_balance_range"),
        ),
        sa.CheckConstraint("tax_rate BETWEEN 0 AND 1", name=op.f("ck_company_tax_rate_range")),
        sa.CheckConstraint(
            "opening_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_company_opening_date_range")
        ),
        sa.ForeignKeyConstraint(
            ["logo"], ["stored_files.id"], name="fk_company_logo_stored_files", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_company"),
    )
    op.create_index("ix_company_logo", "company", ["logo"])
    op.execute("SELECT audit_attach('company')")
    op.bulk_insert(company, [_first_values()])  # recorded by the audit log


def _first_values() -> dict[str, object]:
    config = current_app.config
    billed = ["COP", "USD"]
    credito_alone = "credito" in config["SUITES"] and "fresco" not in config["SUITES"]
    return {
        "id": 1,
        "name": config["COMPANY_NAME"],
        "country": "CO",
        "timezone": config["TIMEZONE"].key,
        "base_currency": config["BASE_CURRENCY"],
        "billing_currencies": billed if config["BASE_CURRENCY"] in billed else [config["BASE_CURRENCY"], *billed],
        "locale": "es-CO",
        "opening_balance": config["OPENING_BALANCE"],
        "tax_rate": config["TAX_RATE"],
        "marketing_categories": list(config["MARKETING_CATEGORIES"]),
        "capital_income_types": ["Aporte de socio", "Préstamo"],
        "capital_expense_categories": ["Abono a préstamo", "Dividendos", "Retiro de socio"],
        "cashflow_suites": ["credito" if credito_alone else "fresco"],
    }


def downgrade() -> None:
    """Take back."""
    op.drop_table("company")
