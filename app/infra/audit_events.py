"""Events of the audit log that are no changes of rows, such as sign-ins, exports and downloads."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

HIDDEN = "***"
_SECRET_WORDS = ("password", "token", "secret", "code", "key", "hash")
_RECORD = text("SELECT audit_event(:verb, :object_type, :object_id, CAST(:detail AS json), :book)")


def record_event(
    session: Session,
    verb: str,
    object_type: str,
    object_id: int | None = None,
    detail: Mapping[str, object] | None = None,
    *,
    book_id: int | None = None,
) -> None:
    """Record an event in the transaction of the session, with its actor; secrets in `detail` become `***`.

    One of somebody's book is in the log of that book.
    """
    written = None if detail is None else json.dumps(without_secrets(detail), default=str)
    values = {"verb": verb, "object_type": object_type, "object_id": object_id, "detail": written, "book": book_id}
    session.execute(_RECORD, values)


def without_secrets(value: Any) -> Any:
    """Copy of a value with `***` in place of each part whose name says that it is secret."""
    if isinstance(value, Mapping):
        return {name: HIDDEN if _is_secret(str(name)) else without_secrets(one) for name, one in value.items()}
    return [without_secrets(one) for one in value] if isinstance(value, list | tuple) else value


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET_WORDS)
