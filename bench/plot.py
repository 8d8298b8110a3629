"""A log-log plot of lines with their names at their ends, as a PNG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

_SIZE, _SHARPER = (1000, 620), 3  # drawn larger and scaled down, so that lines are smooth
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 84, 210, 56
_COLOURS = ("#1f5fa8", "#c8501e", "#2a8a57", "#8a3fa0", "#b8860b", "#d03a6a", "#3a9fb0", "#606060", "#7a5230")
_INK, _FAINT, _GRID = "#222222", "#666666", "#e2e2e2"
_LABEL_HEIGHT = 17


@dataclass(frozen=True)
class Line:
    """A name and its values, one for each position on the horizontal axis."""

    name: str
    values: Sequence[float]


def draw(file: Path, title: str, places: Sequence[int], lines: Sequence[Line]) -> None:
    """Write the picture."""
    low = math.floor(math.log10(min(min(line.values) for line in lines)))
    high = math.ceil(math.log10(max(max(line.values) for line in lines)))
    canvas = _Canvas(places, (low, high))
    canvas.frame(
        title, "milliseconds, one request at a time; both axes are logarithmic", "payments, incomes and expenses stored"
    )
    spots = apart([canvas.y(line.values[-1]) for line in lines])
    for line, colour, spot in zip(lines, _COLOURS, spots, strict=False):
        canvas.line(line, colour, spot)
    file.parent.mkdir(parents=True, exist_ok=True)
    canvas.save(file)


def apart(wanted: Sequence[float]) -> list[float]:
    """Positions of labels that do not overlap, as near as possible to their points, in the same order."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    spots = list(wanted)
    for _ in range(200):
        for above, below in pairwise(order):
            missing = _LABEL_HEIGHT - (spots[below] - spots[above])
            if missing > 0:
                spots[above] -= missing / 2
                spots[below] += missing / 2
    return spots


class _Canvas:
    """Coordinates are in points of the finished picture."""

    def __init__(self, places: Sequence[int], decades: tuple[int, int]) -> None:
        self.places = places
        self.low, self.high = decades
        self.image = Image.new("RGB", (_SIZE[0] * _SHARPER, _SIZE[1] * _SHARPER), "white")
        self.pen = ImageDraw.Draw(self.image)

    def x(self, place: float) -> float:
        first, last = math.log10(self.places[0]), math.log10(self.places[-1])
        return _LEFT + (math.log10(place) - first) / (last - first) * (_SIZE[0] - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        height = _SIZE[1] - _TOP - _BOTTOM
        return _SIZE[1] - _BOTTOM - (math.log10(value) - self.low) / (self.high - self.low) * height

    def frame(self, title: str, measure: str, across: str) -> None:
        self._text((_LEFT - 50, 16), title, 21, "la", bold=True)
        self._text((_LEFT - 50, 45), measure, 14, "la", _FAINT)
        for decade in range(self.low, self.high + 1):
            for digit in range(1, 10):
                if digit == 1 or decade < self.high:
                    y = self.y(digit * 10**decade)
                    self._stroke([(_LEFT, y), (_SIZE[0] - _RIGHT, y)], "#c9c9c9" if digit == 1 else _GRID, 1)
            self._text((_LEFT - 10, self.y(10**decade)), f"{10**decade:,g}", 14, "rm", _FAINT)
        for place in self.places:
            self._stroke([(self.x(place), _TOP), (self.x(place), _SIZE[1] - _BOTTOM)], _GRID, 1)
            self._text((self.x(place), _SIZE[1] - _BOTTOM + 8), f"{place:,}", 14, "ma", _FAINT)
        self._text(((_LEFT + _SIZE[0] - _RIGHT) / 2, _SIZE[1] - 24), across, 14, "ma", _FAINT)

    def line(self, line: Line, colour: str, spot: float) -> None:
        points = [(self.x(place), self.y(value)) for place, value in zip(self.places, line.values, strict=True)]
        self._stroke(points, colour, 2.5)
        for x, y in points:
            self.pen.ellipse([_SHARPER * side for side in (x - 4, y - 4, x + 4, y + 4)], colour)
        end = _SIZE[0] - _RIGHT
        self._stroke([(end + 6, points[-1][1]), (end + 20, spot)], colour, 1)
        self._text((end + 25, spot), line.name, 15, "lm", colour)

    def save(self, file: Path) -> None:
        self.image.resize(_SIZE, Image.Resampling.LANCZOS).save(file, optimize=True)

    def _stroke(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        scaled = [(x * _SHARPER, y * _SHARPER) for x, y in points]
        self.pen.line(scaled, colour, round(width * _SHARPER), joint="curve")

    def _text(
        self, at: tuple[float, float], text: str, size: int, anchor: str, colour: str = _INK, *, bold: bool = False
    ) -> None:
        face = font_source_sans_pro.SourceSansProSemibold if bold else font_source_sans_pro.SourceSansPro
        font = ImageFont.truetype(face, size * _SHARPER)
        self.pen.text((at[0] * _SHARPER, at[1] * _SHARPER), text, colour, font, anchor)
