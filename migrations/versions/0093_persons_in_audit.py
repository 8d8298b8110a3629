"""Names and addresses of people with accounts of their own never enter the company's audit log in the clear."""

from alembic import context, op

from app.infra.db.columns import NOT_AUDITED

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

# The log is a hash chain that nobody changes later: what an erasure has to remove is not written in the first place.
MASK = """
CREATE FUNCTION audit_masked(stored json) RETURNS json
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (stored::jsonb || coalesce(jsonb_object_agg(key, '(person)'), '{}'))::json
    FROM jsonb_each(stored::jsonb) WHERE key IN ('username', 'email', 'full_name') AND value <> 'null'
$$;

-- The values that rows are compared with: without those that were masked.
CREATE FUNCTION audit_unmasked(stored jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT stored - ARRAY(SELECT key FROM jsonb_each(stored) WHERE value = '"(person)"')
$$;

CREATE FUNCTION audit_mask_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(NEW.after ->> 'role', NEW.before ->> 'role') = 'person' THEN
        NEW.after := audit_masked(NEW.after);
    END IF;
    IF NEW.before ->> 'role' = 'person' THEN
        NEW.before := audit_masked(NEW.before);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_log_masks_persons BEFORE INSERT ON audit_log FOR EACH ROW
    WHEN (NEW.table_name = 'users' AND NEW.action IN ('insert', 'update', 'delete'))
    EXECUTE FUNCTION audit_mask_person();
"""
COMPARED = "NOT to_jsonb(r) @> latest.after", "NOT to_jsonb(r) @> %s"
VALUES = (
    "$q$, audited, audited, recorded, audited);",
    """$q$, audited, audited, recorded, audited,
            CASE audited WHEN 'users' THEN 'audit_unmasked(latest.after)' ELSE 'latest.after' END);""",
)
MAILED = (("mailed_tokens", "email"), ("sso_links", "email"))


def upgrade() -> None:
    """Apply."""
    op.execute(MASK)
    compared = _disagreements()
    for before, after in (COMPARED, VALUES):
        compared = compared.replace(before, after)
    op.execute(compared)
    for table, column in MAILED:
        op.alter_column(table, column, comment=NOT_AUDITED)


def downgrade() -> None:
    """Take back; what was masked stays so."""
    for table, column in MAILED:
        op.alter_column(table, column, comment=None, existing_comment=NOT_AUDITED)
    op.execute(_disagreements())
    op.execute("DROP TRIGGER audit_log_masks_persons ON audit_log")
    op.execute("DROP FUNCTION audit_mask_person()")
    op.execute("DROP FUNCTION audit_unmasked(jsonb)")
    op.execute("DROP FUNCTION audit_masked(json)")


def _disagreements() -> str:
    """The statement that makes the function as it was."""
    written: str = context.script.get_revision("0059").module.DISAGREEMENTS
    return written
