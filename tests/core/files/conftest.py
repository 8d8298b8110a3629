"""A store of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.infra.storage import LocalStorage
from tests.factories.files import storing_in_folder


@pytest.fixture(autouse=True)
def store(app: Flask, tmp_path: Path) -> Iterator[LocalStorage]:
    """An empty folder."""
    with storing_in_folder(app, tmp_path / "files") as empty:
        yield empty
