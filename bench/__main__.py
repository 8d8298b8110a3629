"""Run every measurement of `make bench`; exits 1 if a limit is exceeded."""

import sys

from bench import credito, imports, insights, jobs, reports, speed, wrk
from bench.databases import loaded


def main() -> int:
    """Run every part, even if one before failed; reports and requests use the same data."""
    wrk.require()  # now, and not after minutes
    asked = speed.arguments()
    missed = jobs.main() + imports.main() + insights.measure(keep=asked.write)
    with loaded(reports.LOADED) as app:
        missed += reports.measure(app)
        missed += speed.measure(app, speed.WHOLE, keep=asked.write)
    with credito.loaded(credito.LOANS) as app:
        missed += credito.measure(app, credito.LOANS, keep=asked.write)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
