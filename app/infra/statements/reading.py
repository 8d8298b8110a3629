"""Readers by the format of a file, which is given or recognised."""

import re
from collections.abc import Callable
from dataclasses import replace

from app.infra.contents.signatures import PROGRAM_HEAD, is_program
from app.infra.statements.camt import read_camt
from app.infra.statements.delimited import read_csv
from app.infra.statements.encodings import Decoded, decoded
from app.infra.statements.ofx import read_ofx
from app.infra.statements.parsed import LARGEST_FILE, FileWarning, Format, ParsedFile, ReadOptions
from app.infra.statements.qif import read_qif
from app.infra.statements.refusals import EmptyFile
from app.kernel.errors import TooLarge, WrongMediaType

_READERS: dict[Format, Callable[[str, ReadOptions], ParsedFile]] = {
    Format.CSV: read_csv,
    Format.OFX: read_ofx,
    Format.QIF: read_qif,
    Format.CAMT: read_camt,
}
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP file or a spreadsheet of Excel"),
    (b"PK\x05\x06", "a ZIP file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old file of Office"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)
_HEAD = 4_096
_OFX = re.compile(r"<OFX[\s>]|^\s*OFXHEADER", re.IGNORECASE)
_QIF = re.compile(r"\s*!(Type|Account|Option|Clear)\b", re.IGNORECASE)
_CAMT = re.compile(r"<(?:\w+:)?(BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)\b|camt\.05[234]", re.ASCII)
_WEB_PAGE = re.compile(r"\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body|table|svg)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<(\?xml|!DOCTYPE|!--|[A-Za-z][\w:.-]*[\s/>])")
_JSON = re.compile(r"\s*(\{\s*[\"}]|\[\s*[\"{\[])")
_MT940 = re.compile(r"\s*(\{1:|:20:)")
_PICTURE = {b"WEBP": "a picture", b"WAVE": "a sound", b"AVI ": "a film"}


def read_statements(content: bytes, options: ReadOptions | None = None) -> ParsedFile:
    """The statements of a file.

    Raises TooLarge, WrongMediaType for another kind of file, or a refusal of `app.infra.statements.refusals`.
    """
    options = options or ReadOptions()
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"The file has more than {LARGEST_FILE // 1024 // 1024} MB.")
    if not content.strip():
        raise EmptyFile
    _refuse_others(content)
    found = decoded(content)
    form = options.format or _format_of(found.text[:_HEAD])
    parsed = _READERS[form](found.text, options)
    if not (any(statement.rows for statement in parsed.statements) or parsed.errors or parsed.notes):
        raise EmptyFile
    return _with_encoding(parsed, found)


def _with_encoding(parsed: ParsedFile, found: Decoded) -> ParsedFile:
    warnings = (*parsed.warnings, FileWarning.REPLACED_CHARACTERS) if found.replaced else parsed.warnings
    return replace(parsed, encoding=found.encoding, warnings=warnings)


def _refuse_others(content: bytes) -> None:
    """Raise WrongMediaType for a file that begins like one of another kind."""
    for magic, kind in _MAGIC:
        if content.startswith(magic) and (magic != b"BM" or b"\x00" in content[:30]):
            raise _other(kind)
    if content[:4] == b"RIFF" and content[8:12] in _PICTURE:
        raise _other(_PICTURE[content[8:12]])
    if content[4:8] == b"ftyp":
        raise _other("a film or a picture")
    if is_program(content[:PROGRAM_HEAD]):
        raise _other("a program")


def _format_of(head: str) -> Format:
    if _OFX.search(head):
        return Format.OFX
    if _QIF.match(head):
        return Format.QIF
    if _WEB_PAGE.match(head):
        raise _other("a web page")
    if _XML.match(head):
        if _CAMT.search(head):
            return Format.CAMT
        raise _other("XML of another kind")
    if _JSON.match(head):
        raise _other("JSON")
    if _MT940.match(head):
        raise _other("MT940")
    return Format.CSV


def _other(kind: str) -> WrongMediaType:
    message = f"The file is {kind}; CSV, OFX, QIF and CAMT can be imported."
    return WrongMediaType(message, errors={"file": [message]})
