"""Books of people and households: who is in them, who was invited, and what people prefer."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

# Before a transaction has entered books, somebody has to say which: the two functions that see what it does not.
DOORS = """
CREATE FUNCTION books_of_person(person bigint) RETURNS TABLE (
    book_id bigint, role text, name text, currency text, timezone text, locale text, week_start int,
    month_start_day int, budget_method text, card_handling text, created_by bigint,
    created_at timestamptz, updated_at timestamptz, version bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id, m.role, b.name, b.base_currency, p.timezone, p.locale, p.week_start, p.month_start_day,
           p.budget_method, p.card_handling, p.created_by, p.created_at, p.updated_at, p.version
    FROM book_members m JOIN personal_books p ON p.id = m.book_id JOIN books b ON b.id = p.id
    WHERE m.user_id = person ORDER BY m.id
$$;

CREATE FUNCTION book_invitation_by(hash text) RETURNS TABLE (id bigint, book_id bigint, email text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT i.id, i.book_id, i.email, i.role FROM book_invitations i
    WHERE i.token_hash = hash AND i.expires_at > statement_timestamp()
$$
"""

# Who leaves is named by nothing in the book any more, in whatever table that has a wall.
FORGET = """
CREATE FUNCTION book_members_forget() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT attrelid::regclass AS walled, wall.book_column
        FROM pg_attribute, LATERAL book_wall(attrelid) wall
        WHERE attname = 'created_by' AND NOT attisdropped AND attrelid IN (SELECT polrelid FROM pg_policy)
        ORDER BY attrelid::regclass::text
    LOOP
        EXECUTE format('UPDATE %s SET created_by = NULL WHERE %I = $1 AND created_by = $2', made.walled,
                       made.book_column) USING OLD.book_id, OLD.user_id;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER book_members_forget AFTER DELETE ON book_members FOR EACH ROW EXECUTE FUNCTION book_members_forget()
"""
OF_PERSON = """
ALTER TABLE personal_preferences ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON personal_preferences USING ((SELECT every_book()) OR user_id = (SELECT my_person()))
"""
PERSONAL = "(SELECT id FROM books WHERE kind = 'personal')"
TABLES = ("book_invitations", "book_members", "personal_books", "personal_preferences")


def upgrade() -> None:
    """Apply."""
    _personal_books()
    _members()
    _invitations()
    _preferences()
    op.execute("SELECT book_wall_attach('personal_books', 'id')")
    op.execute("SELECT book_wall_attach('book_members'), book_wall_attach('book_invitations')")
    op.execute(OF_PERSON)
    op.execute(DOORS)
    op.execute(FORGET)


def downgrade() -> None:
    """Take back; the books of people go with all that is in them."""
    for function in ("books_of_person(bigint)", "book_invitation_by(text)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP FUNCTION book_members_forget() CASCADE")
    for table in TABLES:
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant
        op.drop_table(table)
    for table in ("lines", "entries", "accounts", "cost_centers", "account_day_sums", "account_span_sums"):
        op.execute(f"DELETE FROM {table} WHERE book_id IN {PERSONAL}")  # noqa: S608 - constants
    op.execute("DELETE FROM books WHERE kind = 'personal'")


def _personal_books() -> None:
    op.create_table(
        "personal_books",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(35)),
        *_calendar("personal_books"),
        sa.Column("created_by", sa.BigInteger),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_personal_books"),
        sa.ForeignKeyConstraint(["id"], ["books.id"], name="fk_personal_books_id_books", ondelete="RESTRICT"),
        _user("personal_books", "created_by", "SET NULL"),
    )


def _members() -> None:
    op.create_table(
        "book_members",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_book_members"),
        _book("book_members"),
        _user("book_members", "user_id", "RESTRICT"),
        sa.UniqueConstraint("book_id", "user_id", name="uq_book_members_book_id_user_id"),
        _check("book_members", "role", "role IN ('owner', 'editor', 'viewer')"),
    )
    op.create_index("ix_book_members_user_id", "book_members", ["user_id", "id"])


def _invitations() -> None:
    op.create_table(
        "book_invitations",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, comment="not audited"),
        sa.Column("created_by", sa.BigInteger),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_book_invitations"),
        _book("book_invitations"),
        _user("book_invitations", "created_by", "SET NULL"),
        sa.UniqueConstraint("token_hash", name="uq_book_invitations_token_hash"),
        _check("book_invitations", "role", "role IN ('owner', 'editor', 'viewer')"),
    )
    op.create_index("uq_book_invitations_email", "book_invitations", ["book_id", sa.text("lower(email)")], unique=True)


def _preferences() -> None:
    op.create_table(
        "personal_preferences",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(35)),
        sa.Column("monthly_income", sa.Numeric(18, 4), comment="not audited"),
        *_calendar("personal_preferences"),
        *_versioned(),
        sa.PrimaryKeyConstraint("id", name="pk_personal_preferences"),
        _user("personal_preferences", "user_id", "CASCADE"),
        sa.UniqueConstraint("user_id", name="uq_personal_preferences_user_id"),
        _check("personal_preferences", "currency_code", "currency ~ '^[A-Z]{3}$'"),
        _check(
            "personal_preferences",
            "monthly_income_range",
            "monthly_income >= 0 AND monthly_income < 10000000000",
        ),
    )


def _calendar(table: str) -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    return (
        sa.Column("week_start", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("month_start_day", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("budget_method", sa.String(40), server_default="limits", nullable=False),
        sa.Column("card_handling", sa.String(40), server_default="payment", nullable=False),
        _check(table, "week_start_range", "week_start BETWEEN 1 AND 7"),
        _check(table, "month_start_day_range", "month_start_day BETWEEN 1 AND 28"),
        _check(table, "budget_method", "budget_method IN ('limits', 'envelope')"),
        _check(table, "card_handling", "card_handling IN ('payment', 'plain')"),
    )


def _versioned() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
    )


def _book(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_book_id_personal_books"
    return sa.ForeignKeyConstraint(["book_id"], ["personal_books.id"], name=name, ondelete="RESTRICT")


def _user(table: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["users.id"], name=f"fk_{table}_{column}_users", ondelete=ondelete)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
