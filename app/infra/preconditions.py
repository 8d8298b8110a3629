"""Preconditions of If-Match, without HTTP: the expected version is checked when the row is locked for a change."""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy.orm import Session

from app.kernel.errors import StaleVersion

_KEY = "precondition"


class VersionedRow(Protocol):
    """A record or object with an id and a version."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...


def etag_of(row: VersionedRow) -> str:
    """The entity tag of this version of the row."""
    return f"{row.id}-{row.version}"


def expect(session: Session, matches: Callable[[str], bool]) -> None:
    """Require the next row that is locked for a change to have an entity tag that `matches`."""
    session.info[_KEY] = matches


def check_precondition(session: Session, row_id: int, version: int) -> None:
    """Raise StaleVersion if the expected entity tag does not match; only the first row is checked."""
    matches = session.info.pop(_KEY, None)
    if matches is not None and not matches(f"{row_id}-{version}"):
        raise StaleVersion("It was changed since you read it; read it again and repeat your change.")


def unmet(session: Session) -> bool:
    """Whether an expectation was set and never checked."""
    return session.info.pop(_KEY, None) is not None
