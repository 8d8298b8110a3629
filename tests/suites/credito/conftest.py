"""Callers of each position."""

from collections.abc import Callable
from typing import Any

import pytest

from app.core.identity.models import User
from app.infra.db import db
from tests.factories.credito import PersonalFactory
from tests.support import Caller, signed_in

Hire = Callable[..., tuple[Caller, Any]]
"""Makes a person of a position; returns them as a caller, and their row."""


def enter(caller: Caller, person: Any) -> Caller:
    """A person as a caller, in a session that begins now."""
    with caller.client.application.app_context():
        user = db.session.get_one(User, person.user_id)
    return signed_in(caller, user)


@pytest.fixture
def hire(anonymous: Caller) -> Hire:
    """Function that makes people and signs them in."""

    def make(puesto: str, **values: Any) -> tuple[Caller, Any]:
        row = PersonalFactory(puesto=puesto, **values)
        return enter(anonymous, row), row

    return make


@pytest.fixture
def director(hire: Hire) -> Caller:
    """Caller with the position director."""
    return hire("director")[0]
