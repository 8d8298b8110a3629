"""All that `make bench` measures; exits 1 where a limit does not hold."""

import sys

from bench import jobs, reports, speed, wrk


def main() -> int:
    """Every part, whatever became of those before."""
    wrk.require()  # now, and not after minutes
    missed = [part.main() for part in (jobs, reports, speed)]
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main())
