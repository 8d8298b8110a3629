"""Tables for a terminal and Markdown, and the documents that keep them."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


class Table:
    """Table that is printed line by line; the first column is text, the others are numbers."""

    def __init__(self, heads: Sequence[str], first: int) -> None:
        self.widths = [max(first, len(heads[0])), *(max(len(head), 6) for head in heads[1:])]
        self.lines: list[str] = []
        self.add(*heads)
        self._keep(
            "|".join(["", "-" * (self.widths[0] + 2), *("-" * (width + 1) + ":" for width in self.widths[1:]), ""])
        )

    def add(self, first: str, *others: object) -> None:
        """Print a line."""
        cells = [first.ljust(self.widths[0])]
        cells += [str(other).rjust(width) for other, width in zip(others, self.widths[1:], strict=True)]
        self._keep("| " + " | ".join(cells) + " |")

    def _keep(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)


def number(value: float) -> str:
    """Format with three significant digits; `-` for missing figures."""
    if math.isnan(value):
        return "-"
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{decimals}f}"


def write(name: str, lines: Sequence[str], document: Path = DOCUMENT) -> None:
    """Replace the lines between the markers of that name."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = document.read_text(encoding="utf-8")
    replaced, found = re.subn(
        f"{begin}.*?{end}", lambda _: "\n".join([begin, "", *lines, "", end]), text, flags=re.DOTALL
    )
    if found != 1:
        raise SystemExit(f"{document} must have the markers {begin} and {end} once")
    document.write_text(replaced, encoding="utf-8")
