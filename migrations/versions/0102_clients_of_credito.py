"""Clients and guarantors of credito."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

TABLE = "credito_clientes"
NAME = "nombre || ' ' || apellido_paterno || coalesce(' ' || apellido_materno, '')"
TEXTS = ("nombre", "apellido_paterno", "colonia")
OPTIONAL_TEXTS = ("apellido_materno", "telefono", "calle", "municipio", "entidad", "folio_buro")
VALUES = {
    "sexo": ("mujer", "hombre", "otro"),
    "estado_civil": ("casado", "divorciado", "viudo", "soltero", "union_libre"),
    "propiedad": ("casa_propia", "rentada", "prestada"),
    "estado": ("activo", "bloqueado", "fallecido", "baja"),
}
OTHERS = {"id": "parties", "grupo_id": "credito_grupos", "ine_id": "stored_files", "comprobante_id": "stored_files"}


def upgrade() -> None:
    """Apply."""
    op.create_table(TABLE, *_columns(), *_constraints())
    for column in ("grupo_id", "ine_id", "comprobante_id"):
        op.create_index(f"ix_{TABLE}_{column}", TABLE, [column])
    op.create_index(f"ix_{TABLE}_name_key", TABLE, [sa.text("name_key(nombre_completo)")])
    words = sa.text("party_words(nombre_completo, curp, telefono, codigo_ine)")
    op.create_index(f"ix_{TABLE}_words", TABLE, [words], postgresql_using="gin")


def downgrade() -> None:
    """Take back. Clients are deleted, which is recorded; their parties stay."""
    op.execute(sa.delete(sa.table(TABLE)))
    op.drop_table(TABLE)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("nombre", sa.String(70), nullable=False),
        sa.Column("apellido_paterno", sa.String(60), nullable=False),
        sa.Column("apellido_materno", sa.String(60)),
        sa.Column("nombre_completo", sa.String(200), sa.Computed(NAME, persisted=True), nullable=False),
        sa.Column("curp", sa.String(18)),
        sa.Column("rfc", sa.String(13)),
        sa.Column("codigo_ine", sa.String(18)),
        sa.Column("fecha_nacimiento", sa.Date),
        sa.Column("sexo", sa.String(40)),
        sa.Column("telefono", sa.String(50)),
        sa.Column("calle", sa.String(200)),
        sa.Column("colonia", sa.String(200), nullable=False),
        sa.Column("cp", sa.String(5), nullable=False),
        sa.Column("municipio", sa.String(200)),
        sa.Column("entidad", sa.String(200)),
        sa.Column("lat", sa.Numeric(9, 6)),
        sa.Column("lng", sa.Numeric(9, 6)),
        sa.Column("estado_civil", sa.String(40), nullable=False),
        sa.Column("num_hijos", sa.SmallInteger, nullable=False),
        sa.Column("propiedad", sa.String(40), nullable=False),
        sa.Column("es_aval", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("grupo_id", sa.BigInteger),
        sa.Column("limite_credito", sa.Numeric(12, 2)),
        sa.Column("estado", sa.String(40), server_default="activo", nullable=False),
        sa.Column("fecha_fallecimiento", sa.Date),
        sa.Column("aviso_privacidad_en", sa.DateTime(timezone=True)),
        sa.Column("autorizacion_buro_en", sa.DateTime(timezone=True)),
        sa.Column("folio_buro", sa.String(50)),
        sa.Column("referencias", postgresql.JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("ine_id", sa.BigInteger),
        sa.Column("comprobante_id", sa.BigInteger),
        sa.Column("notas", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("curp", name=op.f(f"uq_{TABLE}_curp")),
        sa.UniqueConstraint("codigo_ine", name=op.f(f"uq_{TABLE}_codigo_ine")),
        *(_of(column, other) for column, other in OTHERS.items()),
        *(_check(f"{text}_not_blank", rf"btrim({text}, E' \t\r\n') <> ''") for text in (*TEXTS, *OPTIONAL_TEXTS)),
        *(_check(column, f"{column} IN {values}") for column, values in VALUES.items()),
        *(
            _check(f"{day}_range", f"{day} BETWEEN '1900-01-01' AND '2200-12-31'")
            for day in ("fecha_nacimiento", "fecha_fallecimiento")
        ),
        _check("notas_length", "char_length(notas) <= 10000"),
        _check("limite_credito_positive", "limite_credito > 0 AND limite_credito < 10000000000"),
        _check("codigo_ine_form", "codigo_ine ~ '^[A-Z0-9]{18}$'"),
        _check("cp_form", "cp ~ '^[0-9]{5}$'"),
        _check("curp_length", "char_length(curp) = 18"),
        _check("num_hijos_range", "num_hijos BETWEEN 0 AND 30"),
        _check("point_whole", "num_nonnulls(lat, lng) IN (0, 2)"),
        _check("point_range", "lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180"),
        _check("fallecimiento_dated", "(estado = 'fallecido') = (fecha_fallecimiento IS NOT NULL)"),
        _check("referencias_number", "jsonb_array_length(referencias) <= 10"),
    ]


def _of(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{TABLE}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="RESTRICT")


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))
