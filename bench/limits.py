"""Limits of `make bench`, which fails if one is exceeded."""

RATIO = 0.75
"""Lowest ratio of the program's requests per second to the floor's."""
LOWER_RATIOS = {
    "payments overdue": 0.5,
    "a project with its plan": 0.55,
    "a payment entered": 0.6,
    "a payment of a loan": 0.4,
}
"""Kinds of request that miss it by ordinary means, and what they may not fall below: see docs/performance.md."""
MEMORY_MB = 300
"""Memory of all workers after the run, in MB."""
BESIDE_LOGINS_MS = 200
"""95th percentile of other requests' durations while LOGINS_A_SECOND arrive, in ms."""
LOGINS_A_SECOND = 50
EXPORT_GROWTH_MB = 20
"""Memory that an export of 1,000,000 rows may take beyond that of 100,000: noise around a constant."""
FASTER = 20
"""Factor by which kept sums must be faster than their rows, at 5,000,000 movements."""
SINGLE_TIMES, BULK_TIMES = 1.15, 2.0
"""Highest ratio of write times with kept sums to those without: single rows, and bulk statements."""
