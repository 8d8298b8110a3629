"""Charts, drawn as vector graphics."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.pdf import theme
from app.web.pdf.fonts import fitted, shrunk, width, wrapped
from app.web.pdf.languages import words_of
from app.web.pdf.paper import Paper
from app.web.pdf.scales import MONTHS, YEARS, Axis, compact, every

LABEL = theme.LABEL


@dataclass(frozen=True, slots=True)
class Area:
    """Area of a chart, with its heading at the top."""

    left: float
    bottom: float
    wide: float
    high: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.wide

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.bottom + self.high


@dataclass(frozen=True, slots=True)
class Series:
    """Data series."""

    name: str
    values: Sequence[float]
    color: str


@dataclass(frozen=True, slots=True)
class Item:
    """Bar of a ranking: label, value and its text; a bar for several items is grey."""

    name: str
    size: float
    figure: str
    share: str
    together: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Step of a waterfall chart: a change, or a subtotal."""

    name: str
    value: float
    reached: bool = False


def columns(paper: Paper, area: Area, title: str, labels: Sequence[str], series: Sequence[Series]) -> None:
    """Draw a column chart, with a group of columns for each label."""
    _heading(paper, area, title)
    axis = Axis.of(value for one in series for value in one.values)
    plot = _plot(paper, area, axis, empty=not any(any(one.values) for one in series))
    if plot is None:
        return
    _legend(paper, area, series)
    slot = plot.wide / len(labels)
    wide = min(slot * 0.72 / len(series), 16)
    zero = _y(plot, axis, 0)
    for group in range(len(labels)):
        left = plot.left + slot * (group + 0.5) - wide * len(series) / 2
        for number, one in enumerate(series):
            height = _y(plot, axis, one.values[group]) - zero
            if height:
                paper.box((left + wide * number, zero), wide * 0.92, height, one.color)
    _zero(paper, plot, axis)
    _below(paper, plot, labels)


def balance(paper: Paper, area: Area, title: str, labels: Sequence[str], values: Sequence[float], last: str) -> None:
    """Draw an area chart; the part below zero is red."""
    _heading(paper, area, title)
    axis = Axis.of(values, most=4)
    plot = _plot(paper, area, axis, empty=not any(values))
    if plot is None:
        return
    slot, zero = plot.wide / len(values), _y(plot, axis, 0)
    points = [(plot.left + slot * (n + 0.5), _y(plot, axis, value)) for n, value in enumerate(values)]
    if len(points) == 1:  # one month is drawn as a line, not a point
        points = [(points[0][0] - slot / 4, points[0][1]), (points[0][0] + slot / 4, points[0][1])]
    halves = (
        (max(values) > 0, zero, plot.top - zero + 2, theme.TINT, theme.ACCENT),
        (min(values) < 0, plot.bottom - 2, zero - plot.bottom + 2, theme.RED_TINT, theme.RED),
    )
    for reached, bottom, high, tint, color in halves:
        if not reached:
            continue
        with paper.within((plot.left, bottom), plot.wide, high):
            paper.shape([(points[0][0], zero), *points, (points[-1][0], zero)], tint)
            paper.path(points, color, 1.4)
    _zero(paper, plot, axis)
    _below(paper, plot, labels)
    color = theme.RED if values[-1] < 0 else theme.ACCENT
    paper.dot(*points[-1], 2.2, color)
    # above the chart: beside its point the line would cross it
    paper.text(area.right, area.top - 8, last, LABEL.but(color=color, bold=True), "right")
    paper.dot(area.right - width(last, LABEL.size, bold=True) - 7, area.top - 5.5, 2.2, color)


def ranking(paper: Paper, area: Area, title: str, items: Sequence[Item]) -> None:
    """Draw horizontal bars, each with its amount and share."""
    _heading(paper, area, title)
    if not items:
        _nothing(paper, area)
        return
    longest = max(abs(item.size) for item in items)
    y = area.top - 24
    for item in items:
        color = theme.RED if item.size < 0 else theme.GREY if item.together else theme.ACCENT
        paper.text(area.right, y, item.share, LABEL, "right")
        edge = area.right - 36
        size = shrunk(item.figure, area.wide * 0.45, 8)
        figure = theme.SMALL.but(size=size, color=theme.RED if item.size < 0 else theme.INK)
        paper.text(edge, y, item.figure, figure, "right")
        room = edge - area.left - width(item.figure, size) - 8
        paper.text(area.left, y, fitted(item.name, room, 8), theme.SMALL.but(color=theme.INK))
        paper.box((area.left, y - 8), area.wide, 3.5, theme.PALE)
        if item.size:
            paper.box((area.left, y - 8), max(area.wide * abs(item.size) / longest, 0.5), 3.5, color)
        y -= 23


