"""Tasks: procrastinate's tables and functions in a schema of their own, and what the program adds to them."""

from pathlib import Path

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

PROCRASTINATE = (Path(__file__).parent / "procrastinate-3.10.0.sql").read_text(encoding="utf-8")
"""The file of that release, unchanged; a later release's own migrations follow it in later revisions."""

ADDED = """
-- A key is used once. procrastinate's own, `queueing_lock`, counts among waiting tasks only and aborts the transaction.
CREATE TABLE keys (
    key text CONSTRAINT pk_keys PRIMARY KEY,
    job_id bigint CONSTRAINT fk_keys_job_id_procrastinate_jobs REFERENCES procrastinate_jobs ON DELETE CASCADE
);
CREATE INDEX ix_keys_job_id ON keys (job_id);

CREATE TABLE errors (
    job_id bigint CONSTRAINT pk_errors PRIMARY KEY
        CONSTRAINT fk_errors_job_id_procrastinate_jobs REFERENCES procrastinate_jobs ON DELETE CASCADE,
    error text NOT NULL
);

CREATE TABLE selftests (
    batch uuid NOT NULL,
    number integer NOT NULL,
    runs integer NOT NULL,
    effects integer NOT NULL,
    started_at timestamptz NOT NULL,
    CONSTRAINT pk_selftests PRIMARY KEY (batch, number)
);

CREATE INDEX ix_procrastinate_jobs_status ON procrastinate_jobs (status, id);

-- Enqueues a task in the caller's transaction; its id, or NULL where the key was used.
CREATE FUNCTION put(name text, payload jsonb, unique_key text, run_at timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    IF unique_key IS NOT NULL THEN
        INSERT INTO keys (key) VALUES (unique_key) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    -- (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    made := (procrastinate_defer_jobs_v1(ARRAY[ROW(
        name, name, 0, NULL, NULL, jsonb_build_object('payload', payload), coalesce(run_at, now())
    )::procrastinate_job_to_defer_v1]))[1];
    UPDATE keys SET job_id = made WHERE key = unique_key;
    RETURN made;
END
$$;

CREATE FUNCTION note_error(task_id bigint, message text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO errors (job_id, error) SELECT id, message FROM procrastinate_jobs WHERE id = task_id
    ON CONFLICT (job_id) DO UPDATE SET error = excluded.error
$$;

-- Lets tasks wait again whose worker has ended, or was silent for so long; their number. procrastinate marks such a
-- task by the id of its worker, which is NULL once that worker is removed.
CREATE FUNCTION rescue(silence interval) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    rescued bigint;
BEGIN
    DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - silence;
    WITH left_behind AS (
        UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, scheduled_at = now()
        WHERE status = 'doing' AND worker_id IS NULL
        RETURNING id
    ), noted AS (
        INSERT INTO errors (job_id, error) SELECT id, 'Its worker ended while it ran.' FROM left_behind
        ON CONFLICT (job_id) DO UPDATE SET error = excluded.error
    )
    SELECT count(*) INTO rescued FROM left_behind;
    RETURN rescued;
END
$$;

-- Whoever calls a function has another search path, and procrastinate names its tables without a schema.
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = 'tasks'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = tasks, pg_temp', made);
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        GRANT USAGE ON SCHEMA tasks TO control_fresco_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tasks TO control_fresco_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA tasks TO control_fresco_app;
    END IF;
END
$$;
"""


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE SCHEMA tasks")
    # psycopg2's own cursor: without arguments it leaves the percent signs and colons of the file alone.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        [before] = cursor.fetchone()
        cursor.execute("SET LOCAL search_path = tasks, pg_temp")
        cursor.execute(PROCRASTINATE)
        cursor.execute(ADDED)
        cursor.execute("SELECT set_config('search_path', %s, true)", (before,))


def downgrade() -> None:
    """Take back; tasks that wait are lost."""
    op.execute("DROP SCHEMA tasks CASCADE")
