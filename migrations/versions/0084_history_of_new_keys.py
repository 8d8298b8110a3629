"""The history of a book stays final, but for encrypted texts in place of those that it has: new keys, written anew."""

from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

# An entry may change in one way: texts in its values become encrypted ones.
MAY_ENCRYPT = """
CREATE FUNCTION book_history_encrypts(stored json, given json) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT stored IS NULL AND given IS NULL OR coalesce((
        SELECT bool_and(s.value IS NOT DISTINCT FROM g.value
                        OR coalesce(jsonb_typeof(s.value) = 'string'
                                    AND starts_with(g.value #>> '{}', 'enc:1:'), false))
        FROM jsonb_each(stored::jsonb) s FULL JOIN jsonb_each(given::jsonb) g USING (key)), stored IS NOT NULL)
$$
"""
FINAL = """
CREATE FUNCTION book_audit_keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - '{before,after}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{before,after}'::text[]
       OR NOT book_history_encrypts(OLD.before, NEW.before) OR NOT book_history_encrypts(OLD.after, NEW.after) THEN
        RAISE insufficient_privilege USING MESSAGE = format('entry %s of the history is final', OLD.id);
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER book_audit_is_final ON book_audit;
CREATE TRIGGER book_audit_is_final BEFORE TRUNCATE ON book_audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER book_audit_keeps_entries BEFORE UPDATE ON book_audit FOR EACH ROW EXECUTE FUNCTION book_audit_keep();
"""
ENCRYPT = """
CREATE FUNCTION encrypt_book_history(book bigint, entry_ids bigint[], befores text[], afters text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE book_audit a
    SET before = (a.before::jsonb || given.before)::json, after = (a.after::jsonb || given.after)::json
    FROM (SELECT entry_id, before::jsonb, after::jsonb
          FROM unnest(entry_ids, befores, afters) AS part (entry_id, before, after)) given
    WHERE a.id = given.entry_id AND a.book_id = book
$$
"""
BACK = """
DROP FUNCTION encrypt_book_history(bigint, bigint[], text[], text[]);
DROP TRIGGER book_audit_keeps_entries ON book_audit;
DROP TRIGGER book_audit_is_final ON book_audit;
CREATE TRIGGER book_audit_is_final BEFORE UPDATE OR TRUNCATE ON book_audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
DROP FUNCTION book_audit_keep();
DROP FUNCTION book_history_encrypts(json, json)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(MAY_ENCRYPT)
    op.execute(FINAL)
    op.execute(ENCRYPT)


def downgrade() -> None:
    """Take back."""
    op.execute(BACK)
