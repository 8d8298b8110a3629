"""Limits of `make bench`, which fails if one is exceeded."""

RATIO = 0.8
"""Of the floor's requests a second, the least that the program answers."""
MEMORY_MB = 300
"""Of all workers together, after the run."""
BESIDE_LOGINS_MS = 200
"""95 of 100 other requests are answered within this while LOGINS_A_SECOND arrive."""
LOGINS_A_SECOND = 50
EXPORT_GROWTH_MB = 20
"""More than the export of 100,000 rows takes, that of 1,000,000 may take: what is constant but for noise."""
FASTER = 20
"""At 5,000,000 movements, by how many times kept sums must be faster than their rows to be worth keeping."""
SINGLE_TIMES, BULK_TIMES = 1.15, 2.0
"""Highest ratio of write times with kept sums to those without: single rows, and bulk statements."""
