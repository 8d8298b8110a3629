"""Rows for tests, made as the application makes them: in an app context of their own, committed, detached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from factory.alchemy import SQLAlchemyModelFactory
from flask import Flask

from app.infra.db import db

app: Flask | None = None
"""Set by conftest."""


Sent = tuple[str, dict[str, Any]]
"""Address and options of a request."""


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Examples of a domain, for the tests that walk all models, lists and changes; each call makes a new one.

    Every module of this folder may have some, as `EXAMPLES`; `tests/examples.py` finds them. Rules of addresses are
    those of Flask, as in `/api/clients/<id:client_id>`.
    """

    rows: Mapping[str, Callable[[], int]] = field(default_factory=dict)
    """Functions that create a row and return its id, by the name of a model with a repository."""
    existing: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Functions that create a record and return its path, by the rule of routes that change it or are below it."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Bodies of PUT and PATCH, by rule; of a DELETE that has one, by method and rule."""
    posts: Mapping[str, Callable[[], Sent]] = field(default_factory=dict)
    """Valid POST requests, by rule."""
    own_posts: Mapping[str, Callable[[Any], Sent]] = field(default_factory=dict)
    """Functions that make a valid POST request of a caller, about what is theirs, by rule."""


class RowFactory(SQLAlchemyModelFactory):
    """Base of all factories. No app context stays open: a missing rollback would hide in it."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        assert app is not None, "use the `database` fixture (or one that needs it)"
        with app.app_context():
            row = model_class(*args, **kwargs)
            db.session.add(row)
            db.session.flush()
            db.session.refresh(row)
            db.session.expunge_all()
            db.session.commit()
            return row
