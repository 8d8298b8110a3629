"""DOCX and XLSX: refuses documents that run code or fetch anything when they are opened."""

import html
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from app.infra.contents.markup import NOT_WELL_FORMED, Budget, Reader, Refused
from app.infra.contents.media_types import DOCX, XLSX
from app.infra.contents.signatures import PROGRAM_HEAD, archive_end, is_program, named_by_magic

MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 5_000, 200 * 1024 * 1024, 200
"""Limit of bytes that are read; embedded documents count towards it."""
MOST_READ = 24 * 1024 * 1024
"""Limit of unpacked bytes; pictures and the cells of a workbook are not unpacked."""
MOST_ELEMENTS, MOST_ATTRIBUTES = 100_000, 300_000
"""Limits of all parts that are read whole: a sheet has at most 65,530 links, each with four attributes."""
MOST_FIELD_BYTES = 2 * 1024 * 1024
"""Limit of all fields of a document, such as page numbers and links; a long table of contents has some 100 kB."""
_LONGEST_TABLE, _LONGEST_PART_HEAD = 2 * 1024 * 1024, 64 * 1024
_PIECE = 64 * 1024
_TYPES = "[Content_Types].xml"
_ERRORS = (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, NotImplementedError, EOFError)

_RUNS = re.compile(r"macroenabled|macrosheet|vbaproject|vbadata|ms-office\.activex|oleobject|msdownload", re.IGNORECASE)
"""Forbidden words in content types and names of parts."""
_EMBEDDED = re.compile(
    r"(^|/)(activex|externallinks|macrosheets)/|(^|/)embeddings/.*(?<!\.xlsx)(?<!\.docx)$", re.IGNORECASE
)
_FORBIDDEN_RELATIONS = {
    "vbaproject",
    "wordvbadata",
    "oleobject",
    "control",
    "activexcontrol",
    "activexcontrolbinary",
    "attachedtoolbars",
    "xlmacrosheet",
    "xlintlmacrosheet",
    "externallink",
    "externallinkpath",
    "subdocument",
    "frame",
}
"""Forbidden last segments of relationship types."""
_LOCAL = re.compile(r"(file:/{0,3})?[A-Za-z]:[\\/]", re.IGNORECASE)
_MAY_BE_LOCAL = {"attachedtemplate", "image"}
"""Relationship that may name a local path: Word names the template on its author's disk."""

_FIELD_WORDS = (b"instrText", b"fldSimple")
_FIELDS = re.compile(rb"fldCharType\s*=\s*[\"'](begin)|instrText\b[^<>]*>([^<]*)|fldSimple\b([^<]*)")
_CODE = re.compile(rb"instr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DDE = re.compile(r"^[^\S\n]*+\"?DDE(AUTO)?\b", re.IGNORECASE | re.MULTILINE)
_BEYOND_THE_FIRST_LINE = (b"<!", b"<?")


class _Harmful(ValueError):
    """Refused content; the message completes "The DOCX ..."."""


class _Kind(NamedTuple):
    """A kind of office file."""

    content_type: str
    main_part: str
    name: str


class _Limits:
    """Limits that a file and the documents in it share."""

    def __init__(self) -> None:
        self.entries, self.bytes, self.field_bytes = MOST_ENTRIES, MOST_READ, MOST_FIELD_BYTES
        self.markup = Budget(MOST_ELEMENTS, MOST_ATTRIBUTES)


def judge_of(content_type: str, main_part: str, name: str) -> Callable[[IO[bytes]], str | None]:
    """Make the function that returns the reason why a content is not an acceptable document of this type, or None."""
    kind = _Kind(content_type, main_part, name)
    return lambda content: _problem(content, kind, _Limits(), nested=False)


