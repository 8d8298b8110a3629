"""Applications with other settings over the test's own transaction."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.infra.db import db
from tests.conftest import testing_config

Variant = Callable[..., Flask]


@pytest.fixture
def variant(app: Flask, database: None, logs_as_before: None) -> Variant:
    """Makes an application with these settings; it sees what the test's own application has stored."""
    with app.app_context():
        connection = db.engines[None]

    def make(**settings: Any) -> Flask:
        made = create_app(replace(testing_config(app.config["SQLALCHEMY_DATABASE_URI"]), **settings))
        with made.app_context():
            db.engines[None] = connection
        return made

    return make


@pytest.fixture(scope="module")
def kept(app: Flask) -> dict[str, Flask]:
    """Applications of the module by their settings: to make one takes as long as twenty requests."""
    return {}


@pytest.fixture
def shared(app: Flask, variant: Variant, kept: dict[str, Flask]) -> Variant:
    """Gives an application with these settings to all tests of the module, which add nothing to it."""
    with app.app_context():
        connection = db.engines[None]

    def give(**settings: Any) -> Flask:
        key = repr(sorted(settings.items()))
        if key not in kept:
            kept[key] = variant(**settings)
        with kept[key].app_context():
            db.engines[None] = connection
        return kept[key]

    return give


@pytest.fixture
def production(shared: Variant) -> Flask:
    """The application as production runs it."""
    return shared(app_env="production")
