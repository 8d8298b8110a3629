"""Pages of a document: drawing, page breaks, header and footer."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

from app.infra.contents.pictures import decoded
from app.web.pdf import Issued, theme
from app.web.pdf.fonts import LOCK, REGULAR, SEMIBOLD, fitted, font, printable, width
from app.web.pdf.languages import issued_on, words_of
from app.web.pdf.theme import Style

Align = Literal["left", "center", "right"]
Point = tuple[float, float]
Stroke = Callable[[Any], None]


MOST_PIXELS = 4_000_000
"""Pixels of the largest picture that is drawn."""


class Paper:
    """A document, composed from top to bottom; drawn at the end, when the number of pages is known."""

    def __init__(self, title: str, issued: Issued) -> None:
        self.title = title
        self.issued = issued
        self.language = issued.language
        self._strokes: list[Stroke] = []
        self.pages = [self._strokes]
        self.y = theme.TOP

    def masthead(self, *lines: str) -> None:
        """Draw the masthead: issuer, day, title and period."""
        issued = issued_on(self.language, self.issued.on)
        room = theme.CONTENT - width(issued, theme.SMALL.size) - 24
        company = theme.HEADING.but(color=theme.ACCENT)
        self.text(theme.LEFT, self.y, fitted(self.issued.company, room, company.size, bold=True), company)
        self.text(theme.RIGHT, self.y, issued, theme.SMALL, "right")
        self.line((theme.LEFT, self.y - 9), (theme.RIGHT, self.y - 9), theme.ACCENT, 1.2)
        self.y -= 40
        self.text(theme.LEFT, self.y, self.title, theme.TITLE)
        for number, line in enumerate(lines):
            self.y -= 17 if number == 0 else 13
            style = theme.Style(10.5) if number == 0 else theme.SMALL.but(size=9)
            self.text(theme.LEFT, self.y, fitted(line, theme.CONTENT, style.size), style)
        self.y -= 16

    def new_page(self) -> None:
        """Begin a new page."""
        self._strokes = []
        self.pages.append(self._strokes)
        self.y = theme.TOP

    def need(self, height: float) -> bool:
        """Begin a new page if the height does not fit; returns whether it did."""
        turned = self.y - height < theme.BOTTOM
        if turned:
            self.new_page()
        return turned

    def text(self, x: float, y: float, words: str, style: Style, align: Align = "left") -> None:
        """Draw a line of text, with its baseline at y."""
        plain = printable(words)
        name = SEMIBOLD if style.bold else REGULAR
        draw = {"left": "drawString", "center": "drawCentredString", "right": "drawRightString"}[align]

        def stroke(canvas: Any) -> None:
            canvas.setFont(name, style.size)
            canvas.setFillColor(_ink(style.color))
            getattr(canvas, draw)(x, y, plain)

        font(name)
        self._strokes.append(stroke)

    def line(self, start: Point, end: Point, color: str, thickness: float = 0.5) -> None:
        """Draw a straight line."""
        self.path([start, end], color, thickness)

    def box(self, corner: Point, wide: float, high: float, color: str) -> None:
        """Draw a filled rectangle from its lower left corner."""
        x, y = corner
        self.shape([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], color)

    def path(self, points: Sequence[Point], color: str, thickness: float) -> None:
        """Draw a line through points."""

        def stroke(canvas: Any) -> None:
            canvas.setStrokeColor(_ink(color))
            canvas.setLineWidth(thickness)
            canvas.setLineJoin(1)
            canvas.drawPath(_through(canvas, points), stroke=1, fill=0)

        self._strokes.append(stroke)

    def shape(self, points: Sequence[Point], color: str) -> None:
        """Draw a filled polygon."""

        def stroke(canvas: Any) -> None:
            canvas.setFillColor(_ink(color))
            canvas.drawPath(_through(canvas, points, closed=True), stroke=0, fill=1)

        self._strokes.append(stroke)

    def picture(self, content: bytes, corner: Point, wide: float, high: float) -> None:
        """Draw a PNG or JPEG picture into the upper right of a rectangle, from whose lower left corner it is given.

        One that can't be read, or has more pixels than a document needs, is left out.
        """
        image = decoded(content, MOST_PIXELS)
        if image is None:
            return
        x, y = corner
        scale = min(wide / image.width, high / image.height)
        drawn = image.width * scale, image.height * scale

        def stroke(canvas: Any) -> None:
            from reportlab.lib.utils import ImageReader

            place = x + wide - drawn[0], y + high - drawn[1]
            canvas.drawImage(ImageReader(image), *place, *drawn, mask="auto")

        self._strokes.append(stroke)

    def dot(self, x: float, y: float, radius: float, color: str) -> None:
        """Draw a filled circle."""

        def stroke(canvas: Any) -> None:
            canvas.setFillColor(_ink(color))
            canvas.circle(x, y, radius, stroke=0, fill=1)

        self._strokes.append(stroke)

    @contextmanager
    def within(self, corner: Point, wide: float, high: float) -> Iterator[None]:
        """Clip drawing to this rectangle."""
        x, y = corner

        def clip(canvas: Any) -> None:
            canvas.saveState()
            corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
            canvas.clipPath(_through(canvas, corners, closed=True), stroke=0, fill=0)

        self._strokes.append(clip)
        yield
        self._strokes.append(lambda canvas: canvas.restoreState())

    def bookmark(self, title: str) -> None:
        """Add a bookmark to this place."""
        key, plain, y = f"{len(self.pages)}:{self.y}", printable(title), self.y

        def stroke(canvas: Any) -> None:
            canvas.bookmarkHorizontalAbsolute(key, y + 20)
            canvas.addOutlineEntry(plain, key)

        self._strokes.append(stroke)

    def pdf(self) -> bytes:
        """Bytes of the finished document; the same for the same content."""
        for number in range(1, len(self.pages) + 1):
            self._frame(number)
        with LOCK:
            return self._drawn()

    def _drawn(self) -> bytes:
        from reportlab.pdfgen.canvas import Canvas

        font(REGULAR)  # the initial font of a page; a standard font would not be embedded
        written = io.BytesIO()
        size = theme.WIDTH, theme.HEIGHT
        canvas = Canvas(
            written, size, pageCompression=1, invariant=1, lang=words_of(self.language).tag, initialFontName=REGULAR
        )
        company, day = printable(self.issued.company), self.issued.on
        canvas.setTitle(f"{self.title} · {company}")
        canvas.setAuthor(company)
        issued = issued_on(self.language, day)
        canvas.setSubject(f"{self.title}, {issued[0].lower()}{issued[1:]}")
        canvas.setCreator("Control Fresco")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        # invariant=1 would date every document to 2000: use midnight in Colombia of the day of issue
        canvas.setDateFormatter(lambda *_: f"D:{day:%Y%m%d}000000-05'00'")
        for strokes in self.pages:
            for stroke in strokes:
                stroke(canvas)
            canvas.showPage()
        canvas.save()
        return written.getvalue()

    def _frame(self, number: int) -> None:
        """Draw header and footer of a page; the first has its masthead instead of a header."""
        self._strokes = self.pages[number - 1]
        issued = issued_on(self.language, self.issued.on)
        if number > 1:
            y = theme.TOP + 20
            company = fitted(self.issued.company, theme.CONTENT * 0.7, theme.SMALL.size)
            self.text(theme.LEFT, y, company, theme.SMALL)
            self.text(theme.RIGHT, y, self.title, theme.SMALL, "right")
            self.line((theme.LEFT, y - 7), (theme.RIGHT, y - 7), theme.RULE)
        self.line((theme.LEFT, 44), (theme.RIGHT, 44), theme.RULE)
        self.text(theme.LEFT, 32, issued, theme.LABEL)
        page = words_of(self.language).page.format(number=number, pages=len(self.pages))
        self.text(theme.RIGHT, 32, page, theme.LABEL, "right")


@cache
def _ink(color: str) -> Any:
    """Parsed color, cached: parsing names at each stroke took most of the time."""
    from reportlab.lib.colors import HexColor

    return HexColor(color)


def _through(canvas: Any, points: Sequence[Point], *, closed: bool = False) -> Any:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
    return path
