"""Measure the program against its floor: `python -m bench.speed [--quick]`. Exits 1 if a limit is missed."""

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flask import Flask, current_app

from app.infra import clock
from bench import limits, wrk
from bench.databases import an_hour_later, let_go, loaded, url_of
from bench.flood import FLOODS, OTHERS_A_SECOND, flood
from bench.processes import circumstances, cpu_seconds, postmaster, proportional_mb, settle
from bench.reports import LOADED
from bench.requests import Subjects, requests
from bench.serving import FLOOR, PROGRAM, Served
from bench.tables import Table, number, write


@dataclass(frozen=True)
class Size:
    """Size of the data, and usual and highest numbers of rounds and seconds."""

    counts: Mapping[str, int]
    rounds: int
    most: int
    seconds: int
    longest: int
    flooded: int


WHOLE = Size(LOADED, rounds=7, most=14, seconds=1, longest=2, flooded=10)
QUICK = Size({name: count // 50 for name, count in LOADED.items()}, rounds=2, most=2, seconds=1, longest=2, flooded=3)
ENOUGH = 20
"""Requests of a round, which determine its duration up to the maximum."""
NEAR = 0.1
"""Distance to the target ratio within which a request gets more rounds, as single rounds differ by more."""
HEADS = ("request", "req/s", "p50", "p95", "Python", "SQL", "floor", "p50", "p95", "Python", "SQL", "ratio")


@dataclass(frozen=True)
class Bench:
    """Settings of the measurement."""

    app: Flask
    ours: Served
    floor: Served
    about: Subjects
    size: Size
    postmaster: int | None


class Measured(NamedTuple):
    """Figures of one side and round: requests per second, durations and CPU times in milliseconds."""

    per_second: float
    p50: float
    p95: float
    python: float
    postgres: float


def main() -> int:
    """Load, and measure."""
    wrk.require()
    asked = arguments()
    size = QUICK if asked.quick else WHOLE
    with loaded(size.counts) as app:
        return measure(app, size, keep=asked.write)


def measure(app: Flask, size: Size, *, keep: bool) -> int:
    """Serve both, measure in turns, and print tables; `keep` writes them to the document."""
    with app.app_context():
        about = Subjects.of(url_of(app), clock.today(current_app.config["TIMEZONE"]))
    let_go(app)
    url = url_of(app)
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        with Served(PROGRAM, url, logs) as ours, Served(FLOOR, url, logs) as floor:
            lines, misses = _compare(Bench(app, ours, floor, about, size, postmaster(url)))
            memory = proportional_mb(ours.pid)
        flooded, missed = _flooded(url, logs, about, size.flooded)
    said = f"Memory of the program's {ours.workers} workers and their parent after that: {memory:.0f} MB."
    print(said)
    if memory > limits.MEMORY_MB:
        misses.append(f"{memory:.0f} MB of memory are more than {limits.MEMORY_MB}.")
    if keep:
        write("speed", [circumstances(), "", *lines, "", said, "", *flooded])
    print(*misses, *missed, sep="\n")
    return int(bool(misses or missed))


def _compare(bench: Bench) -> tuple[list[str], list[str]]:
    """Table of all requests, and those that miss the target."""
    size, headers = bench.size, bench.ours.log_in()
    said = (
        f"{', '.join(f'{count:,} {name}' for name, count in size.counts.items())}; "
        f"the median of {size.rounds} to {size.most} rounds of {size.seconds} s or more; "
        "times and CPU times in milliseconds."
    )
    print(said)
    table, misses, written = Table(HEADS, 26), [], False
    for place, request in enumerate(requests(bench.about)):
        if written and not request.writes:
            an_hour_later(bench.app)
        written = request.writes
        rounds = _rounds(bench, place, headers)
        ours, floor = (_median(side) for side in zip(*rounds, strict=True))
        ratio = _ratio(rounds)
        table.add(request.name, *map(number, ours), *map(number, floor), f"{ratio:.2f}")
        least = limits.LOWER_RATIOS.get(request.name, limits.RATIO)
        if ratio < least:
            misses.append(f"«{request.name}» is answered at {ratio:.2f} of the floor's rate: {least} is the least.")
    return [said, "", *table.lines], misses


def _rounds(bench: Bench, place: int, headers: dict[str, str]) -> list[tuple[Measured, Measured]]:
    """Measure both sides in turns, after a warm-up that determines the duration of a round."""
    slower = min(_warmed(bench, place, headers))
    seconds = min(max(bench.size.seconds, math.ceil(ENOUGH / slower)), bench.size.longest)
    done: list[tuple[Measured, Measured]] = []
    for turn in range(1, bench.size.most + 1):
        ours = _measured(bench, bench.ours, place, 2 * turn, headers, seconds)
        floor = _measured(bench, bench.floor, place, 2 * turn + 1, headers, seconds)
        done.append((ours, floor))
        if turn == bench.size.rounds and abs(_ratio(done) - limits.RATIO) > NEAR:
            break
    return done


def _ratio(rounds: Sequence[tuple[Measured, Measured]]) -> float:
    """Median of the ratios of the rounds, as the machine's speed drifts."""
    return statistics.median(ours.per_second / floor.per_second for ours, floor in rounds)


def _warmed(bench: Bench, place: int, headers: dict[str, str]) -> list[float]:
    """Warm up both sides at once; returns their requests per second."""

    def warm(side: Served, turn: int) -> float:
        return wrk.send(side.url, requests(bench.about, turn)[place], headers, seconds=bench.size.seconds).per_second

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(warm, (bench.ours, bench.floor), (0, 1)))


def _measured(bench: Bench, side: Served, place: int, turn: int, headers: dict[str, str], seconds: int) -> Measured:
    request = requests(bench.about, turn)[place]
    before = _spent(bench, side)
    run = wrk.send(side.url, request, headers, seconds=seconds)
    settle(side.pid, bench.postmaster)
    # When wrk stops, one request of each connection is still running.
    done = run.requests + request.connections
    python, postgres = ((now - then) * 1000 / done for then, now in zip(before, _spent(bench, side), strict=True))
    return Measured(run.per_second, run.p50, run.p95, python, postgres)


def _spent(bench: Bench, side: Served) -> tuple[float, float]:
    """CPU time so far of the side's Python and of PostgreSQL, which is unknown on another machine."""
    return cpu_seconds(side.pid), math.nan if bench.postmaster is None else cpu_seconds(bench.postmaster)


def _median(rounds: Sequence[Measured]) -> Iterator[float]:
    return (statistics.median(figures) for figures in zip(*rounds, strict=True))


def _flooded(url: str, logs: Path, about: Subjects, seconds: int) -> tuple[list[str], list[str]]:
    """Table of other requests during a flood of logins, and those that miss the limit."""
    path = requests(about)[0].path
    said = (
        f"{limits.LOGINS_A_SECOND} logins a second for {seconds} s, and beside them {OTHERS_A_SECOND} times a second "
        f"«{requests(about)[0].name}», of which p50 and p95 are in milliseconds."
    )
    print(said)
    table, misses = Table(("logins with", "let in", "refused", "no answer", "others", "not 200", "p50", "p95"), 32), []
    for name in FLOODS:
        with Served(PROGRAM, url, logs) as served:  # a new server each time, without waiting requests of the last flood
            found = flood(served, name, path, served.log_in(), seconds)
        refused = sum(count for status, count in found.logins.items() if status >= 400)
        failed = found.others.total() - found.others[200]
        p50, p95 = found.percentile(50), found.percentile(95)
        counts = (found.logins[200], refused, found.logins[0], found.others.total(), failed)
        table.add(name, *counts, number(p50), number(p95))
        if failed or p95 > limits.BESIDE_LOGINS_MS:
            misses.append(
                f"Beside logins with {name} p95 is {p95:.0f} ms: at most {limits.BESIDE_LOGINS_MS} is the aim."
            )
    return [said, "", *table.lines], misses


def arguments() -> argparse.Namespace:
    """Command-line arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less data, shorter runs: to see where one stands")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
