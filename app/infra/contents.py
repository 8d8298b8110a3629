"""What a file is, by its content. A name or a declared type proves nothing."""

import re
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO
from xml.etree.ElementTree import ParseError

import puremagic
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 50_000_000
"""More than any phone's photo; a small file that unpacks to more is made to fill a viewer's memory."""
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 5_000, 200 * 1024 * 1024, 200
_LONGEST_TABLE, _LONGEST_PART_HEAD = 2 * 1024 * 1024, 64 * 1024
_HEAD, _TAIL, _PIECE = 8 * 1024, 2 * 1024, 256 * 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|iframe|svg|object|embed)\b", re.IGNORECASE)
_MACROS = re.compile(rb"macroenabled|macrosheet|vbaproject", re.IGNORECASE)
_WEB_ROOTS = {"html", "svg"}
_WEB_NAMESPACES = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg")
_XML_ERRORS = (ParseError, DefusedXmlException, ValueError, LookupError)
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, NotImplementedError, EOFError)

# Both belong to the process, so they are set once: a filter around each call would cross with other threads'.
Image.MAX_IMAGE_PIXELS = None  # ours is the stricter limit, and is asked before anything is unpacked
warnings.filterwarnings("ignore", module="PIL")  # a phone's clumsy EXIF is no concern of ours

PDF, PNG, JPEG, WEBP = "application/pdf", "image/png", "image/jpeg", "image/webp"
XML, CSV, TXT = "application/xml", "text/csv", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_Judge = Callable[[IO[bytes]], str | None]


def content_problem(content_type: str, content: IO[bytes]) -> str | None:
    """Why the content is not of this type (or is dangerous), or None."""
    content.seek(0)
    if not content.read(1):
        return "The file is empty."
    content.seek(0)
    return _JUDGES[content_type](content)


def _named_by_magic(content_type: str, content: IO[bytes]) -> bool:
    content.seek(0)
    try:
        found = puremagic.magic_string(content.read(_HEAD))
    except puremagic.PureError:
        return False
    return any(match.mime_type == content_type for match in found)


def _pdf(content: IO[bytes]) -> str | None:
    if not _named_by_magic(PDF, content) or not _starts(content, b"%PDF-"):
        return "The content is no PDF."
    if _archive_end(content) is not None:
        return "The PDF hides an archive."
    size = content.seek(0, 2)
    content.seek(max(0, size - _TAIL))
    return None if b"%%EOF" in content.read() else "The PDF is cut off."


def _image(content_type: str, name: str) -> _Judge:
    def judge(content: IO[bytes]) -> str | None:
        if not _named_by_magic(content_type, content):
            return f"The content is no {name}."
        if _archive_end(content) is not None:
            return f"The {name} hides an archive."
        content.seek(0)
        try:
            with Image.open(content, formats=[name]) as image:
                if image.width * image.height > MOST_PIXELS:
                    return "The image has too many pixels."
                image.verify()
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error):
            return f"The {name} is damaged."
        return None

    return judge


def _text(content: IO[bytes]) -> str | None:
    content.seek(0)
    rest = b""
    first = True
    while piece := content.read(_PIECE):
        if first and piece.startswith(b"#!"):
            return "The content is a program."
        first = False
        window = rest + piece
        if _CONTROL.search(window):
            return "The content is no text."
        if _MARKUP.search(window):
            return "The content is a web page."
        rest = piece[-64:]
    return None


def _xml(content: IO[bytes]) -> str | None:
    elements = _Elements()
    parser = DefusedXMLParser(target=elements, forbid_dtd=True)
    content.seek(0)
    try:
        while piece := content.read(_PIECE):
            parser.feed(piece)
        parser.close()
    except _XML_ERRORS:
        return "The content is no plain, well-formed XML."
    return "The content is a web page." if elements.web else None


