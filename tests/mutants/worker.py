"""Pytest plugin of one mutant's tests: a database of their own, and cheap tests first."""

import gc
import os
from itertools import count
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

_SLOT = pytest.StashKey[FileLock]()


def pytest_configure(config: pytest.Config) -> None:
    """Name the databases of this process by the first free number, so that few are made."""
    gc.freeze()  # pytest collects garbage at its end, which in a fork would copy all that was loaded before
    for number in count():
        slot = FileLock(Path(os.environ["FRESCO_TEST_CLUSTER"]) / f"slot{number}.lock")
        try:
            slot.acquire(blocking=False)
        except Timeout:
            continue
        config.stash[_SLOT] = slot
        os.environ["PYTEST_XDIST_WORKER"] = f"mutant{number}"
        return


def pytest_unconfigure(config: pytest.Config) -> None:
    """Free the number."""
    config.stash[_SLOT].release()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by cost: nothing to set up, a database, a server; and by module, so that module fixtures are made once."""
    items.sort(key=_cost)


def _cost(item: pytest.Item) -> tuple[bool, bool, str]:
    fixtures = getattr(item, "fixturenames", ())
    return "server" in fixtures, "app" in fixtures, item.nodeid.partition("::")[0]
