"""Signatures: first and last bytes by which programs recognize a file."""

import struct
from typing import IO

import puremagic

_HEAD = 8 * 1024
PROGRAM_HEAD = 1024
"""Number of bytes in which an executable can be recognized."""
_PROGRAMS = (
    b"\x7fELF",
    b"#!",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # OLE containers: installers and old office files with macros
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
_PE_OFFSET = 0x3C


def named_by_magic(content_type: str, content: IO[bytes]) -> bool:
    """Whether the content begins with the signature of this type."""
    content.seek(0)
    try:
        found = puremagic.magic_string(content.read(_HEAD))
    except puremagic.PureError:
        return False
    return any(match.mime_type == content_type for match in found)


def starts(content: IO[bytes], magic: bytes) -> bool:
    """Whether the content begins with these bytes."""
    content.seek(0)
    return content.read(len(magic)) == magic


def is_program(head: bytes) -> bool:
    """Whether these first bytes are those of an executable."""
    if head.startswith(_PROGRAMS):
        return True
    if not head.startswith(b"MZ") or len(head) < _PE_OFFSET + 4:
        return False
    at = int.from_bytes(head[_PE_OFFSET : _PE_OFFSET + 4], "little")
    return at >= len(head) or head[at : at + 2] in {b"PE", b"NE", b"LE"}


def archive_end(content: IO[bytes]) -> int | None:
    """Length of the table of contents that a ZIP file ends with, or None if this is no such file.

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
