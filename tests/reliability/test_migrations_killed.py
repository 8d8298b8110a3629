"""A migration that is killed half-way leaves a whole revision; running it again does the rest and loses no row."""

import json
import subprocess
import sys
from collections.abc import Callable

from tests.reliability.harness import SEED
from tests.soak import SOAK, soak_only
from tests.support import ROOT

ROWS = 100_000 if SOAK else 200
KILLS = 5 if SOAK else 1


@soak_only
def test_migrations_that_are_killed_are_whole_or_not_there_and_run_again(
    cluster: str, template: str, measured: Callable[[str], None]
) -> None:
    settings = [cluster, template, str(ROWS), str(KILLS), str(SEED)]
    command = [sys.executable, "-m", "tests.reliability.migrating", *settings]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    crashes = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [crash for crash in crashes if crash["problems"]] == []
    assert len(crashes) == (2 * KILLS if KILLS > 1 else 1)
    measured(f"{len(crashes)} kills, {KILLS} of them over {2 * ROWS} rows: the next run succeeds, 0 rows lost")
