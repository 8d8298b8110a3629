"""Making an archive beside requests."""

from dataclasses import replace
from functools import partial
from typing import IO

from app.core.identity.service import UserService
from app.infra.contents.media_types import ZIP
from app.infra.context import Context
from app.infra.db import restart_with_snapshot
from app.infra.tasks import Begin
from app.kernel.errors import NotFound
from app.kernel.files import JudgedFile, size_and_sha256
from app.suites.personal.books.service import program_access
from app.suites.personal.privacy.queries import allow_time
from app.suites.personal.privacy.service.archives import ArchiveService
from app.suites.personal.privacy.service.exporting import Archive, ExportService

STATEMENT_SECONDS = 600
"""Time that a statement over all rows of a table may take."""
_PIECE = 256 * 1024


def make_archive(begin: Begin, book_id: int, archive_id: int) -> None:
    """Make an archive and store it, unless that was done, or its person is not in the book any more."""
    try:
        with begin() as context:
            made = _made(context, book_id, archive_id)
        if made is None:
            return
        with made.file, begin() as context:
            file = JudgedFile("file", made.name, made.file, ZIP, *_measured(made.file))
            ArchiveService(program_access(context, book_id)).keep(archive_id, file)
    except NotFound:
        return


def _made(context: Context, book_id: int, archive_id: int) -> Archive | None:
    """The archive as its person would download it, of one moment; None if there is nothing to make."""
    restart_with_snapshot(context.session)
    archive = ArchiveService(program_access(context, book_id)).waiting(archive_id)
    if archive is None:
        return None
    allow_time(context.session, STATEMENT_SECONDS)
    identity = UserService(context).identity(archive.user_id)
    return ExportService(replace(context, identity=identity), identity).archive_of(book_id)


def _measured(file: IO[bytes]) -> tuple[int, str]:
    file.seek(0)
    return size_and_sha256(iter(partial(file.read, _PIECE), b""))