class _Elements:
    """Looks at each element as it begins and keeps none: a tree of millions would fill the memory."""

    def __init__(self) -> None:
        self.begun = self.web = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        namespace, _, name = tag.rpartition("}")
        is_web_root = not self.begun and name.lower() in _WEB_ROOTS
        self.web = self.web or is_web_root or namespace.removeprefix("{") in _WEB_NAMESPACES
        self.begun = True

    def close(self) -> None:
        """The parser asks for it."""


def _office(content_type: str, main_part: str, name: str) -> _Judge:
    def judge(content: IO[bytes]) -> str | None:
        if not _named_by_magic(content_type, content):
            return f"The content is no {name}."
        table = _archive_end(content)
        if table is None:
            return f"The {name} is damaged."
        if table > _LONGEST_TABLE:
            return f"The {name} unpacks to too much."
        size = content.seek(0, 2)
        try:
            with zipfile.ZipFile(content) as archive:
                problem = _table_problem(archive.infolist(), main_part, size) or _parts_problem(archive)
        except _ZIP_ERRORS:
            problem = "is damaged"
        return None if problem is None else f"The {name} {problem}."

    return judge


def _archive_end(content: IO[bytes]) -> int | None:
    """How long the table of contents is that a ZIP file ends with, or None if this is no such file.

    Asked before `zipfile` reads the table, and of what should be no archive: a picture with one behind it is both.
    """
    size = content.seek(0, 2)
    content.seek(max(0, size - 0xFFFF - 22))
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return None
    table, _, comment = struct.unpack("<IIH", tail[at + 12 : at + 22])
    is_64_bit = tail[max(0, at - 20) : at].startswith(b"PK\x06\x07")
    if at + 22 + comment != len(tail):
        return None
    return 0xFFFFFFFF if is_64_bit else int(table)


def _table_problem(entries: list[zipfile.ZipInfo], main_part: str, size: int) -> str | None:
    """What the table of contents gives away, before anything is unpacked."""
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size:
        return "unpacks to too much"
    if not all(map(_is_plain, entries)):
        return "is not a plain document"
    if len(names) < len(entries) or not {"[Content_Types].xml", main_part} <= names:
        return "has not the parts of one"
    return None


def _parts_problem(archive: zipfile.ZipFile) -> str | None:
    """Looks into the parts, at most the head of each."""
    with archive.open("[Content_Types].xml") as part:
        declared = part.read(_LONGEST_TABLE)
    if _MACROS.search(declared.replace(b"\0", b"")) or any("vbaproject" in name.lower() for name in archive.namelist()):
        return "has macros"
    parts = (name for name in archive.namelist() if name.lower().endswith((".xml", ".rels")))
    return None if all(_begins_plainly(archive, name) for name in parts) else "has parts that are no plain XML"


def _begins_plainly(archive: zipfile.ZipFile, name: str) -> bool:
    """Entities can only be declared before the first element."""
    elements = _Elements()
    parser = DefusedXMLParser(target=elements, forbid_dtd=True)
    left = _LONGEST_PART_HEAD
    with archive.open(name) as part:
        try:
            while not elements.begun and left > 0 and (piece := part.read(1024)):
                parser.feed(piece)
                left -= len(piece)
        except _XML_ERRORS:
            return False
    return elements.begun or left > 0


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    encrypted = entry.flag_bits & 0x1
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    usual = entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    return usual and not encrypted and not linked and not _leaves(entry.filename)


def _leaves(path: str) -> bool:
    return path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/")


def _starts(content: IO[bytes], magic: bytes) -> bool:
    content.seek(0)
    return content.read(len(magic)) == magic


_JUDGES: dict[str, _Judge] = {
    PDF: _pdf,
    PNG: _image(PNG, "PNG"),
    JPEG: _image(JPEG, "JPEG"),
    WEBP: _image(WEBP, "WEBP"),
    XML: _xml,
    CSV: _text,
    TXT: _text,
    DOCX: _office(DOCX, "word/document.xml", "DOCX"),
    XLSX: _office(XLSX, "xl/workbook.xml", "XLSX"),
}
