"""Books of account with their accounts and cost centres, and the functions by which triggers refuse."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

HELPERS = """
-- Refuses what no constraint can express. The state tells the program that the constraint's name is a code of ours.
CREATE FUNCTION refuse(code text, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE integrity_constraint_violation USING CONSTRAINT = code, MESSAGE = message;
END
$$;

CREATE FUNCTION month_of(day date) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT day - (extract(day FROM day)::int - 1)
$$
"""
APP_UPDATES = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE UPDATE ON books FROM control_fresco_app;
        GRANT UPDATE (name, base_currency, cost_center_required, updated_at, version) ON books TO control_fresco_app;
    END IF;
END
$$
"""
TABLES = ("cost_centers", "accounts", "books")


def upgrade() -> None:
    """Apply."""
    op.execute(HELPERS)
    _books()
    _accounts()
    _cost_centers()
    op.execute(APP_UPDATES)


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION month_of(date)")
    op.execute("DROP FUNCTION refuse(text, text)")


def _books() -> None:
    op.create_table(
        "books",
        _id(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("base_currency", sa.String(3), nullable=False),
        sa.Column("cost_center_required", sa.Boolean, nullable=False, server_default=sa.false()),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_books"),
        sa.UniqueConstraint("code", name="uq_books_code"),
        _check("books", "kind", "kind IN ('personal', 'company')"),
        _check("books", "company_has_code", "(kind = 'company') = (code IS NOT NULL)"),
        _check("books", "code_word", "code ~ '^[a-z][a-z0-9_-]*$'"),
        _not_blank("books", "name"),
        _check("books", "base_currency_code", "base_currency ~ '^[A-Z]{3}$'"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        _id(),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("parent_id", sa.BigInteger),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("currency", sa.String(3)),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("postable", sa.Boolean, nullable=False, server_default=sa.true()),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("id", "book_id", "kind", name="uq_accounts_kind"),
        sa.UniqueConstraint("book_id", "code", name="uq_accounts_code"),
        _key("accounts", ["book_id"], "books", ["id"]),
        _key("accounts", ["parent_id", "book_id", "kind"], "accounts", ["id", "book_id", "kind"]),
        _check("accounts", "kind", "kind IN ('asset', 'liability', 'equity', 'income', 'expense')"),
        _check("accounts", "parent_other", "parent_id <> id"),
        _not_blank("accounts", "code"),
        _not_blank("accounts", "name"),
        _check("accounts", "currency_code", "currency ~ '^[A-Z]{3}$'"),
    )
    op.create_index("ix_accounts_parent_id", "accounts", ["parent_id"])


def _cost_centers() -> None:
    op.create_table(
        "cost_centers",
        _id(),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_cost_centers"),
        sa.UniqueConstraint("book_id", "code", name="uq_cost_centers_code"),
        _key("cost_centers", ["book_id"], "books", ["id"]),
        _not_blank("cost_centers", "code"),
        _not_blank("cost_centers", "name"),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _versioned() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    )


def _key(table: str, columns: list[str], referred: str, keys: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        columns,
        [f"{referred}.{key}" for key in keys],
        name=f"fk_{table}_{'_'.join(columns)}_{referred}",
        ondelete="RESTRICT",
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _not_blank(table: str, column: str) -> sa.CheckConstraint:
    return _check(table, f"{column}_not_blank", f"btrim({column}, E' \\t\\r\\n') <> ''")
