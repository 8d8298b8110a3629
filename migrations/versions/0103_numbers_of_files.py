"""Numbers of accounts that files had are encrypted, and known by keyed hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None

# Their digests can be guessed, and the numbers are not there to make others of them: files tell them anew.
FORGET = "DELETE FROM import_mappings WHERE kind = 'account'"
STRIP = """
ALTER TABLE book_audit DISABLE TRIGGER book_audit_keeps_entries;
UPDATE book_audit SET before = (before::jsonb - 'signature')::json, after = (after::jsonb - 'signature')::json
WHERE table_name = 'import_mappings' AND coalesce(before ->> 'kind', after ->> 'kind') = 'account';
ALTER TABLE book_audit ENABLE TRIGGER book_audit_keeps_entries;
"""


def upgrade() -> None:
    """Apply; remembered numbers are forgotten, and learned anew with the next file of each account."""
    op.execute(FORGET)
    op.execute(STRIP)
    op.add_column("import_mappings", sa.Column("account_number", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_import_mappings_number_of_kind"),
        "import_mappings",
        "(kind = 'account') = (account_number IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_import_mappings_account_number_size"), "import_mappings", "char_length(account_number) <= 60000"
    )


def downgrade() -> None:
    """Take back; what is known by keyed hashes is forgotten."""
    op.execute(FORGET)
    op.drop_column("import_mappings", "account_number")
