"""Font family of all documents: embedded, with Latin, Greek and Cyrillic."""

import importlib.util
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

REGULAR, SEMIBOLD = "SourceSansPro-Regular", "SourceSansPro-Semibold"
UNKNOWN = "?"
LOCK = threading.RLock()
"""Lock for drawing one document at a time: reportlab's font registry is not thread-safe."""


@cache
def font(name: str) -> Any:
    """Name of a font in reportlab's registry, loaded once."""
    # not at the top of the module: importing it takes 80 ms, at every start of the server
    from reportlab.pdfbase import pdfmetrics, ttfonts

    with LOCK:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(ttfonts.TTFont(name, str(_folder() / f"{name}.ttf")))
        return pdfmetrics.getFont(name)


def _folder() -> Path:
    spec = importlib.util.find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        raise RuntimeError("font-source-sans-pro, named in requirements.in, is not installed")
    return Path(spec.origin).parent / "files"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of printable text, in points."""
    return float(font(SEMIBOLD if bold else REGULAR).stringWidth(text, size))


def printable(text: object) -> str:
    """Printable form of a text: one line, without invisible characters, and with '?' for unknown letters."""
    plain = str(text)
    if plain.isascii() and plain.isprintable():
        return plain
    glyphs = font(REGULAR).face.charToGlyph
    seen = (_seen(letter, glyphs) for letter in unicodedata.normalize("NFC", plain))
    return " ".join("".join(seen).split())


def _seen(letter: str, glyphs: dict[int, int]) -> str:
    kind = unicodedata.category(letter)
    if kind in {"Zs", "Zl", "Zp", "Cc"}:
        return " "
    if kind in {"Cf", "Mn"}:  # joiners, direction marks, combining accents without a letter
        return ""
    return letter if ord(letter) in glyphs else UNKNOWN


def fitted(text: object, room: float, size: float, *, bold: bool = False) -> str:
    """Printable text cut to a width, with an ellipsis."""
    whole = printable(text)
    if width(whole, size, bold=bold) <= room:
        return whole
    return _cut(whole, room, size, bold=bold).rstrip() + "…"


def _cut(text: str, room: float, size: float, *, bold: bool) -> str:
    """Letters that fit before an ellipsis."""
    left = room - width("…", size, bold=bold)
    for place, letter in enumerate(text):
        left -= width(letter, size, bold=bold)
        if left < 0:
            return text[:place]
    return text


def wrapped(text: object, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """Printable text wrapped into at most `most` lines; the last one, and words longer than a line, are cut."""
    lines: list[str] = []
    words = printable(text).split(" ")
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size, bold=bold) <= room:
            line += f" {words.pop(0)}"
        if width(line, size, bold=bold) > room:
            words[:0] = [line]
            break
        lines.append(line)
    return [*lines, fitted(" ".join(words), room, size, bold=bold)] if words else lines


def shrunk(text: str, room: float, size: float, *, bold: bool = False) -> float:
    """Font size at which the text fits, as amounts are never cut."""
    wide = width(text, size, bold=bold)
    return size if wide <= room else size * room / wide
