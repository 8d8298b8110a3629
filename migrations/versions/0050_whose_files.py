"""Files say whose they are: the domain whose rows they are attached to, a book, and the company or not."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

# All files are the company's until now; the first domain that refers to one has it.
ATTACHED = """
    UPDATE stored_files f SET domain = given.domain
    FROM (
        SELECT DISTINCT ON (id) id, domain FROM (
            SELECT file_id AS id, 'fresco.documents' AS domain, 1 AS place FROM documents
            UNION ALL SELECT s.id, 'fresco.incomes', 2 FROM incomes r JOIN stored_files s ON s.path = r.receipt_path
            UNION ALL SELECT s.id, 'fresco.expenses', 3 FROM expenses r JOIN stored_files s ON s.path = r.receipt_path
            UNION ALL
            SELECT s.id, 'fresco.expenses', 4 FROM accrued_expenses r JOIN stored_files s ON s.path = r.receipt_path
            UNION ALL
            SELECT s.id, 'fresco.payments', 5 FROM payment_receipts r JOIN stored_files s ON s.path = r.receipt_path
            UNION ALL SELECT logo, 'core.company', 6 FROM company WHERE logo IS NOT NULL
        ) referring ORDER BY id, place
    ) given
    WHERE f.id = given.id
"""
OWN = "NOT by_company OR book_id IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    op.add_column("stored_files", sa.Column("by_company", sa.Boolean, server_default="true", nullable=False))
    op.add_column("stored_files", sa.Column("book_id", sa.BigInteger))
    op.add_column("stored_files", sa.Column("domain", sa.String(100)))
    op.create_foreign_key(
        "fk_stored_files_book_id_books", "stored_files", "books", ["book_id"], ["id"], ondelete="RESTRICT"
    )
    op.create_check_constraint(op.f("ck_stored_files_domain_form"), "stored_files", "domain ~ '^[a-z_]+[.][a-z_]+$'")
    op.create_check_constraint(
        op.f("ck_stored_files_book_by_domain"), "stored_files", "book_id IS NULL OR domain IS NOT NULL"
    )
    op.create_index(
        "ix_stored_files_book_id", "stored_files", ["book_id"], postgresql_where=sa.text("book_id IS NOT NULL")
    )
    op.create_index("ix_stored_files_own", "stored_files", ["uploaded_by"], postgresql_where=sa.text(OWN))
    op.execute("SELECT audit_refresh()")  # first: what is filled in is recorded, as everything is
    op.execute(ATTACHED)


def downgrade() -> None:
    """Take back; refused where a file is not the company's, for then all who read files could read it."""
    op.execute(
        f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM stored_files WHERE {OWN}) THEN
                RAISE EXCEPTION 'There are files of people or their books, which everybody could read afterwards';
            END IF;
        END $$
        """
    )
    op.execute("UPDATE stored_files SET domain = NULL WHERE domain IS NOT NULL")  # audited, unlike a dropped column
    op.drop_index("ix_stored_files_own", "stored_files")
    op.drop_index("ix_stored_files_book_id", "stored_files")
    for name in ("book_id", "domain", "by_company"):
        op.drop_column("stored_files", name)
