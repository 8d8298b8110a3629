"""Check docstrings and names of tests: `python -m checks.docstrings PATH...` prints those that are not plain.

The first word is a verb or a noun: no preposition, pronoun or conjunction. A docstring does not begin with a relative
clause, does not hold two of them, and uses none of the words that stand for a term of the libraries.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

RELATIVES = {"what", "who", "whom", "whose", "where", "how", "that", "whatever", "whoever", "wherever", "whichever"}
PREPOSITIONS = {"as", "at", "before", "behind", "beyond", "by", "for", "from", "in", "of", "on", "with", "without"}
FILLERS = {"also", "and", "else", "it", "nor", "so", "they", "until"}
FIRST_PHRASES = ("the same", "as it", "as they", "all that", "those that", "one that")
METAPHORS = re.compile(
    r"\b(house|rooms?|doors?|the law|was told|is told|asked for|is meant|are meant)\b", re.IGNORECASE
)
RELATIVE = re.compile(
    r"\b(what|whatever|whoever|whom|whose)\b|\b(he|she|they|those|somebody|nobody) who\b", re.IGNORECASE
)
RIDDLE = re.compile(r"test_(what|who|whom|whose|whoever|whatever|wherever)_")
MAX_RELATIVE = 1


class Finding(NamedTuple):
    """A docstring or name that is not plain, and the reason."""

    path: Path
    line: int
    reason: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}: {self.text}"


def problem(docstring: str) -> str | None:
    """The reason why a docstring is not plain, or None."""
    text = " ".join(docstring.split())
    first = re.sub(r"[^\w-].*", "", text).lower()
    if first in RELATIVES or text.lower().startswith(FIRST_PHRASES):
        return "begins with a relative clause"
    if first in PREPOSITIONS | FILLERS:
        return "begins with neither a verb nor a noun"
    sentence = re.split(r"(?<=[.;:])\s", text, maxsplit=1)[0]
    if len(RELATIVE.findall(sentence)) > MAX_RELATIVE:
        return "holds more than one relative clause"
    if found := METAPHORS.search(text):
        return f"says {found[0]!r}"
    return None


def findings(path: Path) -> Iterator[Finding]:
    """Docstrings of a file that are not plain (also of attributes and constants), and riddles as test names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant(value=str() as text)) if reason := problem(text):
                yield Finding(path, node.lineno, reason, " ".join(text.split())[:100])
            case ast.FunctionDef(name=name) if RIDDLE.match(name):
                yield Finding(path, node.lineno, "names a test by a relative clause", name)


def main(arguments: list[str]) -> int:
    """Print the findings in these files and folders."""
    files = [file for given in map(Path, arguments) for file in (given.rglob("*.py") if given.is_dir() else (given,))]
    found = [finding for file in sorted(files) for finding in findings(file)]
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
