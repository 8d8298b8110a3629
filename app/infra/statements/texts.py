"""Texts of rows, without control characters and needless blanks."""

import re
import unicodedata

from app.infra.statements.parsed import LONGEST_TEXT

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]+")
_GUARDED = re.compile(r"'(?=[=+\-@\t\r])")
_PARTS = re.compile(r"[^\w]+|_+")


def clean(text: str) -> str:
    """The text on one line, shortened."""
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return " ".join(text.split())[:LONGEST_TEXT].rstrip()


def without_guard(text: str) -> str:
    """The text of a cell without the one apostrophe that keeps spreadsheets from running it."""
    return text[1:] if _GUARDED.match(text) else text


def folded(text: str) -> str:
    """Words of a heading: without accents, case, and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _PARTS.sub(" ", letters).strip()


def joined(*texts: str, sign: str = " ") -> str:
    """The texts that are not empty, each once."""
    return sign.join(dict.fromkeys(text for text in texts if text))
