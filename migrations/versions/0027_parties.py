"""Parties, with the values of clients that are not theirs alone; ids stay."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# With the whole phone and document without signs: numbers are found however they are written.
WORDS = """
CREATE FUNCTION party_words(name text, email text, phone text, number text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple',
        regexp_replace(public.fold(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' '
                                   || coalesce(number, '')), '[^[:alnum:]]+', ' ', 'g')
        || ' ' || regexp_replace(public.fold(coalesce(phone, '')), '[^[:alnum:]]+', '', 'g')
        || ' ' || regexp_replace(public.fold(coalesce(number, '')), '[^[:alnum:]]+', '', 'g'))
$$
"""
MOVED = "name, email, phone, address, notes, created_at, updated_at, version"
NEXT_ID = """
SELECT setval(pg_get_serial_sequence('public.{to}', 'id'), coalesce(last, 1), last IS NOT NULL)
FROM (SELECT pg_sequence_last_value(pg_get_serial_sequence('public.{source}', 'id')::regclass) AS last) given
"""
# What the audit log says last of a client must be what the row has.
RECORDED = """
INSERT INTO audit_log (at, action, table_name, row_id, before, after)
SELECT clock_timestamp(), 'update', 'clients', c.id, row_to_json(c), '{}' FROM clients c ORDER BY c.id
"""


def upgrade() -> None:
    """Apply."""
    op.execute(WORDS)
    _parties()
    op.execute("SELECT audit_refresh()")
    op.execute(f"INSERT INTO parties (id, {MOVED}) SELECT id, {MOVED} FROM clients ORDER BY id")  # noqa: S608 - constants
    op.execute(NEXT_ID.format(to="parties", source="clients"))
    op.create_index(
        "ix_parties_words",
        "parties",
        [sa.text("party_words(name, email, phone, document_number)")],
        postgresql_using="gin",
    )
    op.execute("ALTER TABLE clients ALTER id DROP IDENTITY")
    for column in MOVED.split(", "):
        op.drop_column("clients", column)
    op.create_foreign_key("fk_clients_id_parties", "clients", "parties", ["id"], ["id"], ondelete="RESTRICT")
    op.execute("SELECT audit_refresh()")
    op.execute(RECORDED)


def _parties() -> None:
    types = "'CC', 'CE', 'TI', 'NIT', 'DNI', 'RUC', 'CDI', 'PTP', 'TAM', 'RFC', 'CURP', 'PA', 'TIN', 'IN', 'Otro'"
    op.create_table(
        "parties",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False, server_default="company"),
        sa.Column("document_country", sa.String(2)),
        sa.Column("document_type", sa.String(40)),
        sa.Column("document_number", sa.String(40)),
        sa.Column("document_key", sa.String(40)),
        sa.Column("email", sa.String(200)),
        sa.Column("phone", sa.String(50)),
        sa.Column("address", sa.String(300)),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
        sa.UniqueConstraint("document_country", "document_type", "document_key", name="uq_parties_document"),
        sa.CheckConstraint(r"btrim(name, E' \t\r\n') <> ''", name=op.f("ck_parties_name_not_blank")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_parties_notes_length")),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_parties_kind")),
        sa.CheckConstraint(f"document_type IN ({types})", name=op.f("ck_parties_document_type")),
        sa.CheckConstraint(
            "num_nonnulls(document_country, document_type, document_number, document_key) IN (0, 4)",
            name=op.f("ck_parties_document_whole"),
        ),
        sa.CheckConstraint("document_country ~ '^[A-Z]{2}$'", name=op.f("ck_parties_document_country_code")),
        sa.CheckConstraint("document_key ~ '^[0-9A-ZÑ&]+$'", name=op.f("ck_parties_document_key_plain")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_constraint("fk_clients_id_parties", "clients", type_="foreignkey")
    for column in (
        sa.Column("name", sa.String(200)),
        sa.Column("email", sa.String(200)),
        sa.Column("phone", sa.String(50)),
        sa.Column("address", sa.String(300)),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    ):
        op.add_column("clients", column)
    op.execute("SELECT audit_refresh()")
    op.execute(
        f"UPDATE clients SET ({MOVED}) = (SELECT {MOVED} FROM parties WHERE parties.id = clients.id)"  # noqa: S608 - constants
    )
    op.alter_column("clients", "name", nullable=False)
    op.create_check_constraint(op.f("ck_clients_name_not_blank"), "clients", r"btrim(name, E' \t\r\n') <> ''")
    op.create_check_constraint(op.f("ck_clients_notes_length"), "clients", "char_length(notes) <= 10000")
    op.execute("ALTER TABLE clients ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
    op.execute(NEXT_ID.format(to="clients", source="parties"))
    op.execute("DELETE FROM parties")  # recorded by the audit log, which else would miss rows if parties come back
    op.drop_table("parties")
    op.execute("DROP FUNCTION party_words(text, text, text, text)")
