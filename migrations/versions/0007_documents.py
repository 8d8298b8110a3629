"""Documents of clients and projects."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("client_id", sa.BigInteger),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("file_path", sa.String(100), nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("upload_date", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_documents_name_not_blank")),
        sa.CheckConstraint("num_nonnulls(client_id, project_id) = 1", name=op.f("ck_documents_one_owner")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_documents_client_id_clients", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name="fk_documents_file_id_stored_files", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["file_path"], ["stored_files.path"], name="fk_documents_file_path_stored_files", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_documents_project_id_projects", ondelete="RESTRICT"
        ),
        sa.CheckConstraint(
            "type IN ('RUT', 'Cámara de Comercio', 'NDA', 'Contrato', 'Factura', 'Otro')",
            name=op.f("ck_documents_type"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_client_id", "documents", ["client_id"])
    op.create_index("ix_documents_file_path", "documents", ["file_path"])
    op.create_index("ix_documents_project_id", "documents", ["project_id"])
    op.execute("SELECT audit_attach('documents')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("documents")
