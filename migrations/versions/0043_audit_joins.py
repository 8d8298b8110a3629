"""Changes of many rows are recorded in time that grows with their number, whatever the session did before."""

from alembic import context, op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

# A session keeps the plan of its first update. If that was of one row, old and new rows were joined by a nested loop
# from then on: 10,000 rows took half a minute. Without it they are joined by a hash.
SETTING, WITH_JOIN = "SET work_mem = ''64MB''", "SET work_mem = ''64MB'' SET enable_nestloop = off"

FUNCTIONS = """
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'audit_update_of_')
    LOOP
        EXECUTE format('ALTER FUNCTION %s {}', made);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Apply."""
    op.execute(_attach().replace(SETTING, WITH_JOIN))
    op.execute(FUNCTIONS.format("SET enable_nestloop = off"))


def downgrade() -> None:
    """Take back."""
    op.execute(_attach())
    op.execute(FUNCTIONS.format("RESET enable_nestloop"))


def _attach() -> str:
    """The statement that replaces audit_attach by its text of the first migration."""
    written: str = context.script.get_revision("0001").module.AUDIT
    start = written.index("CREATE FUNCTION audit_attach(")
    end = written.index("$$;", written.index("AS $$", start)) + len("$$;")
    return written[start:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
