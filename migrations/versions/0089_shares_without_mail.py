"""Shares for addresses that no mail can verify."""

from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

# The reader of a share is in none of its books: by the address it is found which ones may be read.
SHARES = """
CREATE FUNCTION summary_shares_of_person({parameters}) RETURNS TABLE (
    id bigint, book_id bigint, book_name text, email text, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id, s.book_id, b.name, s.email, s.created_at
    FROM summary_shares s JOIN books b ON b.id = s.book_id JOIN users u ON lower(u.email) = lower(s.email)
    WHERE u.id = person AND {address} ORDER BY s.id
$$
"""
VERIFIED = "u.email_verified_at IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    op.execute("DROP FUNCTION summary_shares_of_person(bigint)")
    op.execute(SHARES.format(parameters="person bigint, verified boolean", address=f"({VERIFIED} OR NOT verified)"))


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION summary_shares_of_person(bigint, boolean)")
    op.execute(SHARES.format(parameters="person bigint", address=VERIFIED))
