"""Shares of monthly totals, and archives."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.books.service import program_access
from app.suites.personal.privacy.models import BookArchive, SummaryShare
from app.suites.personal.privacy.service import ArchiveService
from tests import factories
from tests.factories import Examples, Sent
from tests.factories.auth import UserFactory
from tests.factories.personal import BOOKS, open_book, own_book, row_in_book

ARCHIVE = "/api/personal/privacy/export"
SHARES, CONSENTS = "/api/personal/privacy/shares", "/api/personal/privacy/consents"


def _share(access: Any) -> int:
    share = SummaryShare(book_id=access.book_id, email="eva@brisa.example")
    access.session.add(share)
    access.session.flush()
    return share.id


def _archive(access: Any) -> int:
    now = access.context.clock.now()
    archive = BookArchive(
        book_id=access.book_id, user_id=UserFactory().id, requested_at=now, expires_at=now + timedelta(1)
    )
    access.session.add(archive)
    access.session.flush()
    return archive.id


def _own_archive(caller: Any) -> str:
    """Path of an archive of a new book of the caller."""
    user_id, book_id = caller.get("/api/auth/me")["data"]["id"], own_book(caller)
    assert factories.app is not None
    with factories.app.app_context():
        found = ArchiveService(program_access(make_context(db.session()), book_id)).request(user_id)
        db.session.commit()
    return f"{ARCHIVE}/{found.id}"


def _received(caller: Any) -> str:
    """Path of the months of somebody's book, which is shared with the caller."""
    me = caller.get("/api/auth/me")["data"]
    assert factories.app is not None
    with factories.app.app_context():
        verified = text("UPDATE users SET email_verified_at = now() WHERE id = :user")
        db.session.execute(verified, {"user": me["id"]})
        access = program_access(make_context(db.session()), open_book(UserFactory().id).id)
        share = SummaryShare(book_id=access.book_id, email=me["email"].upper())
        db.session.add(share)
        db.session.commit()
        return f"/api/personal/shared/{share.id}/months"


def _given(caller: Any) -> Sent:
    if not caller.get(BOOKS)["data"]:
        own_book(caller)
    return SHARES, {"json": {"email": f"{UserFactory().username}@brisa.example"}}


def _own(caller: Any) -> str:
    address, options = _given(caller)
    return f"{SHARES}/{caller.post(address, options['json'])['data']['id']}"


EXAMPLES = Examples(
    rows={"SummaryShare": row_in_book(_share), "BookArchive": row_in_book(_archive)},
    existing={
        f"{ARCHIVE}/<id:archive_id>": _own_archive,
        CONSENTS: lambda _: CONSENTS,
        f"{SHARES}/<id:share_id>": _own,
        "/api/personal/shared/<id:share_id>/months": _received,
    },
    changes={CONSENTS: {"insights": {"given": True, "version": "1"}}},
    own_posts={SHARES: _given},
)
