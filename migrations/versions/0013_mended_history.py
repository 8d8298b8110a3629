"""Bring databases that went through older texts of 0001 to 0010 to what these migrations build today.

Those files were edited after they existed, until they were frozen. Nothing happens where all is as it should be.
"""

from alembic import context, op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Columns first, for indexes and functions name them.
COLUMNS = "ALTER TABLE exchange_rates ADD COLUMN IF NOT EXISTS version bigint DEFAULT '1' NOT NULL"
FILLING = "ALTER TABLE payments SET (fillfactor = 50)"

# Names that the naming convention had prefixed twice.
TWICE_PREFIXED = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT conrelid::regclass AS of_table, conname, 'ck_' || relname || '_' AS prefix
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE connamespace = 'public'::regnamespace AND starts_with(conname, repeat('ck_' || relname || '_', 2))
    LOOP
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', found.of_table, found.conname,
                       substr(found.conname, length(found.prefix) + 1));
    END LOOP;
END
$$
"""

# As pg_indexes writes them.
INDEXES = (
    "CREATE INDEX ix_accrued_expenses_paid_date ON public.accrued_expenses USING btree (paid_date, id)",
    "CREATE INDEX ix_audit_log_at ON public.audit_log USING brin (at)",
    "CREATE INDEX ix_audit_log_user_id ON public.audit_log USING btree (user_id, id) WHERE (user_id IS NOT NULL)",
    "CREATE INDEX ix_expenses_date ON public.expenses USING btree (date, id)",
    "CREATE INDEX ix_incomes_date ON public.incomes USING btree (date, id)",
    "CREATE INDEX ix_payments_client_id ON public.payments USING btree (client_id, id)",
    "CREATE INDEX ix_payments_paid_date ON public.payments USING btree (paid_date, id) WHERE (paid_date IS NOT NULL)",
)
DEFINITION = text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname = :name")

# Since then an update is recorded as the row before and what changed, in JSON instead of JSONB.
AUDITS_WHOLE_ROWS = text("SELECT to_regprocedure('public.audit_update_source(text, text[])') IS NULL")
EXEMPT = text("SELECT pg_get_functiondef('public.audit_exempt()'::regprocedure)")
JSON = "ALTER TABLE audit_log ALTER before TYPE json USING before::json, ALTER after TYPE json USING after::json"
ATTACH = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT relname, audit_hidden(tgargs) AS hidden FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = 'public'::regnamespace AND tgname = 'audit_insert'
    LOOP
        PERFORM audit_attach(found.relname, VARIADIC found.hidden);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Apply."""
    for statement in (COLUMNS, FILLING, TWICE_PREFIXED):
        op.execute(statement)
    for definition in INDEXES:
        _index(definition)
    if op.get_bind().scalar(AUDITS_WHOLE_ROWS):
        _record_what_changed()
        op.execute(ATTACH)


def downgrade() -> None:
    """What is mended stays so: 0012 builds the same."""


def _index(definition: str) -> None:
    name = definition.split()[2]
    found = op.get_bind().scalar(DEFINITION, {"name": name})
    if found != definition:
        op.execute(f"DROP INDEX IF EXISTS public.{name}")
        op.execute(definition)


def _record_what_changed() -> None:
    """The functions of 0001 as it is now; only which tables are exempt has been said anew since."""
    exempt = op.get_bind().scalar(EXEMPT)
    op.execute(JSON)
    written = context.script.get_revision("0001").module.AUDIT
    op.execute(written.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(str(exempt))
