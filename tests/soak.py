"""Long runs: `make soak` sets FRESCO_SOAK=1, and `make test` leaves them out or makes them short."""

import os
from typing import Any

import pytest

SOAK = "FRESCO_SOAK" in os.environ
soak_only = pytest.mark.skipif(not SOAK, reason="a long run, for make soak")


def daily(*cases: Any, count: int = 1) -> list[Any]:
    """Cases of a test, of which `make test` takes the first ones."""
    apart = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*case, marks=[soak_only] if number >= count else []) for number, case in enumerate(apart)]
