"""Clients."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "clients",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("contact_name", sa.String(200)),
        sa.Column("email", sa.String(200)),
        sa.Column("phone", sa.String(50)),
        sa.Column("address", sa.String(300)),
        sa.Column("tax_id", sa.String(50)),
        sa.Column("start_date", sa.Date, nullable=False),
        sa.Column("status", sa.String(40), nullable=False, server_default="Activo"),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_clients_name_not_blank")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_clients_notes_length")),
        sa.CheckConstraint(
            "start_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_clients_start_date_range")
        ),
        sa.CheckConstraint("status IN ('Activo', 'Pausado', 'Terminado')", name=op.f("ck_clients_status")),
    )
    op.create_index("ix_clients_status", "clients", ["status"])
    op.execute("SELECT audit_attach('clients')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("clients")
