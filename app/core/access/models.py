"""Roles, each with its permissions."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access.rules import CODE_PATTERN, LONGEST_CODE
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import not_blank

_EMPTY = text("'{}'")


class Role(Keyed, Timestamps, Versioned, Base):
    """A role of users.

    Its permissions are one array: they are read with the user at each request, and a change of them is one change of
    the role, with one version and one entry of the audit log. Names that no domain declares give nothing.
    """

    __tablename__ = "roles"

    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    name: Mapped[str] = mapped_column(String(200))
    built_in: Mapped[bool] = mapped_column(default=False, server_default="false")
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(100)), default=list, server_default=_EMPTY)
    all_scopes: Mapped[list[str]] = mapped_column(ARRAY(String(100)), default=list, server_default=_EMPTY)
    """Kinds of scopes that do not limit it."""
    two_factor_required: Mapped[bool] = mapped_column(default=False, server_default="false")
    defaults_given: Mapped[list[str]] = mapped_column(ARRAY(String(100)), default=list, server_default=_EMPTY)
    """Permissions that the program gave it by default: one that was taken away is not given again."""

    __table_args__ = (
        UniqueConstraint("code", name="uq_roles_code"),
        CheckConstraint(f"code ~ '^{CODE_PATTERN}$'", name="code_form"),
        not_blank("name"),
        CheckConstraint("array_position(permissions, NULL) IS NULL", name="permissions_not_null"),
        CheckConstraint("array_position(all_scopes, NULL) IS NULL", name="all_scopes_not_null"),
    )


class RoleRecord(NamedTuple):
    """A role."""

    id: int
    code: str
    name: str
    built_in: bool
    permissions: list[str]
    all_scopes: list[str]
    two_factor_required: bool
    created_at: datetime
    updated_at: datetime
    version: int
