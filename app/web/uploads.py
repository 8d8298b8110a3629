"""Uploads: one named part of a multipart body, read within limits."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from flask import Flask, current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from app.infra.context import Settings
from app.infra.db import db
from app.infra.storage.disk_full import disk_full_errors
from app.kernel.errors import Invalid, TooLarge, WrongMediaType
from app.kernel.files import JudgedFile, SentFile, size_and_sha256
from app.web.body import drain, mark_read

JudgeFile = Callable[[SentFile, str], JudgedFile]
"""Checks a caller's file, and raises a typed refusal if it may not be stored; callers take turns."""

_FORM_ALLOWANCE = 1024 * 1024
_PIECE = 256 * 1024
_ANY_TYPE = "application/octet-stream"
_LONGEST_FIELD = 256 * 1024  # Werkzeug reads files through the same buffer, 64 kB at a time


@dataclass(frozen=True)
class Upload:
    """The part of the form with the file; with `json` the operation may also be called without one, as JSON.

    A `raw` one is not judged by its name and content: its operation reads it, stores none of it as a file, and refuses
    what it can't read.
    """

    part: str
    required: bool = True
    json: bool = False
    raw: bool = False


def init_app(app: Flask, judge_file: JudgeFile) -> None:
    """Attach the judge of uploaded files."""
    app.extensions["judge_file"] = judge_file


def is_multipart() -> bool:
    """Whether the body is a form with files."""
    return request.mimetype == "multipart/form-data"


def multipart_body(upload: Upload, caller: str) -> tuple[dict[str, Any], JudgedFile | None]:
    """Fields and checked file of the form; raises a typed refusal. No connection is held meanwhile."""
    if not is_multipart():
        kinds = "multipart/form-data or application/json" if upload.json else "multipart/form-data"
        raise WrongMediaType(f"The body must be {kinds}.")
    request.max_content_length = Settings.of(current_app.config).max_upload_bytes + _FORM_ALLOWANCE
    request.max_form_memory_size = _LONGEST_FIELD
    request.form_data_parser_class = _Parser
    db.session.commit()  # no connection is held while a slow client sends, or while the file is checked
    mark_read()
    try:
        with disk_full_errors():  # large files are spooled to disk while they are read
            form, files = request.form, request.files
    except RequestEntityTooLarge:
        drain()
        raise too_large() from None
    except ValueError:
        raise Invalid("The form is not well-formed.", code="malformed_form") from None
    repeated = [name for name, values in form.lists() if len(values) > 1]
    repeated += [name for name, sent in files.lists() if len(sent) > 1]
    if repeated:
        raise Invalid("The form is not valid.", errors={name: ["Given more than once."] for name in repeated})
    unknown = [name for name in files if name != upload.part]
    if unknown:
        raise Invalid("The form is not valid.", errors={name: ["Unknown file."] for name in unknown})
    given = _incoming(upload, files.get(upload.part))
    if given is None:
        return dict(form.items()), None
    return dict(form.items()), _unjudged(given) if upload.raw else _judged(given, caller)


class _Parser(FormDataParser):
    """Form parser that raises for a malformed form, and closes its spooled files."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, silent=False)
        self.opened: list[IO[bytes]] = []
        self.open, self.stream_factory = self.stream_factory, self._open

    def parse(self, *arguments: Any, **options: Any) -> Any:
        try:
            return super().parse(*arguments, **options)
        except BaseException:
            for file in self.opened:
                file.close()
            raise

    def _open(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        file = self.open(total_content_length, content_type, filename, content_length)
        self.opened.append(file)
        return file


def too_large() -> TooLarge:
    """The refusal of a file that is too large."""
    largest = current_app.config["MAX_UPLOAD_MB"]
    return TooLarge(f"The form is too large: the limit of a file is {largest} MB.")


def _incoming(upload: Upload, given: FileStorage | None) -> SentFile | None:
    if given is None or not given.filename:
        if upload.required:
            raise Invalid.field(upload.part, "A file is required.")
        return None
    return SentFile(upload.part, given.filename, given.stream)


def _judged(given: SentFile, caller: str) -> JudgedFile:
    judge_file: JudgeFile = current_app.extensions["judge_file"]
    return judge_file(given, caller)


def _unjudged(given: SentFile) -> JudgedFile:
    size, digest = size_and_sha256(iter(partial(given.content.read, _PIECE), b""))
    given.content.seek(0)
    return JudgedFile(given.part, given.name, given.content, _ANY_TYPE, size, digest)
