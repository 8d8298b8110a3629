"""Credit of clients that is paid out, shortages that are written off, and the cash of cuts that were handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None


OWN_SOURCE = "WHEN ''credito.devoluciones'' THEN ''credito_devolucion'' "
ATTACH = """
SELECT movement_attach(target, name, source_table, suite,
                       jsonb_set(mapping, '{{source}}', to_jsonb(replace(mapping ->> 'source', '{}', '{}'))), counted)
FROM movement_sources WHERE target = 'movements' AND name = 'credito_flujo'
"""


def upgrade() -> None:
    """Apply."""
    op.execute(ATTACH.format("ELSE ", f"{OWN_SOURCE}ELSE "))
    _devoluciones()
    op.add_column("credito_cortes", sa.Column("esperado_al_entregar", sa.Numeric(precision=14, scale=2), nullable=True))
    op.add_column("credito_faltantes", sa.Column("motivo", sa.String(length=500), nullable=True))
    op.add_column("credito_faltantes", sa.Column("castigado_por_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_credito_faltantes_castigado_por_id", "credito_faltantes", ["castigado_por_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_credito_faltantes_castigado_por_id_users"),
        "credito_faltantes",
        "users",
        ["castigado_por_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_check_constraint(
        op.f("ck_credito_faltantes_incobrable_with_motivo"),
        "credito_faltantes",
        "(estado = 'incobrable') = (motivo IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_credito_faltantes_motivo_length"), "credito_faltantes", "char_length(motivo) <= 500"
    )
    _states("'pendiente', 'pagado', 'incobrable'")


def downgrade() -> None:
    """Take back; a shortage that was written off is owed again, and credit that was paid out forgotten."""
    op.execute("UPDATE credito_faltantes SET estado = 'pendiente', motivo = NULL WHERE estado = 'incobrable'")
    _states("'pendiente', 'pagado'")
    op.drop_constraint(op.f("ck_credito_faltantes_motivo_length"), "credito_faltantes", type_="check")
    op.drop_constraint(op.f("ck_credito_faltantes_incobrable_with_motivo"), "credito_faltantes", type_="check")
    op.drop_constraint(op.f("fk_credito_faltantes_castigado_por_id_users"), "credito_faltantes", type_="foreignkey")
    op.drop_index("ix_credito_faltantes_castigado_por_id", table_name="credito_faltantes")
    op.drop_column("credito_faltantes", "castigado_por_id")
    op.drop_column("credito_faltantes", "motivo")
    op.drop_column("credito_cortes", "esperado_al_entregar")
    op.execute(sa.delete(sa.table("credito_devoluciones")))
    op.drop_table("credito_devoluciones")
    op.execute(ATTACH.format(OWN_SOURCE, ""))


def _states(states: str) -> None:
    op.drop_constraint(op.f("ck_credito_faltantes_estado"), "credito_faltantes", type_="check")
    op.create_check_constraint(op.f("ck_credito_faltantes_estado"), "credito_faltantes", f"estado IN ({states})")


def _devoluciones() -> None:
    op.create_table(
        "credito_devoluciones",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("metodo", sa.String(40), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("corte_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(metodo = 'efectivo') = (corte_id IS NOT NULL)", name=op.f("ck_credito_devoluciones_cash_in_corte")
        ),
        sa.CheckConstraint(
            "fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_devoluciones_fecha_range")
        ),
        sa.CheckConstraint("metodo IN ('efectivo', 'banco')", name=op.f("ck_credito_devoluciones_metodo")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_devoluciones_monto_positive")),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_devoluciones_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_devoluciones_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_devoluciones")),
    )
    op.create_index("ix_credito_devoluciones_corte_id", "credito_devoluciones", ["corte_id"], unique=False)
    op.create_index("ix_credito_devoluciones_prestamo_id", "credito_devoluciones", ["prestamo_id"], unique=False)
