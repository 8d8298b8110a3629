"""Small parts of a document: key figures, notes, signature lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.pdf import theme
from app.web.pdf.fonts import shrunk, wrapped
from app.web.pdf.formats import is_negative
from app.web.pdf.languages import words_of
from app.web.pdf.paper import Paper
from app.web.pdf.theme import Style

VALUE = Style(15, bold=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """Key figure at the top of a document."""

    name: str
    value: str
    note: str = ""


def key_figures(paper: Paper, figures: Sequence[Figure]) -> None:
    """Draw key figures side by side on a pale band."""
    high, wide = 62.0, theme.CONTENT / len(figures)
    paper.need(high)
    bottom = paper.y - high
    paper.box((theme.LEFT, bottom), theme.CONTENT, high, theme.PALE)
    for number, figure in enumerate(figures):
        left, room = theme.LEFT + wide * number + 12, wide - 20
        if number:
            paper.line((left - 12, bottom + 12), (left - 12, paper.y - 12), theme.RULE, 0.6)
        value = VALUE.but(
            size=shrunk(figure.value, room, VALUE.size, bold=True),
            color=theme.RED if is_negative(figure.value) else theme.INK,
        )
        paper.text(left, paper.y - 18, figure.name, theme.SMALL)
        paper.text(left, paper.y - 37, figure.value, value)
        note = theme.LABEL.but(size=shrunk(figure.note, room, theme.LABEL.size))
        paper.text(left, paper.y - 51, figure.note, note)
    paper.y = bottom - 20


def notes(paper: Paper, lines: Sequence[str]) -> None:
    """Draw notes that explain the figures."""
    style = theme.SMALL
    written = [wrapped(line, theme.CONTENT, style.size, most=4) for line in lines]
    paper.need(22 + sum(11 * len(found) + 3 for found in written))
    paper.text(theme.LEFT, paper.y - 10, words_of(paper.language).notes, style.but(bold=True, color=theme.INK))
    paper.y -= 23
    for found in written:
        for line in found:
            paper.text(theme.LEFT, paper.y, line, style)
            paper.y -= 11
        paper.y -= 3
    paper.y -= 3


def signatures(paper: Paper, roles: Sequence[str]) -> None:
    """Draw a signature line for each role."""
    paper.need(54)
    gap = 36
    wide = (theme.CONTENT - gap * (len(roles) - 1)) / len(roles)
    y = paper.y - 40
    for number, role in enumerate(roles):
        left = theme.LEFT + (wide + gap) * number
        paper.line((left, y), (left + wide, y), theme.INK, 0.6)
        paper.text(left, y - 12, role, theme.SMALL)
    paper.y = y - 44
