"""Fixture: a local service that publishes rates."""

from collections.abc import Iterator

import pytest

from tests.core.currencies.trm_server import TrmServer


@pytest.fixture
def trm(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrmServer]:
    """Start the service on 127.0.0.1, with proxies of the environment disabled."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with TrmServer() as server:
        yield server
