"""Fixtures for figures as of 15 June 2026."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.infra import clock
from tests.support import Caller, sign_in


@pytest.fixture
def looker(anonymous: Caller) -> Iterator[Caller]:
    """Caller with the role viewer, on that day."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield sign_in(anonymous, "viewer")
