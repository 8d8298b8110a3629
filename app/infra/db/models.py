"""Base class of the models, and mixins for shared columns."""

from datetime import datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, MetaData, func
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column

from app.infra import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base class of the models."""

    metadata = MetaData(naming_convention=NAMING)


class Keyed:
    """A 64-bit surrogate key."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-1)


_EXTENDS = "extends"


def id_in(table: str) -> MappedColumn[int]:
    """A key whose values are ids of another table, which the rows of this one extend."""
    key = ForeignKey(f"{table}.id", ondelete="RESTRICT")
    return mapped_column(BigInteger, key, primary_key=True, sort_order=-1, info={_EXTENDS: table})


def extended_table(table: str) -> str | None:
    """Name of the table that the rows of this one extend, or None."""
    found = Base.metadata.tables.get(table)
    return None if found is None or "id" not in found.c else found.c.id.info.get(_EXTENDS)


class Timestamps:
    """Times of creation and last change; PostgreSQL sets both on insert, so they are equal in a new row."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=clock.now, sort_order=91
    )


class Versioned:
    """Version number that every change increments, to detect concurrent changes."""

    version: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1", sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declared_attr takes the class
        return {"version_id_col": cls.version}


db = SQLAlchemy(model_class=Base, add_models_to_shell=False)
