"""Seals over the audit log: each over a run of entries and the seal before, so that what is changed later shows."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# An entry's digest names its columns: one that is added later joins it only where it is not null, or the digests of
# older entries would change. Read where the time zone is UTC, for instants are written as text.
DIGEST = """
CREATE FUNCTION audit_entry_digest(entry audit_log) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(json_build_array(entry.id, entry.at, entry.user_id, entry.request_id, entry.action,
        entry.table_name, entry.row_id, entry.before, entry.after)::text, 'UTF8'))
$$;

-- Over the entries after one id and up to another: how many there are, and their digest together with the seal before.
CREATE FUNCTION audit_seal_over(since bigint, until bigint, previous bytea, OUT entries bigint, OUT digest bytea)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    SELECT count(*), sha256(previous || sha256(coalesce(string_agg(audit_entry_digest(a), '' ORDER BY a.id), ''))
                            || convert_to(format('%s:%s:%s', since, until, count(*)), 'UTF8'))
    FROM audit_log a WHERE a.id > since AND a.id <= until
$$
"""

# No writer waits for it. Ids are handed out in order but committed in any: the sequence is read first, then who holds
# the lock that each writer takes before its id and keeps to its end; once these have ended, no id up to there can come.
SEAL = """
CREATE FUNCTION audit_seal(most bigint DEFAULT 100000, patience interval DEFAULT '1 s') RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    began timestamptz := clock_timestamp();
    latest audit_seals;
    highest bigint;
    writing text[];
    sealed record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE 'audit_seal has to see what was committed while it waited: read committed only';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('control-fresco-audit-seal', 0));
    SELECT * INTO latest FROM audit_seals ORDER BY id DESC LIMIT 1;
    latest.until_id := coalesce(latest.until_id, 0);
    highest := coalesce(pg_sequence_last_value(pg_get_serial_sequence('public.audit_log', 'id')::regclass), 0);
    writing := ARRAY(
        SELECT virtualtransaction FROM pg_locks
        WHERE locktype = 'relation' AND relation = 'public.audit_log'::regclass AND mode = 'RowExclusiveLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
    );
    WHILE EXISTS (SELECT FROM pg_locks WHERE locktype = 'virtualxid' AND virtualtransaction = ANY (writing)) LOOP
        IF clock_timestamp() > began + patience THEN
            RETURN 0;
        END IF;
        PERFORM pg_sleep(0.02);
    END LOOP;
    -- Of many entries only so many at a time: what checks a seal reads it whole.
    highest := coalesce((SELECT id FROM audit_log WHERE id > latest.until_id AND id <= highest
                         ORDER BY id OFFSET greatest(most, 1) LIMIT 1) - 1, highest);
    SELECT * INTO sealed FROM audit_seal_over(latest.until_id, highest, coalesce(latest.digest, ''));
    IF sealed.entries > 0 THEN
        INSERT INTO audit_seals (since_id, until_id, entries, previous, digest, sealed_at)
        VALUES (latest.until_id, highest, sealed.entries, coalesce(latest.digest, ''), sealed.digest, clock_timestamp());
    END IF;
    RETURN sealed.entries;
END
$$;

-- A seal at a time, so that it takes no more memory than the largest of them.
CREATE FUNCTION audit_seal_disagreements() RETURNS TABLE (problem text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    seal audit_seals;
    reached bigint := 0;
    previous bytea := '';
    found record;
BEGIN
    FOR seal IN SELECT * FROM audit_seals ORDER BY id LOOP
        IF seal.since_id <> reached OR seal.previous <> previous THEN
            problem := format('audit seal %s does not follow from the one before: a seal was removed or changed', seal.id);
            RETURN NEXT;
        END IF;
        SELECT * INTO found FROM audit_seal_over(seal.since_id, seal.until_id, seal.previous);
        IF found.entries <> seal.entries OR found.digest <> seal.digest THEN
            problem := format('audit entries %s to %s are not as they were sealed: %s of %s are there',
                              seal.since_id + 1, seal.until_id, found.entries, seal.entries);
            RETURN NEXT;
        END IF;
        reached := seal.until_id;
        previous := seal.digest;
    END LOOP;
    IF EXISTS (SELECT FROM audit_log WHERE id <= 0) THEN
        problem := 'audit entries without a number of the sequence were inserted';
        RETURN NEXT;
    END IF;
END
$$;

CREATE TRIGGER audit_seals_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_seals FROM control_fresco_app;
    END IF;
END
$$
"""

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


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_seals",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("since_id", sa.BigInteger, nullable=False),
        sa.Column("until_id", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("since_id < until_id", name=op.f("ck_audit_seals_some")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_seals"),
        sa.UniqueConstraint("since_id", name="uq_audit_seals_since_id"),
        sa.UniqueConstraint("digest", name="uq_audit_seals_digest"),
    )
    op.execute(DIGEST)
    op.execute(SEAL)
    op.execute(EXEMPT.format(names="audit_exempt() || 'audit_seals'::text"))


def downgrade() -> None:
    """Take back."""
    op.execute(EXEMPT.format(names="array_remove(audit_exempt(), 'audit_seals')"))
    for function in (
        "audit_seal_disagreements()",
        "audit_seal(bigint, interval)",
        "audit_seal_over(bigint, bigint, bytea)",
        "audit_entry_digest(audit_log)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("audit_seals")
