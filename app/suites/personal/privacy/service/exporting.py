"""An archive with everything that is kept of a person."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from app.core.files.service import FileService
from app.core.identity.service import OpenSessionService, UserService
from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.texts import readable, texts_of
from app.kernel.books import BookRole
from app.kernel.identity import Identity
from app.kernel.paging import PageRequest
from app.suites.personal.books.service import (
    PersonalBookService,
    PreferencesService,
    ReadableRows,
    caller_access,
    encrypted_fields,
)
from app.suites.personal.privacy.queries import book_tables, count_rows, rows_of_book
from app.suites.personal.privacy.service.archives import DOMAIN
from app.suites.personal.privacy.service.consents import ConsentService

IN_MEMORY = 2**20
"""Bytes from which an archive is kept on disk."""
_HISTORY = "book_audit"


@dataclass(frozen=True)
class Archive:
    """A ZIP file in a temporary file, and its name."""

    file: IO[bytes]
    name: str


class ExportService:
    """Writes everything of a person into an archive: the account, the books with their history, and files."""

    def __init__(self, context: Context, identity: Identity) -> None:
        self.context = context
        self.identity = identity
        self.books = PersonalBookService(context)

    def fits(self) -> bool:
        """Whether the rows of all books are few enough for one answer."""
        most = self.context.settings.archive_rows
        left = most
        for book in self.books.list_of(self.identity.user_id):
            access = caller_access(self.context, book.id)
            left -= count_rows(access, _tables(access), most + 1)
            if left < 0:
                return False
        return True

    def archive(self) -> Archive:
        """The archive of all books; rows are read and written a few at a time."""
        return self._archive([one.id for one in self.books.list_of(self.identity.user_id)])

    def archive_of(self, book_id: int) -> Archive:
        """The archive of one book; NotFound if the person is not in it any more."""
        caller_access(self.context, book_id)
        return self._archive([book_id])

    def _archive(self, book_ids: Sequence[int]) -> Archive:
        with ExitStack() as resources:
            file: IO[bytes] = resources.enter_context(SpooledTemporaryFile(IN_MEMORY))
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                archive.writestr("account.json", _json(self._account()))
                for book_id in book_ids:
                    self._write_book(archive, book_id)
                self._write_files(archive, book_ids)
            resources.pop_all()  # whoever sends or keeps it closes it
        return Archive(file, f"datos-{self.context.clock.today()}.zip")

    def _account(self) -> dict[str, object]:
        user_id = self.identity.user_id
        account = UserService(self.context).account(self.identity)._asdict()
        sessions = OpenSessionService(self.context).page(self.identity, PageRequest().unpaged()).items
        return {
            "user": account,
            "preferences": PreferencesService(self.context).get(user_id)._asdict(),
            "sessions": [one._asdict() for one in sessions],
            "consents": [one._asdict() for one in ConsentService(self.context, user_id).processing()],
            "books": [one._asdict() for one in self.books.list_of(user_id)],
        }

    def _write_book(self, archive: ZipFile, book_id: int) -> None:
        """The rows of a book, a file for each table; its history only for owners, who may read it."""
        access = caller_access(self.context, book_id)
        for name in _tables(access):
            with archive.open(f"books/{book_id}/{name}.json", "w") as out:
                for piece in _array(_readable(access, name)):
                    out.write(piece.encode())

    def _write_files(self, archive: ZipFile, book_ids: Sequence[int]) -> None:
        """The files of the books, and those that the person uploaded for nobody else; archives are in no archive."""
        files = FileService(self.context)
        found = files.of_person(self.identity.user_id, book_ids)
        for one in [file for file in found if file.domain != DOMAIN]:
            with archive.open(f"files/{one.id}-{one.original_name.replace('/', '_')}", "w") as out:
                for piece in files.opened(one).read(0, one.size):
                    out.write(piece)


def _tables(access: BookAccess) -> list[str]:
    """Tables of a book whose rows the caller may read."""
    return [one for one in book_tables() if one != _HISTORY or access.role is BookRole.OWNER]


def _readable(access: BookAccess, table: str) -> Iterator[str]:
    """The rows of a book in a table as JSON, with the texts of encrypted values."""
    found = rows_of_book(access, table)
    if (texts := texts_of(access.session)) is not None:
        found = (_line(readable(json.loads(one), texts)) for one in found)
    if table == _HISTORY:
        return map(partial(_readable_entry, ReadableRows(access)), found)
    if table in encrypted_fields():
        rows = ReadableRows(access)
        return (_line(rows.row(table, json.loads(one))) for one in found)
    return found


def _readable_entry(rows: ReadableRows, entry: str) -> str:
    """An entry of the history with the texts of the row before, and of what changed."""
    shown = json.loads(entry)
    before, after = shown["before"] or {}, shown["after"] or {}
    whole, table = {**before, **after}, shown["table_name"]
    if table not in encrypted_fields():
        return entry
    texts = {"before": rows.part(table, before, whole), "after": rows.part(table, after, whole)}
    return _line({**shown, **{name: text for name, text in texts.items() if shown[name] is not None}})


def _json(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False, indent=1)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _array(rows: Iterator[str]) -> Iterator[str]:
    """A JSON array of rows that are JSON already."""
    yield "["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{row}"
    yield "\n]\n"
