"""Text of a file: by its byte order mark, by the encoding that it declares, or by the look of its bytes."""

import codecs
import re
from typing import NamedTuple

from app.infra.statements.refusals import unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}["']([\w.:-]{1,40})|^CHARSET:\s*([\w-]{1,40})""", re.M
)
_HEAD = 2_000
_SINGLE_BYTE = {"1250", "1251", "1252", "1253", "1254", "1257"}
_ALLOWED = {
    "ascii",
    "utf-8",
    "cp850",
    "cp437",
    "koi8-r",
    "mac-roman",
    "shift_jis",
    "cp932",
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "euc_kr",
    *(f"cp{page}" for page in _SINGLE_BYTE),
    "iso8859-1",
    "iso8859-2",
    "iso8859-5",
    "iso8859-7",
    "iso8859-9",
    "iso8859-15",
}
"""Names as Python has them; other codecs of Python are no encodings of text, or slow."""
_GUESSED = ("cp1252", "cp850", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "cp949")
"""Encodings in the order in which they are preferred where bytes fit several."""
_FALLBACK = "cp1252"
_SAMPLE = 8_000
_NOT_ASCII_LINE = re.compile(rb"[^\r\n]{0,200}[\x80-\xff][^\r\n]{0,200}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_NOISE_SAMPLE, _MOST_NOISE, _LEAST_NOISE = 64 * 1024, 0.05, 10


class Decoded(NamedTuple):
    """Text of a file, without NULs."""

    text: str
    encoding: str
    replaced: bool
    """Whether some bytes were no characters."""


def decoded(content: bytes) -> Decoded:
    """The text; raises UnreadableFile if it is noise."""
    text, encoding = _text(content)
    text = text.removeprefix("\ufeff").rstrip("\x00")
    sample = text[:_NOISE_SAMPLE]
    if len(_CONTROL.findall(sample)) > max(_LEAST_NOISE, len(sample) * _MOST_NOISE):
        raise unreadable("it is no text")
    return Decoded(text.replace("\x00", ""), encoding, "\ufffd" in text)


def _text(content: bytes) -> tuple[str, str]:
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), name
    if utf16 := _utf16_by_nulls(content):
        return content.decode(utf16, "replace"), utf16
    for candidates in (_declared, lambda _: ["utf-8"], _guessed):
        for candidate in candidates(content):
            try:
                return content.decode(candidate), candidate
            except UnicodeDecodeError:
                continue
    return content.decode(_FALLBACK, "replace"), _FALLBACK


def _utf16_by_nulls(content: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of what is mostly ASCII is NUL."""
    sample = content[:4_096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 8 or max(even, odd) < len(sample) * 0.3 or min(even, odd) > len(sample) * 0.05:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _declared(content: bytes) -> list[str]:
    """The declared encoding; UTF-8 first, if the bytes are: text of another encoding hardly ever is."""
    found = _DECLARED.search(content[:_HEAD])
    if found is None:
        return []
    word = (found[1] or found[2]).decode("ascii")
    try:
        name = codecs.lookup(f"cp{word}" if word in _SINGLE_BYTE else word).name
    except LookupError:
        return []
    return ["utf-8", name] if name in _ALLOWED else []


def _guessed(content: bytes) -> list[str]:
    """The encoding that fits the lines with letters beyond ASCII best."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few files need it, and it is slow to import

    lines, size = [], 0
    for found in _NOT_ASCII_LINE.finditer(content):
        lines.append(found[0])
        size += len(found[0])
        if size > _SAMPLE:
            break
    matches = from_bytes(b"\n".join(lines), cp_isolation=list(_GUESSED))
    fits = {name: match.chaos for match in matches for name in match.could_be_from_charset if name in _GUESSED}
    return sorted(fits, key=lambda name: (fits[name], _GUESSED.index(name)))[:1]
