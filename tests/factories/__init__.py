"""Rows for tests, made as the application makes them: in an app context of their own, committed, detached."""

from typing import Any

from factory.alchemy import SQLAlchemyModelFactory
from flask import Flask

from app.infra.db import db

app: Flask | None = None
"""Set by conftest."""


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
            db.session.commit()
            db.session.refresh(row)
            db.session.expunge_all()
            return row
