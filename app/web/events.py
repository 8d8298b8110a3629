"""Audit events of data that leaves the program: exports and downloads."""

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from app.infra import logs, origins
from app.infra.audit_events import record_event
from app.infra.db import act_as, book_worked_in, db, separate_transaction
from app.kernel.identity import Identity


def act_as_caller(session: Session, identity: Identity | None) -> None:
    """Set the caller as the actor of a session's changes."""
    act_as(
        session,
        user_id=identity.user_id if identity else None,
        session_id=identity.session_id if identity else None,
        request_id=logs.request_id.get(),
    )


def record_export(identity: Identity | None, file_format: str) -> None:
    """Record that a list or report is sent as a file, with its filters."""
    domain = origins.current.get().domain or "unknown"
    detail = {"format": file_format, "filters": request.args.to_dict()}
    _record(identity, "export", domain, None, detail, book_worked_in(db.session()))


def record_download(identity: Identity | None, file_id: Any, response: Response) -> None:
    """Record that a stored file is sent; of the ranges in which a viewer reads it, the first."""
    begins = response.headers.get("Content-Range", "bytes 0-").startswith("bytes 0-")
    if identity is not None and response.status_code < 300 and request.method == "GET" and begins:
        _record(identity, "download", "stored_files", file_id, None)


def _record(
    identity: Identity | None,
    verb: str,
    object_type: str,
    object_id: int | None,
    detail: dict[str, Any] | None,
    book_id: int | None = None,
) -> None:
    """Record it in a transaction of its own, as a GET has none; if that fails, nothing is sent."""
    with separate_transaction() as session:
        act_as_caller(session, identity)
        record_event(session, verb, object_type, object_id, detail, book_id=book_id)
