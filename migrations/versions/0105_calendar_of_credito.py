"""Days and weeks in which credito collects nothing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None

DAYS, WEEKS = "credito_dias_inhabiles", "credito_semanas_sin_cobro"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        DAYS,
        *_columns("fecha"),
        sa.Column("nombre", sa.String(200), nullable=False),
        *_constraints(DAYS, "fecha", "nombre"),
    )
    op.create_table(
        WEEKS,
        *_columns("semana"),
        sa.Column("motivo", sa.String(500), nullable=False),
        *_constraints(WEEKS, "semana", "motivo"),
        sa.CheckConstraint("extract(isodow FROM semana) = 1", name=op.f(f"ck_{WEEKS}_semana_monday")),
        sa.CheckConstraint("char_length(motivo) >= 5", name=op.f(f"ck_{WEEKS}_motivo_length")),
    )
    for table, day in ((DAYS, "fecha"), (WEEKS, "semana")):
        op.create_index(f"ix_{table}_{day}", table, [day])
        op.create_index(f"ix_{table}_ruta_id", table, ["ruta_id"])


def downgrade() -> None:
    """Take back; the days and weeks are deleted, which is recorded."""
    for table in (DAYS, WEEKS):
        op.execute(sa.delete(sa.table(table)))
        op.drop_table(table)


def _columns(day: str) -> list[sa.Column[object]]:
    now = sa.func.now()
    return [
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column(day, sa.Date, nullable=False),
        sa.Column("ruta_id", sa.BigInteger),
        *(sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False) for name in _TIMES),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
    ]


_TIMES = ("created_at", "updated_at")


def _constraints(table: str, day: str, words: str) -> list[sa.Constraint]:
    routes, days = sa.text("int8range(ruta_id, ruta_id, '[]')"), sa.text(f"daterange({day}, {day}, '[]')")
    foreign = op.f(f"fk_{table}_ruta_id_credito_rutas")
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["ruta_id"], ["credito_rutas.id"], name=foreign, ondelete="RESTRICT"),
        postgresql.ExcludeConstraint((routes, "&&"), (days, "&&"), using="gist", name=f"ex_{table}_{day}"),
        sa.CheckConstraint(f"{day} BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f(f"ck_{table}_{day}_range")),
        sa.CheckConstraint(rf"btrim({words}, E' \t\r\n') <> ''", name=op.f(f"ck_{table}_{words}_not_blank")),
    ]
