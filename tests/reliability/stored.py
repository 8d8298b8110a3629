"""Contents of a database, to compare two moments."""

from sqlalchemy import Connection, text

_TABLES = text("""
    SELECT CASE schemaname WHEN 'public' THEN '' ELSE schemaname || '.' END || tablename FROM pg_tables
    WHERE schemaname IN ('public', 'tasks') ORDER BY 1
""")
_ROWS = "SELECT '{0}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"

State = dict[str, tuple[int, str]]


def state(looking: Connection) -> State:
    """Number and digest of the rows of every table."""
    parts = [_ROWS.format(name) for name in looking.scalars(_TABLES)]
    found = looking.execute(text(" UNION ALL ".join(parts))).all() if parts else []
    return {name: (count, word) for name, count, word in found}


def more(before: State, after: State) -> dict[str, int]:
    """Number of new rows by table."""
    return {name: after[name][0] - before[name][0] for name in after if after[name][0] != before[name][0]}
