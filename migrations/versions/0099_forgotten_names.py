"""An erasure reaches names of files in the company's log, names in refused logins and addresses in histories."""

from alembic import context, op

from app.infra.db.columns import NOT_AUDITED

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

# As with names of persons: what an erasure has to remove is not written into the chain in the first place.
MASK_FILES = """
CREATE FUNCTION audit_masked_file(stored json) RETURNS json
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN stored::jsonb ? 'original_name'
                THEN (stored::jsonb || '{"original_name": "(person)"}')::json ELSE stored END
$$;
CREATE FUNCTION audit_mask_file() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT coalesce(NEW.after ->> 'by_company', NEW.before ->> 'by_company')::boolean
       OR coalesce(NEW.after ->> 'book_id', NEW.before ->> 'book_id') IS NOT NULL THEN
        NEW.after := audit_masked_file(NEW.after);
        NEW.before := audit_masked_file(NEW.before);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_log_masks_files BEFORE INSERT ON audit_log FOR EACH ROW
    WHEN (NEW.table_name = 'stored_files' AND NEW.action IN ('insert', 'update', 'delete'))
    EXECUTE FUNCTION audit_mask_file();
"""
COMPARED = "CASE audited WHEN 'users' THEN", "CASE WHEN audited IN ('users', 'stored_files') THEN"
FORGET = """
-- Nobody but the owner may change these rows, except by this function, which takes names of erased accounts out.
CREATE FUNCTION forget_refused_names(names text[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (UPDATE public.access_refusals SET username = NULL
                  WHERE lower(username) = ANY (SELECT lower(name) FROM unnest(names) name) RETURNING id)
    SELECT count(*) FROM gone
$$;
"""
ADDRESSES = ("book_invitations", "summary_shares")
STRIP = """
ALTER TABLE book_audit DISABLE TRIGGER book_audit_keeps_entries;
UPDATE book_audit SET before = (before::jsonb - 'email')::json, after = (after::jsonb - 'email')::json
WHERE table_name IN ('book_invitations', 'summary_shares');
ALTER TABLE book_audit ENABLE TRIGGER book_audit_keeps_entries;
"""


def upgrade() -> None:
    """Apply; names of files that are in the company's log already stay, as its chain is final."""
    op.execute(MASK_FILES)
    op.execute(_disagreements().replace(*COMPARED))
    op.execute(FORGET)
    for table in ADDRESSES:
        op.alter_column(table, "email", comment=NOT_AUDITED)
    op.execute(STRIP)


def downgrade() -> None:
    """Take back; what was masked, forgotten or left out stays so."""
    for table in ADDRESSES:
        op.alter_column(table, "email", comment=None, existing_comment=NOT_AUDITED)
    op.execute("DROP FUNCTION forget_refused_names(text[])")
    op.execute(_disagreements())
    op.execute("DROP TRIGGER audit_log_masks_files ON audit_log")
    op.execute("DROP FUNCTION audit_mask_file()")
    op.execute("DROP FUNCTION audit_masked_file(json)")


def _disagreements() -> str:
    """The statement that makes the function as it was: that of 0059, with the changes of 0093."""
    names = context.script.get_revision("0093").module
    written: str = context.script.get_revision("0059").module.DISAGREEMENTS
    for before, after in (names.COMPARED, names.VALUES):
        written = written.replace(before, after)
    return written
