"""Conversion in SQL: into %(target)s, at the rate of a row's own day."""

DOLLARS = "base = 'USD' AND quote = 'COP' AND kind = 'mid'"
LATEST = f"(SELECT rate FROM exchange_rates WHERE {DOLLARS} AND date <= {{day}} ORDER BY date DESC LIMIT 1)"
FIRST = f"(SELECT rate FROM exchange_rates WHERE {DOLLARS} ORDER BY date LIMIT 1)"
_FIRST_DAY = f"(SELECT min(date) FROM exchange_rates WHERE {DOLLARS})"
RATES = f"(SELECT date, rate FROM exchange_rates WHERE {DOLLARS}) AS rates"


def rate_on(day: str) -> str:
    """Latest rate on or before the day, or else the first; the joined `rates` nearly always has the day itself."""
    latest = LATEST.format(day=day)
    return f"coalesce(rates.rate, CASE WHEN {day} > {_FIRST_DAY} THEN {latest} END, {FIRST})"


def shown(rate: str) -> str:
    """The rate with as many decimals as it needs, at least six."""
    return f"(SELECT round(found, greatest(min_scale(found), 6)) FROM (SELECT {rate} AS found) AS one)"


def worth(row: str) -> str:
    """Converted amount of a row of amount, currency and day, unrounded."""
    rate = rate_on(f"{row}.day")
    return (
        f"CASE WHEN {row}.currency = %(target)s THEN {row}.amount"
        f" WHEN %(target)s = 'COP' THEN {row}.amount * {rate} ELSE {row}.amount / {rate} END"
    )


def totals(rows: str, *key: str, count: str = "count(*)") -> str:
    """Number and converted sum of the rows by key: summed by day and currency first, then converted.

    Unconverted amounts need not be summed by day.
    """
    by = "".join(f"{name}, " for name in key)
    places = ", ".join(str(place + 1) for place in range(len(key) + 2))
    days = f"""
        SELECT {by} currency, CASE WHEN currency <> %(target)s THEN day END AS day,
               sum(amount) AS amount, {count} AS count
        FROM ({rows}) AS one GROUP BY {places}
    """
    return f"""
        SELECT {by} sum(days.count)::bigint AS count, sum({worth("days")}) AS total
        FROM ({days}) AS days LEFT JOIN {RATES} ON rates.date = days.day
        {f"GROUP BY {', '.join(key)}" if key else ""}
    """
