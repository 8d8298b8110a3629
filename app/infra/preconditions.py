"""If-Match without HTTP: the version a caller saw, checked where the row is taken for a change."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.errors import Stale

_KEY = "precondition"


def etag_of(row: Any) -> str:
    """The name of this version of this row."""
    return f"{row.id}-{row.version}"


def expect(session: Session, matches: Callable[[str], bool]) -> None:
    """The next row taken for a change must satisfy `matches`."""
    session.info[_KEY] = matches


def check_precondition(session: Session, row: Any) -> None:
    """Raise Stale unless the caller's expectation, if any, holds; it is asked once, of the addressed row."""
    matches = session.info.pop(_KEY, None)
    if matches is not None and not matches(etag_of(row)):
        raise Stale("It was changed since you read it; read it again and repeat your change.")


def unmet(session: Session) -> bool:
    """Whether an expectation was stated and nothing checked it."""
    return session.info.pop(_KEY, None) is not None
