"""Tables are attached to the audit log by name and comments, after each migration, whatever it says itself."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Columns of which the audit log must have no values are marked by a comment.
HIDDEN = {"users": "password_hash", "sessions": "sid"}
MARK = "COMMENT ON COLUMN {}.{} IS {}"

REFRESH = """
CREATE FUNCTION audit_is_attached(audited regclass, hidden text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT count(*) = 4 AND bool_and(tgenabled = 'O'
        AND (tgname NOT IN ('audit_insert', 'audit_delete') OR audit_hidden(tgargs) = hidden)
        AND (tgname <> 'audit_update' OR prosrc = audit_update_source(relname, hidden)))
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid = audited AND tgname IN ('audit_insert', 'audit_update', 'audit_delete', 'audit_truncate')
$$;

-- Called after each migration. One that fills new tables or columns itself calls it before: what it fills in is
-- recorded then.
CREATE FUNCTION audit_refresh() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT relname, pg_class.oid AS audited,
               ARRAY(SELECT attname::text FROM pg_attribute
                     WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
                       AND col_description(pg_class.oid, attnum) = 'not audited' ORDER BY attnum) AS hidden,
               EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'id') AS has_id
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL (audit_exempt())
        ORDER BY relname
    LOOP
        IF NOT found.has_id THEN
            RAISE EXCEPTION 'table % has no column id, by which the audit log names rows', found.relname
                USING HINT = 'Give it one, or add the table to audit_exempt() in the same migration.';
        END IF;
        IF NOT audit_is_attached(found.audited, found.hidden) THEN
            PERFORM audit_attach(found.relname, VARIADIC found.hidden);
        END IF;
    END LOOP;
    FOR found IN
        SELECT oid::regprocedure AS made FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'audit_update_of_')
          AND to_regclass(format('public.%I', substr(proname, length('audit_update_of_') + 1))) IS NULL
    LOOP
        EXECUTE format('DROP FUNCTION %s', found.made);  -- its table is gone
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Apply."""
    for table, column in HIDDEN.items():
        op.execute(MARK.format(table, column, "'not audited'"))
    op.execute(REFRESH)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION audit_refresh()")
    op.execute("DROP FUNCTION audit_is_attached(regclass, text[])")
    for table, column in HIDDEN.items():
        op.execute(MARK.format(table, column, "NULL"))
