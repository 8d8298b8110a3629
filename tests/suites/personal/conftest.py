"""People and households."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.infra.db import db
from tests.factories.personal import Household, Person, household, person
from tests.support import Caller


@pytest.fixture
def ana(anonymous: Caller) -> Person:
    """Somebody with a book."""
    return person(anonymous)


@pytest.fixture
def bob(anonymous: Caller) -> Person:
    """Somebody else with a book."""
    return person(anonymous)


@pytest.fixture
def home(anonymous: Caller) -> Household:
    """A book with an owner, an editor and a viewer."""
    return household(anonymous)


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
def either_texts(request: pytest.FixtureRequest, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with texts that are stored as they are, and with encrypted ones."""
    monkeypatch.setitem(app.config, "ENCRYPT_TEXT", request.param)


@pytest.fixture
def encrypts_texts(app: Flask) -> bool:
    """Whether texts are encrypted: then they are found by whole words alone."""
    return bool(app.config["ENCRYPT_TEXT"])


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    """A session of the program, which enters a book by `program_access`."""
    with app.app_context():
        yield db.session()