def _problem(content: IO[bytes], kind: _Kind, limits: _Limits, *, nested: bool) -> str | None:
    if not named_by_magic(kind.content_type, content):
        return f"The content is not {kind.name}."
    table = archive_end(content)
    if table is None:
        return f"The {kind.name} is damaged."
    if table > _LONGEST_TABLE:
        return f"The {kind.name} is too large when unpacked."
    size = content.seek(0, 2)
    try:
        with zipfile.ZipFile(content) as archive:
            problem = _table_problem(archive.infolist(), kind.main_part, size, limits)
            if problem is None:
                _Document(archive, limits, has_fields=kind.content_type == DOCX, nested=nested).check()
    except (_Harmful, Refused) as found:
        problem = str(found)
    except _ERRORS:
        problem = "is damaged"
    return None if problem is None else f"The {kind.name} {problem}."


def _table_problem(entries: list[zipfile.ZipInfo], main_part: str, size: int, limits: _Limits) -> str | None:
    """Reason for a refusal by the archive's directory, before anything is unpacked."""
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    limits.entries -= len(entries)
    if limits.entries < 0 or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size:
        return "is too large when unpacked"
    if not all(map(_is_plain, entries)):
        return "is not a plain document"
    if len(names) < len(entries) or not {_TYPES, main_part} <= names:
        return "lacks required parts"
    return None


