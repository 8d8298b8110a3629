"""The key that is made where none is set."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from flask import Flask

from app import create_app
from app.infra.secret_key import read_or_create
from app.kernel.identity import Identity
from app.web.auth import access_token
from tests import conftest


def test_it_is_made_once_at_random_for_its_owner_alone(tmp_path: Path) -> None:
    here, elsewhere = (read_or_create(tmp_path / name) for name in ("here", "elsewhere"))
    assert read_or_create(tmp_path / "here") == here
    assert here != elsewhere
    assert len(here) == 64
    made = tmp_path / "here" / "secret_key"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [path.name for path in made.parent.iterdir()] == ["secret_key"]


def test_starts_at_the_same_moment_have_the_same_key(tmp_path: Path) -> None:
    for attempt in range(20):
        barrier = threading.Barrier(8)

        def start(folder: Path, together: threading.Barrier = barrier) -> str:
            together.wait()
            return read_or_create(folder)

        with ThreadPoolExecutor(8) as starts:
            assert len(set(starts.map(start, [tmp_path / str(attempt)] * 8))) == 1


@pytest.mark.parametrize("content", ["", "short\n"])
def test_a_file_without_a_key_in_it_is_no_key(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret_key").write_text(content)
    with pytest.raises(RuntimeError, match="remove it, or set SECRET_KEY"):
        read_or_create(tmp_path)


def test_an_application_without_a_key_signs_with_the_one_that_is_kept(
    app: Flask, logs_as_before: None, tmp_path: Path
) -> None:
    given = conftest.testing_config(app.config["SQLALCHEMY_DATABASE_URI"])
    app = create_app(replace(given, secret_key="", instance_dir=tmp_path))
    assert app.config["SECRET_KEY"] == (Path(app.instance_path) / "secret_key").read_text().strip()
    somebody = Identity(7, uuid4(), "user", frozenset())
    with app.app_context():
        token = access_token(somebody)
    jwt.decode(token, app.config["SECRET_KEY"], ["HS256"], audience="control-fresco")
