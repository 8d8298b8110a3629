"""Measure the memory of exports as they grow: `python -m bench.memory [--write]`. Exits 1 if it grows with rows."""

import argparse
import sys
import tempfile
import time
from contextlib import closing
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path

from bench import limits
from bench.databases import let_go, load, loaded, url_of
from bench.processes import circumstances, family
from bench.serving import PROGRAM, Served
from bench.tables import Table, number, write

ROWS = (100_000, 1_000_000)
FORMATS = ("csv", "xlsx")
_PIECE = 1024 * 1024
_PATIENCE = 1800


def main() -> int:
    """Measure exports of different sizes, each on a new server with one worker; print the table."""
    said = "Peak memory (RSS) of the one worker during GET /api/payments?format=..., and before it, in MB."
    print(said)
    table, peaks = Table(("export", "rows", "seconds", "MB sent", "before", "peak"), 8), dict[str, list[float]]()
    with loaded(_payments(ROWS[0])) as app, tempfile.TemporaryDirectory() as folder:
        for fewer, rows in pairwise((ROWS[0], *ROWS)):
            load(app, _payments(rows - fewer))
            let_go(app)
            for form in FORMATS:
                with Served(PROGRAM, url_of(app), Path(folder), workers=1) as served:
                    seconds, sent, before, peak = _export(served, form)
                table.add(form, f"{rows:,}", *map(number, (seconds, sent, before, peak)))
                peaks.setdefault(form, []).append(peak)
    if _arguments().write:
        write("memory", [circumstances(), "", said, "", *table.lines])
    grown = {form: many - few for form, (few, many) in peaks.items() if many - few > limits.EXPORT_GROWTH_MB}
    for form, megabytes in grown.items():
        print(f"The {form} of {ROWS[1]:,} rows takes {megabytes:.0f} MB more than that of {ROWS[0]:,}.")
    return int(bool(grown))


def _payments(count: int) -> dict[str, int]:
    return {"payments": count, "incomes": 0, "expenses": 0}


def _export(served: Served, form: str) -> tuple[float, float, float, float]:
    """Seconds, megabytes sent, and the worker's memory before and at its peak."""
    headers = served.log_in()
    served.send("GET", "/api/payments", headers=headers)
    [worker] = family(served.pid)[1:]
    status = Path(f"/proc/{worker.pid}/status")
    before = _megabytes(status, "VmRSS")
    Path(f"/proc/{worker.pid}/clear_refs").write_text("5")  # reset the peak
    started, sent = time.perf_counter(), 0
    with closing(HTTPConnection("127.0.0.1", served.port, timeout=_PATIENCE)) as connection:
        connection.request("GET", f"/api/payments?format={form}", headers=headers)
        response = connection.getresponse()
        while piece := response.read(_PIECE):
            sent += len(piece)
    if response.status != 200:
        raise SystemExit(f"{form}: {response.status}, the figures mean nothing; see {served.log.name}")
    return time.perf_counter() - started, sent / _PIECE, before, _megabytes(status, "VmHWM")


def _megabytes(status: Path, name: str) -> float:
    [line] = [line for line in status.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
