"""People of credito, their routes and groups, and who had these when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None

PERSONAL, RUTAS, MANDOS = "credito_personal", "credito_rutas", "credito_mandos_de_ruta"
GRUPOS, ASIGNACIONES = "credito_grupos", "credito_asignaciones"


def upgrade() -> None:
    """Apply."""
    _personal()
    _rutas()
    _mandos_de_ruta()
    _grupos()
    _asignaciones()


def downgrade() -> None:
    """Take back. People, routes and groups are deleted, which is recorded; users keep their roles."""
    for table in (ASIGNACIONES, GRUPOS, MANDOS, RUTAS, PERSONAL):
        op.execute(sa.delete(sa.table(table)))
        op.drop_table(table)


def _personal() -> None:
    op.create_table(
        PERSONAL,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("nombre", sa.String(200), nullable=False),
        sa.Column("clave", sa.String(6), nullable=False),
        sa.Column("jefe_id", sa.BigInteger),
        sa.Column("telefono", sa.String(50)),
        sa.Column("limite_efectivo", sa.Numeric(12, 2)),
        sa.Column("limite_prestamo", sa.Numeric(12, 2), server_default="5000.00", nullable=False),
        sa.Column("activo", sa.Boolean, server_default=sa.true(), nullable=False),
        *_times(),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PERSONAL}")),
        sa.UniqueConstraint("user_id", name=op.f(f"uq_{PERSONAL}_user_id")),
        sa.UniqueConstraint("clave", name=op.f(f"uq_{PERSONAL}_clave")),
        _of(PERSONAL, "user_id", "users"),
        _of(PERSONAL, "jefe_id", PERSONAL),
        _named(PERSONAL),
        _check(PERSONAL, "clave_form", "clave ~ '^[A-Z0-9]{2,6}$'"),
        _check(PERSONAL, "jefe_other", "jefe_id <> id"),
        *(
            _check(PERSONAL, f"{one}_positive", f"{one} > 0 AND {one} < 10000000000")
            for one in ("limite_efectivo", "limite_prestamo")
        ),
    )
    _index(PERSONAL, "jefe_id")


def _rutas() -> None:
    op.create_table(
        RUTAS,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("nombre", sa.String(200), nullable=False),
        sa.Column("gerente_id", sa.BigInteger),
        sa.Column("supervisor_id", sa.BigInteger),
        sa.Column("activa", sa.Boolean, server_default=sa.true(), nullable=False),
        *_times(),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{RUTAS}")),
        sa.UniqueConstraint("nombre", name=op.f(f"uq_{RUTAS}_nombre")),
        _of(RUTAS, "gerente_id", PERSONAL),
        _of(RUTAS, "supervisor_id", PERSONAL),
        _named(RUTAS),
    )
    _index(RUTAS, "gerente_id")
    _index(RUTAS, "supervisor_id")


def _mandos_de_ruta() -> None:
    op.create_table(
        MANDOS,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("ruta_id", sa.BigInteger, nullable=False),
        sa.Column("gerente_id", sa.BigInteger),
        sa.Column("supervisor_id", sa.BigInteger),
        sa.Column("desde", sa.Date, nullable=False),
        sa.Column("hasta", sa.Date),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{MANDOS}")),
        _of(MANDOS, "ruta_id", RUTAS),
        _of(MANDOS, "gerente_id", PERSONAL),
        _of(MANDOS, "supervisor_id", PERSONAL),
        *_periods(MANDOS, "ruta_id"),
    )
    op.create_index(f"ix_{MANDOS}_ruta_id", MANDOS, ["ruta_id", "desde"])
    _index(MANDOS, "gerente_id")
    _index(MANDOS, "supervisor_id")


def _grupos() -> None:
    op.create_table(
        GRUPOS,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("nombre", sa.String(200), nullable=False),
        sa.Column("ultima_ruta_id", sa.BigInteger, nullable=False),
        sa.Column("dia_reunion", sa.SmallInteger, nullable=False),
        sa.Column("hora_reunion", sa.Time),
        sa.Column("solidario", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("activo", sa.Boolean, server_default=sa.true(), nullable=False),
        *_times(),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{GRUPOS}")),
        sa.UniqueConstraint("ultima_ruta_id", "nombre", name=op.f(f"uq_{GRUPOS}_nombre")),
        _of(GRUPOS, "ultima_ruta_id", RUTAS),
        _named(GRUPOS),
        _check(GRUPOS, "dia_reunion_range", "dia_reunion BETWEEN 1 AND 7"),
    )


def _asignaciones() -> None:
    op.create_table(
        ASIGNACIONES,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("grupo_id", sa.BigInteger, nullable=False),
        sa.Column("ruta_id", sa.BigInteger, nullable=False),
        sa.Column("titular_id", sa.BigInteger, nullable=False),
        sa.Column("cobrador_id", sa.BigInteger),
        sa.Column("numero", sa.Integer, nullable=False),
        sa.Column("desde", sa.Date, nullable=False),
        sa.Column("hasta", sa.Date),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ASIGNACIONES}")),
        sa.UniqueConstraint("grupo_id", "numero", name=op.f(f"uq_{ASIGNACIONES}_grupo_id_numero")),
        _of(ASIGNACIONES, "grupo_id", GRUPOS),
        _of(ASIGNACIONES, "ruta_id", RUTAS),
        _of(ASIGNACIONES, "titular_id", PERSONAL),
        _of(ASIGNACIONES, "cobrador_id", PERSONAL),
        *_periods(ASIGNACIONES, "grupo_id"),
    )
    op.create_index(f"ix_{ASIGNACIONES}_grupo_id", ASIGNACIONES, ["grupo_id", "desde"])
    for column in ("ruta_id", "titular_id", "cobrador_id"):
        _index(ASIGNACIONES, column)


def _times() -> list[sa.Column[object]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    ]


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="RESTRICT")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _named(table: str) -> sa.CheckConstraint:
    return _check(table, "nombre_not_blank", r"btrim(nombre, E' \t\r\n') <> ''")


def _periods(table: str, owner: str) -> list[sa.Constraint]:
    """Constraints of periods of which no two of one owner overlap."""
    range_of_owner, days = sa.text(f"int8range({owner}, {owner}, '[]')"), sa.text("daterange(desde, hasta, '[]')")
    name = f"ex_{table}_periodo"
    return [
        postgresql.ExcludeConstraint((range_of_owner, "="), (days, "&&"), using="gist", name=name),
        _check(table, "hasta_not_before", "hasta >= desde"),
        *(_check(table, f"{one}_range", f"{one} BETWEEN '1900-01-01' AND '2200-12-31'") for one in ("desde", "hasta")),
    ]


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])
