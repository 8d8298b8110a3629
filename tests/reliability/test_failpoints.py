"""A write that dies half-way leaves all of it or nothing, and asking once more has its effect exactly once."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import preloaded
from tests.reliability.harness import broken_rules
from tests.soak import SOAK

pytestmark = pytest.mark.long


def test_a_write_killed_at_any_step_is_atomic_and_done_once_when_repeated(
    server_database: str, logs_as_before: None, tmp_path: Path, measured: Callable[[str], None]
) -> None:
    which = "all" if SOAK else "some"
    done = preloaded.run("tests.reliability.dying", server_database, str(tmp_path), which, env=os.environ)
    assert done.returncode == 0, done.stderr[-3000:]
    crashes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [crash for crash in crashes if crash["problems"]] == []
    assert len({crash["write"] for crash in crashes}) >= (32 if SOAK else 4)
    assert len({crash["step"] for crash in crashes}) == 4
    assert broken_rules(server_database, tmp_path) == []
    measured(f"{len(crashes)} crashes: old or new, never mixed; asked again, one effect")
