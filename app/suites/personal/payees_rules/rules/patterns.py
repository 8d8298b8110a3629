"""Patterns of rules: regular expressions that are matched in time linear to the text, whatever they are.

Python's `re` tries one way after the other, so that `(a+)+b` takes minutes over thirty letters. Here all ways are
followed at once, and what was worked out for a letter is kept: no pattern takes more than its length times that of the
text. Without back-references and looking around, which can't be matched so. Case and accents don't count.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from app.suites.personal.payees_rules.rules.words import folded

LONGEST_PATTERN = 200
LONGEST_TEXT = 500
"""Letters of a text that are looked at."""
MOST_STEPS = 1_000
"""Steps of a pattern after its repetitions were written out."""
MOST_REPEATED = 100
DEEPEST = 20
_MOST_KEPT = 5_000
"""Moves that are kept of a pattern."""
_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": str.isdecimal,
    "w": lambda letter: letter.isalnum() or letter == "_",
    "s": str.isspace,
}
_ESCAPED = {"t": "\t", "n": "\n"}
_QUANTIFIERS = "*+?{"
_MEANING = "\\[(^$."
"""Characters that stand for something else than themselves."""


class PatternError(ValueError):
    """A pattern that is none, or one that is not supported."""


class Exhausted(Exception):
    """The steps that all patterns of a run may take together are used up."""


@dataclass(slots=True)
class Allowance:
    """Steps that patterns may take in a run, together; about ten million a second."""

    left: int = 20_000_000

    def use(self, steps: int) -> None:
        """Take so many steps; Exhausted if there are not as many left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


class Kind(IntEnum):
    """Kind of a step."""

    LETTER = 0
    EITHER = 1
    BEGIN = 2
    END = 3
    BOUNDARY = 4
    INSIDE = 5
    DONE = 6


class Step(NamedTuple):
    """A step: a letter, a choice between two ways, a condition, or the end."""

    kind: Kind
    accepts: Callable[[str], bool] | None = None
    ways: tuple[int, ...] = ()
    """Distances to the steps that may follow."""


Steps = tuple[Step, ...]
States = frozenset[int]
_START: States = frozenset({0})


@dataclass(slots=True)
class Pattern:
    """A pattern that is sought anywhere in a text."""

    steps: Steps
    needles: tuple[str, ...] = ()
    """Texts of which one is in every text that matches; empty if there are none such."""
    moves: dict[tuple[States, bool | None, str], States | None] = field(default_factory=dict)
    """States after a letter, by the states before it, the kind of the letter before, and the letter; None: found."""

    def matches(self, text: str, allowance: Allowance) -> bool:
        """Whether the pattern is in a text without case and accents; Exhausted if that takes too many steps."""
        if self.needles and not any(needle in text for needle in self.needles):
            return False
        states, before = _START, None
        for letter in text[:LONGEST_TEXT]:
            key = (states, before, letter)
            if key not in self.moves:
                if len(self.moves) >= _MOST_KEPT:
                    self.moves.clear()
                self.moves[key] = self._move(states, before, letter, allowance)
            following = self.moves[key]
            if following is None:
                return True
            states, before = following, _is_word(letter)
        return self._open(states, before, None, allowance) is None

    def _move(self, states: States, before: bool | None, letter: str, allowance: Allowance) -> States | None:
        waiting = self._open(states, before, letter, allowance)
        if waiting is None:
            return None
        after = (one + 1 for one in waiting if (accepts := self.steps[one].accepts) is not None and accepts(letter))
        return _START.union(after)

    def _open(self, states: States, before: bool | None, letter: str | None, allowance: Allowance) -> set[int] | None:
        """Steps that wait for a letter, reached from these without one; None if the end is."""
        after = None if letter is None else _is_word(letter)
        found, pending = set(states), [*states]
        while pending:
            place = pending.pop()
            step = self.steps[place]
            if step.kind is Kind.DONE:
                allowance.use(len(found))
                return None
            if step.kind is not Kind.LETTER and _holds(step.kind, before, after):
                reached = {place + way for way in step.ways} - found
                found |= reached
                pending += reached
        allowance.use(len(found))
        return found


@lru_cache(maxsize=256)
def compiled(text: str) -> Pattern:
    """The pattern of a text; PatternError, with the reason, if it is none."""
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"At most {LONGEST_PATTERN} characters.")
    parser = _Parser(text)
    steps = (*parser.parsed(), Step(Kind.DONE))
    return Pattern(steps, tuple(parser.needles) if all(parser.needles) else ())


def _is_word(letter: str) -> bool:
    return _CLASSES["w"](letter)


def _holds(kind: Kind, before: bool | None, after: bool | None) -> bool:
    """Whether a condition holds between two letters; None is the edge of the text."""
    if kind is Kind.BEGIN:
        return before is None
    if kind is Kind.END:
        return after is None
    if kind in {Kind.BOUNDARY, Kind.INSIDE}:
        return (bool(before) != bool(after)) is (kind is Kind.BOUNDARY)
    return True


