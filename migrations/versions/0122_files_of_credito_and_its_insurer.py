"""Promissory notes of clients, receipts of expenses, and transfers to and from the insurer."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None

FILES = (("credito_clientes", "pagare_id"), ("credito_gastos", "comprobante_id"))
"""Columns of files, with their tables."""


def upgrade() -> None:
    """Apply."""
    for table, column in FILES:
        op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
        name = op.f(f"fk_{table}_{column}_stored_files")
        op.create_foreign_key(name, table, "stored_files", [column], ["id"], ondelete="RESTRICT")
    op.create_table(
        "credito_seguros",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tipo", sa.String(40), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("referencia", sa.String(length=200), nullable=True),
        sa.Column("registrado_por_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_seguros_fecha_range")),
        sa.CheckConstraint("tipo IN ('pagado', 'cobrado')", name=op.f("ck_credito_seguros_tipo")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_seguros_monto_positive")),
        sa.CheckConstraint(
            "btrim(referencia, E' \\t\\r\\n') <> ''", name=op.f("ck_credito_seguros_referencia_not_blank")
        ),
        sa.CheckConstraint("char_length(referencia) <= 200", name=op.f("ck_credito_seguros_referencia_length")),
        sa.ForeignKeyConstraint(
            ["registrado_por_id"],
            ["users.id"],
            name=op.f("fk_credito_seguros_registrado_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_seguros")),
    )
    op.create_index("ix_credito_seguros_registrado_por_id", "credito_seguros", ["registrado_por_id"], unique=False)


def downgrade() -> None:
    """Take back; transfers and which files they were are forgotten."""
    op.execute(sa.delete(sa.table("credito_seguros")))
    op.drop_table("credito_seguros")
    for table, column in FILES:
        op.drop_constraint(op.f(f"fk_{table}_{column}_stored_files"), table, type_="foreignkey")
        op.drop_index(f"ix_{table}_{column}", table_name=table)
        op.drop_column(table, column)
