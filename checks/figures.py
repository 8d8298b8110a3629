"""Measure the code: `python -m checks.figures [ROOT]` prints a table in Markdown.

A function's lines are those of its body, without signature and docstring. What is measured is the program that is
served: `app`, `config.py`, `gunicorn.conf.py` and `wsgi.py`.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

LONGEST_FUNCTION = 40
PRIVATE_API = frozenset(
    {
        "__dict__",
        "_register_persistent",
        "_srcfile",
        "_xml_rich_inline_string",
        "class_manager",
        "dispatch",
        "make_transient_to_detached",
        "mmap",
        "new_instance",
        "request_ctx",
        "set_wakeup_fd",
    }
)
"""Names of other libraries' internals, and of switches that are global to a process."""

PUBLIC_THOUGH_UNDERSCORED = frozenset({"_asdict", "_exit", "_fields", "_make", "_replace"})
"""Documented names of NamedTuples and of `os`."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source(NamedTuple):
    """A file and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self.text.count("\n")


class Share(NamedTuple):
    """A part of a whole."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{100 * self.part / max(self.whole, 1):.1f} % ({self.part} of {self.whole})"


def sources(root: Path) -> list[Source]:
    """The files of the program."""
    paths = [
        *sorted((root / "app").rglob("*.py")),
        *(root / f"{name}.py" for name in ("config", "gunicorn.conf", "wsgi")),
    ]
    texts = ((path, path.read_text(encoding="utf-8")) for path in paths if path.exists())
    return [Source(path, text, ast.parse(text)) for path, text in texts]


def functions(tree: ast.AST) -> Iterator[Function]:
    """All functions and methods, nested ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Lines of the body, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0


def mentions_any(annotation: ast.expr) -> bool:
    """Whether `Any` is the annotation or a part of it, quoted or not."""
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    quoted = (node.value for node in ast.walk(annotation) if isinstance(node, ast.Constant))
    return "Any" in names or any(isinstance(text, str) and re.search(r"\bAny\b", text) for text in quoted)


def parameters(function: Function) -> Iterator[ast.arg]:
    """The parameters that have a type: all but `self` and `cls`."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return (one for one in every if one is not None and one.annotation is not None)


def any_in_returns(found: Sequence[Source]) -> Share:
    """Return types that mention `Any`."""
    types = [function.returns for source in found for function in functions(source.tree) if function.returns]
    return Share(sum(map(mentions_any, types)), len(types))


def any_in_parameters(found: Sequence[Source]) -> Share:
    """Parameters whose type mentions `Any`."""
    every = [one for source in found for function in functions(source.tree) for one in parameters(function)]
    return Share(sum(one.annotation is not None and mentions_any(one.annotation) for one in every), len(every))


def private_uses(source: Source) -> list[str]:
    """Uses of private API: names of `PRIVATE_API`, and names with an underscore of objects that are not our own."""
    words = (word for word in tokenize.generate_tokens(io.StringIO(source.text).readline) if word.type == tokenize.NAME)
    named = [(word.start[0], word.string) for word in words if word.string in PRIVATE_API]
    inside = [node for node in ast.walk(source.tree) if isinstance(node, ast.Attribute) and _reaches_inside(node)]
    reached = [(node.lineno, node.attr) for node in inside]
    return [f"{source.path}:{line}: {name}" for line, name in sorted({*named, *reached})]


def _reaches_inside(node: ast.Attribute) -> bool:
    """Whether an attribute `_name` is read of something else than self, cls, super() or a class of the module."""
    if not re.match(r"_[^_]", node.attr):
        return False
    match node.value:
        case ast.Name(id="self" | "cls") | ast.Call(func=ast.Name(id="super" | "type")):
            return False
        case ast.Name(id=name) if name[0].isupper():
            return False
    return node.attr not in PUBLIC_THOUGH_UNDERSCORED


def comments(found: Sequence[Source], word: str) -> int:
    """Comments that begin with a word."""
    return sum(len(re.findall(rf"#\s*{word}", source.text)) for source in found)


def documented(found: Sequence[Source]) -> Share:
    """Public modules, classes, functions and methods that have a docstring."""
    public = [node for source in found for node in (source.tree, *_public(source.tree.body))]
    return Share(sum(ast.get_docstring(node) is not None for node in public), len(public))


def _public(body: Sequence[ast.stmt]) -> Iterator[ast.ClassDef | Function]:
    for node in body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def longer_than(found: Sequence[Source], lines: int) -> list[str]:
    """Functions with more lines, each with its number."""
    every = ((source, function) for source in found for function in functions(source.tree))
    return [
        f"{source.path}:{function.lineno} {function.name} {body_lines(function)}"
        for source, function in every
        if body_lines(function) > lines
    ]


@cache
def figures(root: Path) -> dict[str, str]:
    """Every measure by its name, measured once."""
    found = sources(root)
    lengths = sorted(body_lines(function) for source in found for function in functions(source.tree))
    percentiles = quantiles(lengths, n=100, method="inclusive")
    private = [use for source in found for use in private_uses(source)]
    return {
        "lines": f"{sum(source.lines for source in found)} in {len(found)} files",
        "lines of a function: median / p90 / p99 / longest": (
            f"{median(lengths):.0f} / {percentiles[89]:.0f} / {percentiles[98]:.0f} / {lengths[-1]} ({len(lengths)})"
        ),
        f"functions over {LONGEST_FUNCTION} lines": str(len(longer_than(found, LONGEST_FUNCTION))),
        "files over 300 / 400 lines": " / ".join(str(sum(one.lines > most for one in found)) for most in (300, 400)),
        "return types that mention Any": str(any_in_returns(found)),
        "parameters that mention Any": str(any_in_parameters(found)),
        "type: ignore / noqa": f"{comments(found, 'type: ignore')} / {comments(found, 'noqa')}",
        "uses of private API": str(len(private)),
        "public names with a docstring": str(documented(found)),
    }


def main(arguments: list[str]) -> int:
    """Print the table."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[1]
    rows = [("measure", "value"), ("---", "---"), *figures(root).items()]
    sys.stdout.writelines(f"| {name} | {value} |\n" for name, value in rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