class _Parser:
    """Reads a pattern into steps."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.depth = 0
        self.needles: list[str] = []
        """The longest text of each way that is in all that match it; empty for one without."""

    def parsed(self) -> Steps:
        """All steps."""
        found = self._either()
        if self.place < len(self.text):
            raise PatternError("A parenthesis is closed that was not opened.")
        return found

    def _peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def _next(self) -> str:
        letter = self._peek()
        if not letter:
            raise PatternError("It ends too early.")
        self.place += 1
        return letter

    def _taken(self, text: str) -> bool:
        if not self.text.startswith(text, self.place):
            return False
        self.place += len(text)
        return True

    def _either(self) -> Steps:
        found = self._sequence()
        while self._taken("|"):
            other = self._sequence()
            over = Step(Kind.EITHER, ways=(len(other) + 1,))
            found = _limited((Step(Kind.EITHER, ways=(1, len(found) + 2)), *found, over, *other))
        return found

    def _sequence(self) -> Steps:
        found: Steps = ()
        texts = [""]
        while self._peek() not in {"", "|", ")"}:
            first = self._peek()
            one = self._one()
            repeated = self._repeated(one)
            if first not in _MEANING and repeated is one:
                texts[-1] += folded(first)
            else:
                texts.append("")
            found = _limited((*found, *repeated))
        if not self.depth:
            self.needles.append(max(texts, key=len))
        return found

    def _repeated(self, one: Steps) -> Steps:
        """The steps as often as what follows them says."""
        letter = self._peek()
        if not letter or letter not in _QUANTIFIERS:
            return one
        least, most = self._times()
        if self._taken("+") or (self._peek() and self._peek() in "*{"):
            raise PatternError("One repetition may not be repeated; use a group.")
        self._taken("?")
        return _times(one, least, most)

    def _times(self) -> tuple[int, int | None]:
        letter = self._next()
        if letter != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[letter]
        inside, closed, rest = self.text[self.place :].partition("}")
        first, comma, last = inside.partition(",")
        if not closed or not first.isdecimal() or not (last.isdecimal() or not last) or len(inside) > 7:
            raise PatternError("Repetitions are written as {2}, {2,} or {2,5}.")
        self.place = len(self.text) - len(rest)
        least, most = int(first), int(last) if last else None
        if max(least, most or 0) > MOST_REPEATED or (most is not None and most < least):
            raise PatternError(f"Repetitions go from fewer to more, at most {MOST_REPEATED}.")
        return (least, most) if comma else (least, least)

    def _one(self) -> Steps:
        letter = self._next()
        if letter == "(":
            return self._group()
        if letter == "[":
            return (Step(Kind.LETTER, self._letters()),)
        if letter == "\\":
            return (self._escape(),)
        if letter in "*+?{":
            raise PatternError("There is nothing to repeat.")
        if letter in "^$":
            return (Step(Kind.BEGIN if letter == "^" else Kind.END, ways=(1,)),)
        if letter == ".":
            return (Step(Kind.LETTER, lambda _letter: True),)
        return tuple(Step(Kind.LETTER, one.__eq__) for one in folded(letter)) or (Step(Kind.EITHER, ways=(1,)),)

    def _group(self) -> Steps:
        if self._taken("?") and not self._taken(":"):
            raise PatternError("Groups with (? are not supported, other than (?: .")
        self.depth += 1
        if self.depth > DEEPEST:
            raise PatternError(f"At most {DEEPEST} groups in one another.")
        found = self._either()
        if not self._taken(")"):
            raise PatternError("A parenthesis is not closed.")
        self.depth -= 1
        return found or (Step(Kind.EITHER, ways=(1,)),)

    def _escape(self) -> Step:
        letter = self._next()
        if letter in "bB":
            return Step(Kind.BOUNDARY if letter == "b" else Kind.INSIDE, ways=(1,))
        return Step(Kind.LETTER, self._escaped(letter))

    def _escaped(self, letter: str) -> Callable[[str], bool]:
        """The letters that an escape stands for."""
        if letter.lower() in _CLASSES:
            known = _CLASSES[letter.lower()]
            return known if letter.islower() else lambda one: not known(one)
        if letter.isalnum() and letter not in _ESCAPED:
            raise PatternError(f"\\{letter} is not supported.")
        return _ESCAPED.get(letter, letter).__eq__

    def _letters(self) -> Callable[[str], bool]:
        """The letters of a class in brackets."""
        is_negated, found = self._taken("^"), list[Callable[[str], bool]]()
        while not found or self._peek() != "]":
            first = self._next()
            if first == "\\":
                found.append(self._escaped(self._next()))
            elif self._peek() == "-" and self.text[self.place + 1 : self.place + 2] not in {"]", ""}:
                self.place += 1
                found.append(_range(folded(first), folded(self._next())))
            else:
                found.append(folded(first).__contains__)
        self._next()
        return lambda one: any(accepts(one) for accepts in found) is not is_negated


def _range(first: str, last: str) -> Callable[[str], bool]:
    if len(first) != 1 or len(last) != 1 or first > last:
        raise PatternError("A range goes from one letter to a later one.")
    return lambda one: first <= one <= last


def _times(one: Steps, least: int, most: int | None) -> Steps:
    """The steps so many times."""
    if len(one) * max(least, most or 0, 1) > MOST_STEPS:
        raise PatternError("It is too long when its repetitions are written out.")
    found = one * least
    if most is None:
        again = Step(Kind.EITHER, ways=(1, -len(one)))
        if least:
            return _limited((*found, again))
        return _limited((Step(Kind.EITHER, ways=(1, len(one) + 2)), *one, again))
    rest: Steps = ()
    for _ in range(most - least):
        rest = (Step(Kind.EITHER, ways=(1, len(one) + len(rest) + 1)), *one, *rest)
    return _limited((*found, *rest))


def _limited(steps: Steps) -> Steps:
    if len(steps) > MOST_STEPS:
        raise PatternError("It is too long when its repetitions are written out.")
    return steps
