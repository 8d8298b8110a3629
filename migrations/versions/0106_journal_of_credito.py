"""The journal of credito, days of entries that lie in closed months, and cuts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

CORTES = "credito_cortes"
BOOK = "INSERT INTO books (kind, code, name, base_currency) VALUES ('company', 'credito', 'Crédito', 'MXN')"
ACCOUNTS = """
INSERT INTO accounts (book_id, kind, code, name)
SELECT b.id, given.kind, given.code, given.name FROM books b, (VALUES
    ('asset', 'cartera', 'Cartera'),
    ('asset', 'banco', 'Banco'),
    ('asset', 'caja_oficina', 'Caja de la oficina'),
    ('liability', 'iva', 'IVA'),
    ('liability', 'saldos_a_favor', 'Saldos a favor'),
    ('income', 'ingresos_interes', 'Ingresos por interés')) given (kind, code, name)
WHERE b.code = 'credito'
"""
FORGET = (
    """DELETE FROM accounts a USING books b WHERE b.id = a.book_id AND b.code = 'credito'
       AND NOT EXISTS (SELECT FROM lines l WHERE l.book_id = b.id)""",
    """DELETE FROM periods p USING books b WHERE b.id = p.book_id AND b.code = 'credito'
       AND NOT EXISTS (SELECT FROM accounts a WHERE a.book_id = b.id)""",
    """DELETE FROM books b WHERE code = 'credito' AND NOT EXISTS (SELECT FROM periods p WHERE p.book_id = b.id)""",
)


def upgrade() -> None:
    """Apply."""
    op.add_column("entries", sa.Column("value_date", sa.Date))
    op.create_check_constraint(
        op.f("ck_entries_value_date_range"), "entries", "value_date BETWEEN '1900-01-01' AND '2200-12-31'"
    )
    _attach()
    op.execute(f"{BOOK} ON CONFLICT DO NOTHING")
    op.execute(f"{ACCOUNTS} ON CONFLICT DO NOTHING")
    _cortes()


def downgrade() -> None:
    """Take back. Cuts are deleted, which is recorded; the book goes unless there are entries in it."""
    op.execute(sa.delete(sa.table(CORTES)))
    op.drop_table(CORTES)
    for statement in FORGET:
        op.execute(statement)
    op.drop_column("entries", "value_date")
    _attach()


def _attach() -> None:
    """Write the guard of closed months anew, which names the columns that it keeps."""
    op.execute("SELECT period_guard_attach('entries', '{date}', '{number}')")


def _cortes() -> None:
    now = sa.func.now()
    op.create_table(
        CORTES,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("numero", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("personal_id", sa.BigInteger, nullable=False),
        sa.Column("abierto_en", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entregado_en", sa.DateTime(timezone=True)),
        sa.Column("desde", sa.Date, nullable=False),
        sa.Column("hasta", sa.Date),
        sa.Column("estado", sa.String(40), server_default="abierto", nullable=False),
        sa.Column("semilla", sa.Numeric(12, 2), nullable=False),
        sa.Column("semilla_siguiente", sa.Numeric(12, 2), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CORTES}")),
        sa.UniqueConstraint("numero", name=op.f(f"uq_{CORTES}_numero")),
        sa.ForeignKeyConstraint(
            ["personal_id"],
            ["credito_personal.id"],
            name=op.f(f"fk_{CORTES}_personal_id_credito_personal"),
            ondelete="RESTRICT",
        ),
        *(sa.CheckConstraint(condition, name=op.f(f"ck_{CORTES}_{name}")) for name, condition in _CHECKS.items()),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(personal_id, personal_id, '[]')"), "="),
            (sa.text("tstzrange(abierto_en, entregado_en)"), "&&"),
            using="gist",
            where=sa.text("estado <> 'anulado'"),
            name=f"ex_{CORTES}_periodo",
        ),
    )
    op.create_index(
        f"uq_{CORTES}_abierto", CORTES, ["personal_id"], unique=True, postgresql_where=sa.text("estado = 'abierto'")
    )
    op.create_index(f"ix_{CORTES}_personal_id", CORTES, ["personal_id", "abierto_en"])


_CHECKS = {
    "estado": "estado IN ('abierto', 'entregado', 'confirmado', 'anulado')",
    "semilla_range": "semilla >= 0 AND semilla < 10000000000",
    "semilla_siguiente_range": "semilla_siguiente >= 0 AND semilla_siguiente < 10000000000",
    "entregado_after": "entregado_en >= abierto_en",
    "hasta_with_time": "(entregado_en IS NULL) = (hasta IS NULL)",
    "abierto_not_handed_over": "estado <> 'abierto' OR entregado_en IS NULL",
}
