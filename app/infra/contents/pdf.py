"""PDF: refuses incomplete files and active content.

No library parses it: those that do trust its numbers. What acts in a PDF is named (`/JavaScript`, `/Launch`), so the
names are looked for, wherever they stand: in the file as it is, and in its compressed object streams. They are found
whatever the dictionaries around them say, with their letters escaped (`/J#61vaScript`) as well.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple

from app.infra.contents.media_types import PDF
from app.infra.contents.signatures import PROGRAM_HEAD, archive_end, is_program, named_by_magic, starts

MOST_STREAMS = 20_000
MOST_UNPACKED = 16 * 1024 * 1024
"""Limit of all object streams together, in bytes."""
MOST_ESCAPES = 100_000
"""Limit of escaped letters in names; 10 MB of pictures have some 300 that look like one."""
MOST_NAMED_FILES = 10_000
_TAIL, _HEAD, _PACKED_HEAD, _PIECE = 2 * 1024, 2 * 1024, 4 * 1024, 64 * 1024
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_FORBIDDEN = {
    name: re.compile(b"/" + name.encode() + _END)
    for name in ("JavaScript", "Launch", "RichMedia", "Rendition", "ImportData")
}
_ATTACHMENTS, _XFA = re.compile(rb"/EmbeddedFiles?" + _END), re.compile(rb"/XFA" + _END)
_ENCRYPTED, _PACKED = re.compile(rb"/Encrypt" + _END), re.compile(rb"/ObjStm" + _END)
_STREAM = re.compile(rb"stream(?:\r\n|\n|\r)")
_NUMBERS = re.compile(rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]{0,1000}[\r\n]){0,500}[0-9]{1,10}[\x00\t\n\x0c\r ]+[0-9]{1,10}\s")
"""Beginning of an object stream: pairs of number and offset."""
_ESCAPE = re.compile(rb"#(?:3[0-9]|4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])")
_SCRIPT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,50}:)?script\b", re.IGNORECASE)
_FILE_NAME = re.compile(rb"/U?F[\s\x00]{0,20}(\((?:[^\\()]|\\.){0,600}\)|<[0-9A-Fa-f\s]{0,2000}>)", re.DOTALL)
_STRING_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_RUNS = re.compile(
    r"\.(?:exe|com|scr|pif|bat|cmd|cpl|dll|sys|msi|msp|msix|appx|jar|class|js|jse|vbs|vbe|wsf|wsh|ws|hta|ps1|psm1|reg|"
    r"lnk|url|iso|img|vhd|vhdx|app|command|sh|bash|py|pl|rb|php|apk|dmg|pkg|deb|rpm|elf|bin|"
    r"docm|dotm|xlsm|xltm|xlsb|xlam|xll|pptm|potm|ppsm|ppam|html?|mht|mhtml|svg|chm)[\s.\x00]*$",
    re.IGNORECASE,
)
"""Extensions of executable attachments."""


class _Stream(NamedTuple):
    """First bytes of a stream, unpacked if it is packed; its own bytes begin at `at`."""

    at: int
    packed: bool
    is_objects: bool
    is_text: bool
    is_program: bool


def pdf(content: IO[bytes]) -> str | None:
    """Reason why the content is not an acceptable PDF, or None."""
    if not named_by_magic(PDF, content) or not starts(content, b"%PDF-"):
        return "The content is not PDF."
    if archive_end(content) is not None:
        return "The PDF contains an archive."
    content.seek(0)
    whole = content.read()
    if b"%%EOF" not in whole[-_TAIL:]:
        return "The PDF is incomplete."
    problem = _Search(whole).problem()
    return None if problem is None else f"The PDF {problem}."


class _Search:
    """Search for active content in the file and in its packed streams."""

    def __init__(self, whole: bytes) -> None:
        self.whole = whole
        self.left, self.escapes_left = MOST_UNPACKED, MOST_ESCAPES
        self.names: list[str] = []
        """Limit of attached or referenced files."""
        self.attached = self.has_form = self.runs = False

    def problem(self) -> str | None:
        """Reason for a refusal, as the end of a sentence."""
        text = self._without_escapes(self.whole)
        if self.escapes_left <= 0:
            return "has obfuscated names"
        streams = list(islice(_streams(self.whole), MOST_STREAMS + 1))
        if len(streams) > MOST_STREAMS:
            return "has too many parts"
        return (
            self._text_problem(text)
            or self._objects_problem(streams)
            or self._unreadable(text, streams)
            or self._form_problem(text, streams)
            or self._attachments_problem(streams)
        )

    def _text_problem(self, text: bytes) -> str | None:
        for name, pattern in _FORBIDDEN.items():
            if pattern.search(text):
                return f"has active content ({name})"
        self.attached = self.attached or _ATTACHMENTS.search(text) is not None
        self.has_form = self.has_form or _XFA.search(text) is not None
        left = MOST_NAMED_FILES - len(self.names)
        self.names += (_file_name(found[1]) for found in islice(_FILE_NAME.finditer(text), left))
        return None

    def _objects_problem(self, streams: list[_Stream]) -> str | None:
        """Reason for a refusal by the content of object streams."""
        for stream in streams:
            if stream.packed and stream.is_objects:
                text = self._without_escapes(self._unpacked(stream.at))
                if self.left <= 0:
                    return "is too large when unpacked"
                if self.escapes_left <= 0:
                    return "has obfuscated names"
                if problem := self._text_problem(text):
                    return problem
        return None

    def _unreadable(self, text: bytes, streams: list[_Stream]) -> str | None:
        """Object streams that are packed in another way, or encrypted; each must be among those that were read."""
        encrypted = _ENCRYPTED.search(text) is not None
        why = "is encrypted, so it can't be checked" if encrypted else "has objects that can't be checked"
        places = [found.start() for found in islice(_PACKED.finditer(self.whole), MOST_STREAMS)]
        if len(places) != sum(1 for _ in islice(_PACKED.finditer(text), MOST_STREAMS)):
            return "has obfuscated names"
        if encrypted and self.attached:
            return why
        read = iter([(stream.at, stream.is_objects) for stream in streams])
        at, readable = next(read, (-1, True))
        for place in places:
            while 0 <= at < place:
                at, readable = next(read, (-1, True))
            if not readable:
                return why
        return None

    def _form_problem(self, text: bytes, streams: list[_Stream]) -> str | None:
        """Reason to refuse an XML form (XFA), which may have scripts in its streams."""
        if not self.has_form:
            return None
        if _ENCRYPTED.search(text):
            return "is encrypted, so it can't be checked"
        if _SCRIPT.search(text):
            return "has scripts"
        for stream in streams:
            if stream.packed and stream.is_text:
                found = _SCRIPT.search(self._unpacked(stream.at))
                if found or self.left <= 0:
                    return "has scripts" if found else "is too large when unpacked"
        return None

    def _attachments_problem(self, streams: list[_Stream]) -> str | None:
        if not self.attached:
            return None
        runs = any(map(_RUNS.search, self.names)) or any(stream.is_program for stream in streams)
        if len(self.names) >= MOST_NAMED_FILES:
            return "has too many parts"
        return "has a program attached" if runs else None

    def _without_escapes(self, text: bytes) -> bytes:
        plain, count = _ESCAPE.subn(_unescaped, text, max(1, self.escapes_left))
        self.escapes_left -= count
        return plain

    def _unpacked(self, at: int) -> bytes:
        """Unpacked stream, up to an error or the end of the budget."""
        inflater, parts = zlib.decompressobj(), []
        while self.left > 0 and not inflater.eof:
            packed = inflater.unconsumed_tail or self.whole[at : at + _PIECE]
            at += 0 if inflater.unconsumed_tail else len(packed)
            if not packed:
                break
            try:
                part = inflater.decompress(packed, self.left)
            except zlib.error:
                break
            self.left -= len(part)
            parts.append(part)
        return b"".join(parts)


def _streams(whole: bytes) -> Iterator[_Stream]:
    """Find everything that some program may take for a stream."""
    for found in _STREAM.finditer(whole):
        start, at = found.span()
        if whole[start - 3 : start] != b"end":
            packed = whole[at : at + _PACKED_HEAD]
            unpacked = _unpacked_head(packed)
            head = packed[:PROGRAM_HEAD] if unpacked is None else unpacked
            yield _Stream(
                at,
                packed=unpacked is not None,
                is_objects=_NUMBERS.match(head) is not None,
                is_text=b"\x00" not in head,
                is_program=is_program(head),
            )


def _unpacked_head(packed: bytes) -> bytes | None:
    """Unpacked beginning of a stream, or None if it is not packed by zlib."""
    if len(packed) < 2 or packed[0] & 0x0F != 8 or (packed[0] << 8 | packed[1]) % 31:
        return None
    try:
        return zlib.decompressobj().decompress(packed, _HEAD)
    except zlib.error:
        return None


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[0][1:], 16)])


def _file_name(string: bytes) -> str:
    """Text of a PDF string."""
    if string.startswith(b"<"):
        digits = b"".join(string[1:-1].split())
        raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        raw = _STRING_ESCAPE.sub(lambda found: _character(found[1]), string[1:-1])
    return raw.decode("utf-16" if raw.startswith((b"\xfe\xff", b"\xff\xfe")) else "latin-1", "replace")


def _character(escape: bytes) -> bytes:
    return bytes([int(escape, 8) & 0xFF]) if escape.isdigit() and escape < b"8" else escape
