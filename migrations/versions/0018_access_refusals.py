"""Failed logins and refused requests, kept for 90 days."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

EXEMPT = """
DO $$
DECLARE
    exempt text := (SELECT string_agg(quote_literal(name), ', ' ORDER BY name) FROM unnest({names}) name);
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION audit_exempt() RETURNS text[] LANGUAGE sql IMMUTABLE AS %L',
                   'SELECT ARRAY[' || exempt || ']');
END
$$
"""
PURGE = """
-- Nobody but the owner may delete these rows, except by this function those that are over.
CREATE FUNCTION purge_access_refusals() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (DELETE FROM public.access_refusals WHERE at < now() - interval '90 days' RETURNING id)
    SELECT count(*) FROM gone
$$;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE ALL ON access_refusals FROM control_fresco_app;
        GRANT SELECT, INSERT ON access_refusals TO control_fresco_app;
    END IF;
END
$$
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "access_refusals",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("code", sa.String(50), nullable=False),
        sa.Column("username", sa.String(200)),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("request_id", sa.String(128), nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_refusals"),
        sa.CheckConstraint(
            "kind IN ('login_failed', 'too_many_tries', 'unauthenticated', 'forbidden')",
            name=op.f("ck_access_refusals_kind"),
        ),
        sa.CheckConstraint("times > 0", name=op.f("ck_access_refusals_times")),
    )
    op.create_index("ix_access_refusals_address", "access_refusals", ["address", "id"])
    op.create_index("ix_access_refusals_at", "access_refusals", ["at"])
    op.execute(PURGE)
    op.execute(EXEMPT.format(names="audit_exempt() || 'access_refusals'::text"))


def downgrade() -> None:
    """Take back."""
    op.execute(EXEMPT.format(names="array_remove(audit_exempt(), 'access_refusals')"))
    op.execute("DROP FUNCTION purge_access_refusals()")
    op.drop_table("access_refusals")
