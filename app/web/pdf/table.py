"""Tables over several pages, with their header on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from app.web.pdf import theme
from app.web.pdf.fonts import fitted, shrunk, width, wrapped
from app.web.pdf.formats import is_negative
from app.web.pdf.languages import words_of
from app.web.pdf.paper import Paper
from app.web.pdf.theme import Style

LINE, PADDING, GAP = 11.0, 4.0, 10.0
HEADED = 36.0
KEPT = 0.6 * (theme.TOP - theme.BOTTOM)
"""Height up to which a table is not split."""
TEXT = Style(9)
STRONG = TEXT.but(bold=True)
HEAD = Style(8, theme.MUTED, bold=True)


class Kind(Enum):
    """Kind of a row."""

    PLAIN = "plain"
    HEADING = "heading"
    TOTAL = "total"
    RESULT = "result"


ABOVE = {Kind.HEADING: 5.0, Kind.RESULT: 5.0}
"""Space above a row."""


@dataclass(frozen=True, slots=True)
class Column:
    """Heading and relative width of a column; the first column has text, the others numbers."""

    title: str
    share: float


@dataclass(frozen=True, slots=True)
class Row:
    """Row of a table."""

    cells: tuple[str, ...]
    kind: Kind = Kind.PLAIN
    indent: float = 0
    above: float = 0
    """Further space above it, for what is written by hand."""

    @property
    def style(self) -> Style:
        """Text style of the row."""
        return TEXT if self.kind is Kind.PLAIN else STRONG


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows with a title; without rows a note says that there are no movements."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    note: str = ""

    def draw(self, paper: Paper) -> None:
        """Draw the table from the current position, over as many pages as needed."""
        heights = [self._height(row) for row in self.rows]
        whole = HEADED + sum(heights)
        paper.need(whole if whole <= KEPT else HEADED + sum(heights[:4]))
        paper.bookmark(self.title)
        self._head(paper, self.title)
        if not self.rows:
            paper.text(theme.LEFT, paper.y - 14, words_of(paper.language).nothing, theme.TEXT.but(color=theme.MUTED))
            paper.y -= 30
            return
        before: Row | None = None
        for place, row in enumerate(self.rows):
            if paper.need(sum(heights[place : place + 2]) if self._holds_the_next(place) else heights[place]):
                self._head(paper, f"{self.title} ({words_of(paper.language).continued})")
                before = None
            if before is not None and before.kind is row.kind is Kind.PLAIN:
                paper.line((theme.LEFT, paper.y), (theme.RIGHT, paper.y), theme.RULE, 0.4)
            self._row(paper, row, heights[place])
            before = row
        paper.y -= 16

    def _holds_the_next(self, place: int) -> bool:
        """Whether a row must be on the same page as the next: a total with its rows, a heading with its section."""
        following = self.rows[place + 1 : place + 2]
        return self.rows[place].kind is Kind.HEADING or any(row.kind is not Kind.PLAIN for row in following)

    def _head(self, paper: Paper, title: str) -> None:
        paper.y -= theme.HEADING.size
        note_room = width(self.note, theme.LABEL.size) + GAP if self.note else 0
        words = fitted(title, theme.CONTENT - note_room, theme.HEADING.size, bold=True)
        paper.text(theme.LEFT, paper.y, words, theme.HEADING)
        paper.text(theme.RIGHT, paper.y, self.note, theme.LABEL, "right")
        paper.y -= 18
        for (left, right), column in zip(self._edges(), self.columns, strict=True):
            first = left == theme.LEFT
            paper.text(left if first else right, paper.y, column.title, HEAD, "left" if first else "right")
        paper.y -= 6
        paper.line((theme.LEFT, paper.y), (theme.RIGHT, paper.y), theme.INK, 0.8)

    def _edges(self) -> list[tuple[float, float]]:
        whole = sum(column.share for column in self.columns)
        edges, left = [], theme.LEFT
        for column in self.columns:
            right = left + theme.CONTENT * column.share / whole
            edges.append((left, right))
            left = right
        return edges

    def _words(self, row: Row) -> list[str]:
        left, right = self._edges()[0]
        room = right - left - row.indent - (0 if row.kind is Kind.HEADING else GAP)
        return wrapped(row.cells[0], room, row.style.size, most=2, bold=row.style.bold)

    def _height(self, row: Row) -> float:
        return max(len(self._words(row)), 1) * LINE + PADDING + ABOVE.get(row.kind, 0) + row.above

    def _row(self, paper: Paper, row: Row, height: float) -> None:
        bottom = paper.y - height
        top = paper.y - ABOVE.get(row.kind, 0)
        if row.kind is Kind.RESULT:
            paper.box((theme.LEFT, bottom), theme.CONTENT, top - bottom, theme.PALE)
        words = self._words(row)
        base = bottom + PADDING + (len(words) - 1) * LINE
        for number, line in enumerate(words):
            paper.text(theme.LEFT + row.indent, base - number * LINE, line, row.style)
        for (left, right), figure in list(zip(self._edges(), row.cells, strict=False))[1:]:
            self._figure(paper, figure, (left, right), base, row.style)
        if row.kind in {Kind.TOTAL, Kind.RESULT}:
            paper.line((theme.LEFT, top), (theme.RIGHT, top), theme.INK, 0.6)
        if row.kind is Kind.RESULT:
            paper.line((theme.LEFT, bottom), (theme.RIGHT, bottom), theme.INK, 0.6)
        paper.y = bottom

    def _figure(self, paper: Paper, figure: str, edges: tuple[float, float], y: float, style: Style) -> None:
        """Draw a number; a closing parenthesis extends beyond the edge, so that digits align."""
        left, right = edges
        size = shrunk(figure, right - left - GAP, style.size, bold=style.bold)
        hanging = width(")", size, bold=style.bold) if figure.endswith(")") else 0
        style = style.but(size=size, color=theme.RED if is_negative(figure) else style.color)
        paper.text(right + hanging, y, figure, style, "right")
