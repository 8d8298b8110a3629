"""A service that publishes rates."""

from collections.abc import Iterator

import pytest

from tests.domains.currencies.trm_server import TrmServer


@pytest.fixture
def trm(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrmServer]:
    """On this machine, whatever proxy it stands behind."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with TrmServer() as server:
        yield server
