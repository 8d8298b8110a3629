"""All that a database holds, to compare one moment with another."""

from sqlalchemy import Connection, text

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
_ROWS = "SELECT '{0}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"

State = dict[str, tuple[int, str]]


def state(looking: Connection) -> State:
    """Of every table, how many rows it has and all of them as one word."""
    parts = [_ROWS.format(name) for name in looking.scalars(_TABLES)]
    found = looking.execute(text(" UNION ALL ".join(parts))).all() if parts else []
    return {name: (count, word) for name, count, word in found}


def more(before: State, after: State) -> dict[str, int]:
    """By how many rows the tables have grown."""
    return {name: after[name][0] - before[name][0] for name in after if after[name][0] != before[name][0]}
