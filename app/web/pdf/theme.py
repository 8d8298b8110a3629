"""Style of all documents: Letter paper, one accent color, greys, and red for negative numbers."""

from dataclasses import dataclass, replace
from typing import Self

WIDTH, HEIGHT = 612.0, 792.0
"""Size of Letter paper, the usual one in Colombia, in points."""
LEFT, RIGHT = 54.0, 558.0
TOP, BOTTOM = 738.0, 60.0
CONTENT = RIGHT - LEFT

ACCENT = "#1F4E79"
TINT = "#DCE6F0"
WHITE = "#FFFFFF"
INK = "#1F2933"
MUTED = "#697586"
GREY = "#B3BDC9"
RULE = "#D5DBE2"
PALE = "#F4F6F9"
RED = "#A63A3A"
RED_TINT = "#F4E1E0"


@dataclass(frozen=True, slots=True)
class Style:
    """Text style."""

    size: float
    color: str = INK
    bold: bool = False

    def but(self, **changes: float | str | bool) -> Self:
        """Copy of the style with some values changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # replace() wants the type of each field


TITLE = Style(22, bold=True)
HEADING = Style(11, bold=True)
TEXT = Style(9.5)
STRONG = TEXT.but(bold=True)
SMALL = Style(8, MUTED)
LABEL = Style(7.5, MUTED)