def cascade(paper: Paper, area: Area, title: str, steps: Sequence[Step]) -> None:
    """Draw a waterfall chart: from the income, step by step, to the result."""
    _heading(paper, area, title)
    spans = _spans(steps)
    axis = Axis.of((end for span in spans for end in span), most=4)
    plot = _plot(paper, area, axis, empty=not any(step.value for step in steps), below=26)
    if plot is None:
        return
    slot = plot.wide / len(steps)
    wide = min(slot * 0.6, 40)
    for number, (step, (start, end)) in enumerate(zip(steps, spans, strict=True)):
        middle = plot.left + slot * (number + 0.5)
        from_y, to_y = _y(plot, axis, start), _y(plot, axis, end)
        if number + 1 < len(steps):
            paper.line((middle + wide / 2, to_y), (middle + slot - wide / 2, to_y), theme.GREY, 0.5)
        if from_y != to_y:
            paper.box((middle - wide / 2, from_y), wide, to_y - from_y, _step_color(step))
        style = LABEL.but(color=theme.RED if step.value < 0 and step.reached else theme.INK)
        figure, over = compact(step.value), max(from_y, to_y) + 3
        half = width(figure, LABEL.size) / 2 + 2
        paper.box((middle - half, over - 1.5), 2 * half, 8, theme.WHITE)  # so that no grid line crosses it
        paper.text(middle, over, figure, style, "center")
        for line, words in enumerate(wrapped(step.name, slot - 3, LABEL.size, most=2)):
            paper.text(middle, plot.bottom - 11 - 9 * line, words, LABEL, "center")
    _zero(paper, plot, axis)


def _spans(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Start and end of each step: a change begins at the end of the one before, a subtotal at zero."""
    spans, level = [], 0.0
    for step in steps:
        start = 0.0 if step.reached else level
        level = start + step.value
        spans.append((start, level))
    return spans


def _step_color(step: Step) -> str:
    if not step.reached:
        return theme.GREY
    return theme.RED if step.value < 0 else theme.ACCENT


def _heading(paper: Paper, area: Area, title: str) -> None:
    paper.text(area.left, area.top - 8, fitted(title, area.wide, theme.STRONG.size, bold=True), theme.STRONG)


def _legend(paper: Paper, area: Area, series: Sequence[Series]) -> None:
    x = area.right
    for one in reversed(series):
        x -= width(one.name, LABEL.size)
        paper.text(x, area.top - 8, one.name, LABEL)
        paper.box((x - 10, area.top - 8), 6, 6, one.color)
        x -= 24


def _plot(paper: Paper, area: Area, axis: Axis, *, empty: bool, below: float = 16) -> Area | None:
    """Draw grid lines and labels; returns the area between the axes, or None without values."""
    if empty:
        _nothing(paper, area)
        return None
    ticks = axis.ticks()
    beside = max(width(axis.label(tick, paper.language), LABEL.size) for tick in ticks) + 6
    plot = Area(area.left + beside, area.bottom + below, area.wide - beside, area.high - below - 26)
    for tick in ticks:
        y = _y(plot, axis, tick)
        paper.line((plot.left, y), (plot.right, y), theme.RULE, 0.4)
        paper.text(plot.left - 5, y - 2.5, axis.label(tick, paper.language), LABEL, "right")
    return plot


def _y(plot: Area, axis: Axis, value: float) -> float:
    return plot.bottom + plot.high * axis.place(value)


def _zero(paper: Paper, plot: Area, axis: Axis) -> None:
    y = _y(plot, axis, 0)
    paper.line((plot.left, y), (plot.right, y), theme.MUTED, 0.8)


def _below(paper: Paper, plot: Area, labels: Sequence[str]) -> None:
    """Draw the labels that fit; one that would exceed the right edge is omitted."""
    slot = plot.wide / len(labels)
    steps = YEARS if labels[0].isdecimal() else MONTHS
    step = every(slot, max(width(label, LABEL.size) for label in labels), steps)
    for place in range(0, len(labels), step):
        middle = plot.left + slot * (place + 0.5)
        if middle + width(labels[place], LABEL.size) / 2 <= plot.right + 1:
            paper.text(middle, plot.bottom - 11, labels[place], LABEL, "center")


def _nothing(paper: Paper, area: Area) -> None:
    middle = area.bottom + (area.high - 20) / 2
    paper.box((area.left, area.bottom), area.wide, area.high - 20, theme.PALE)
    paper.text(area.left + area.wide / 2, middle - 3, words_of(paper.language).nothing, theme.SMALL, "center")
