"""Plain text and CSV."""

import re
from collections.abc import Callable
from typing import IO

_PIECE, _OVERLAP = 256 * 1024, 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(
    rb"<\s*+(?=[!hbsioe])(!doctype\s+html|html|head|body|script|iframe|svg|object|embed)\b", re.IGNORECASE
)
_DDE = re.compile(rb"[=+\-@(][^\S\r\n]{0,20}[A-Za-z][\w.]{0,40}\|[^\S\r\n]{0,20}'[^'\r\n]{0,500}'!")
"""A formula that requests a value from another program, and so starts it: `=cmd|'/C calc'!A1`."""


def text(content: IO[bytes]) -> str | None:
    """Reason why the content is not plain text, or None."""
    return _problem(content, lambda _window: None)


def csv(content: IO[bytes]) -> str | None:
    """Reason why the content is not an acceptable CSV, or None."""
    return _problem(content, lambda window: "The CSV starts a program." if _DDE.search(window) else None)


def _problem(content: IO[bytes], more: Callable[[bytes], str | None]) -> str | None:
    content.seek(0)
    if content.read(2) == b"#!":
        return "The content is a program."
    content.seek(0)
    rest = b""
    while piece := content.read(_PIECE):
        window = rest + piece
        if _CONTROL.search(window):
            return "The content is not text."
        if _MARKUP.search(window):
            return "The content is a web page."
        if problem := more(window):
            return problem
        rest = window[-_OVERLAP:]
    return None