class _Document:
    """The parts of an office file, read within limits."""

    def __init__(self, archive: zipfile.ZipFile, limits: _Limits, *, has_fields: bool, nested: bool) -> None:
        self.archive, self.limits = archive, limits
        self.has_fields, self.nested = has_fields, nested

    def check(self) -> None:
        """Check all parts; raises _Harmful, Refused or an error of reading."""
        declared = self._declared_xml()
        for name in self.archive.namelist():
            lower = name.lower()
            if _RUNS.search(name) or _EMBEDDED.search(name):
                raise _Harmful("has macros or embedded objects")
            if lower.endswith(".rels"):
                self._parse(name, self._check_relationship)
            elif lower.endswith(".xml") or lower in declared:
                self._check_xml(name)
            elif lower.startswith(("word/embeddings/", "xl/embeddings/")):
                self._check_embedded(name)
            elif is_program(self._head(name)):
                raise _Harmful("contains a program")

    def _declared_xml(self) -> set[str]:
        """Names of parts that are declared as XML; raises for macros, which have a declared type."""
        found: set[str] = set()

        def on_start(_name: str, attributes: list[str]) -> None:
            given = dict(zip(attributes[::2], attributes[1::2], strict=True))
            content_type = given.get("ContentType", "").lower()
            if _RUNS.search(content_type):
                raise _Harmful("has macros or embedded objects")
            if content_type.endswith("xml"):
                found.add(given.get("PartName", "").lower().removeprefix("/"))

        self._parse(_TYPES, on_start)
        return found

    def _check_relationship(self, _name: str, attributes: list[str]) -> None:
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        kind = given.get("Type", "").rstrip("/").rpartition("/")[2].lower()
        if kind in _FORBIDDEN_RELATIONS:
            raise _Harmful("has macros, embedded objects or links to other files")
        if given.get("TargetMode", "").strip().lower() != "external" or kind == "hyperlink":
            return
        if not (kind in _MAY_BE_LOCAL and _LOCAL.match(given.get("Target", ""))):
            raise _Harmful("loads external content when it is opened")

    def _parse(self, name: str, on_start: Callable[[str, list[str]], None]) -> None:
        reader = Reader(self.limits.markup, on_start)
        try:
            for piece in self._pieces(name):
                reader.feed(piece)
            reader.parser.Parse(b"", True)
        except (_Harmful, Refused, zipfile.BadZipFile):
            raise
        except NOT_WELL_FORMED:
            raise _Harmful("has parts that are not well-formed XML") from None

    def _check_xml(self, name: str) -> None:
        """Check the beginning, as entities can only be declared before the first element; and its fields."""
        if self.has_fields:
            whole = b"".join(self._pieces(name))
            self._check_beginning(iter([whole[:_LONGEST_PART_HEAD]]))
            self._check_fields(name, whole)
        else:
            self._check_beginning(self._pieces(name, 1024, _LONGEST_PART_HEAD))

    def _check_beginning(self, pieces: Iterator[bytes]) -> None:
        reader = Reader(Budget())
        read = 0
        try:
            for piece in pieces:
                for at in range(0, len(piece), 1024):
                    reader.feed(piece[at : at + 1024])
                    read += 1024
                    if reader.begun:
                        return
        except NOT_WELL_FORMED:
            raise _Harmful("has parts that are not well-formed XML") from None
        if read >= _LONGEST_PART_HEAD:
            raise _Harmful("has parts that are not well-formed XML")

    def _check_fields(self, name: str, whole: bytes) -> None:
        """Refuse fields that request values from other programs, and so start them (DDE)."""
        unusual = b"\x00" in whole or any(whole.find(word, 5) >= 0 for word in _BEYOND_THE_FIRST_LINE)
        if not unusual and not any(word in whole for word in _FIELD_WORDS):
            return
        codes = self._codes_parsed(name) if unusual else self._codes_found(whole)
        if _DDE.search(codes):
            raise _Harmful("starts another program (DDE)")

    def _codes_parsed(self, name: str) -> str:
        """Codes of all fields, parsed: for a part with unusual notation."""
        codes: list[str] = []
        reader = Reader(self.limits.markup)

        def keep(code: str) -> None:
            self._count_field(len(code))
            codes.append(code)

        def on_start(tag: str, attributes: list[str]) -> None:
            local = tag.rpartition("}")[2]
            given = {
                key.rpartition("}")[2]: value for key, value in zip(attributes[::2], attributes[1::2], strict=True)
            }
            if given.get("fldCharType") == "begin":
                codes.append("\n")
            if local == "fldSimple":
                keep(f"\n{given.get('instr', '')}\n")
            reader.parser.CharacterDataHandler = keep if local == "instrText" else None

        reader.on_start = on_start
        try:
            for piece in self._pieces(name):
                reader.feed(piece)
        except (_Harmful, Refused):
            raise
        except NOT_WELL_FORMED:
            raise _Harmful("has parts that are not well-formed XML") from None
        return "".join(codes)

    def _codes_found(self, whole: bytes) -> str:
        """Codes of all fields, one on each line, found by search: for a part in the usual notation."""
        codes: list[bytes] = []
        for found in _FIELDS.finditer(whole):
            self._count_field(found.end() - found.start())
            begin, text, attributes = found.groups()
            if begin:
                codes.append(b"\n")
            elif text:
                codes.append(text)
            elif attributes and (code := _CODE.search(attributes)):
                codes.append(b"\n" + (code[1] or code[2] or b"") + b"\n")
        return html.unescape(b"".join(codes).decode("utf-8", "replace"))

    def _count_field(self, size: int) -> None:
        self.limits.field_bytes -= size
        if self.limits.field_bytes < 0:
            raise _Harmful("has too many fields")

    def _check_embedded(self, name: str) -> None:
        """Check an embedded workbook (the data of a chart), which may not embed another one."""
        if self.nested:
            raise _Harmful("has nested embedded documents")
        kept = io.BytesIO(b"".join(self._pieces(name)))
        kind = _NESTED[name.lower().rpartition(".")[2]]
        if problem := _problem(kept, kind, self.limits, nested=True):
            raise _Harmful(f"has an embedded document that is refused: {problem.rstrip('.')}")

    def _head(self, name: str) -> bytes:
        return next(self._pieces(name, PROGRAM_HEAD, PROGRAM_HEAD), b"")

    def _pieces(self, name: str, size: int = _PIECE, most: int = MOST_READ) -> Iterator[bytes]:
        """Unpacked part, limited by the budget of the file."""
        with self.archive.open(name) as part:
            while most > 0 and (piece := part.read(size)):
                self.limits.bytes -= len(piece)
                if self.limits.bytes < 0:
                    raise _Harmful("is too large when unpacked")
                most -= len(piece)
                yield piece


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    encrypted = entry.flag_bits & 0x1
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    usual = entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    return usual and not encrypted and not linked and not _leaves(entry.filename)


def _leaves(path: str) -> bool:
    return path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/")


_NESTED = {
    "docx": _Kind(DOCX, "word/document.xml", "DOCX"),
    "xlsx": _Kind(XLSX, "xl/workbook.xml", "XLSX"),
}
