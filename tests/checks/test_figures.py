"""Measures of the code count what they say."""

import ast
from pathlib import Path

import pytest

from checks.figures import (
    Share,
    Source,
    any_in_parameters,
    any_in_returns,
    body_lines,
    documented,
    figures,
    functions,
    longer_than,
    main,
    private_uses,
)
from tests.support import ROOT


def source(text: str) -> Source:
    return Source(Path("module.py"), text, ast.parse(text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def f():\n    return 1\n", 1),
        ("def f(\n    a,\n    b,\n):\n    return 1\n", 1),
        ('def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n\n    return a\n', 3),
        ('def f():\n    """Nothing else."""\n', 0),
    ],
)
def test_lines_of_a_function_are_those_of_its_body(text: str, lines: int) -> None:
    [function] = functions(ast.parse(text))
    assert body_lines(function) == lines


def test_any_is_found_wherever_it_stands_in_a_type() -> None:
    text = (
        "def f(a: Any, b: int, *c: list[Any], d: 'Any', **e: str) -> Any: ...\n"
        "async def g(self, a: AnyThing) -> dict[str, Any]: ...\n"
        "def h(a) -> None: ...\n"
    )
    assert any_in_returns([source(text)]) == Share(2, 3)
    assert any_in_parameters([source(text)]) == Share(3, 6)


@pytest.mark.parametrize(
    ("line", "private"),
    [
        ("session._register_persistent(states)", True),
        ("from flask.globals import request_ctx", True),
        ("row.__dict__['id'] = 1", True),
        ("logging._srcfile = None", True),
        ("other._hidden()", True),
        ("a.b._hidden", True),
        ("self._own()", False),
        ("super()._own()", False),
        ("Own._constant", False),
        ("record._replace(id=1)", False),
        ("os._exit(0)", False),
        ("'_register_persistent'  # request_ctx", False),
    ],
)
def test_private_api_is_recognised(line: str, private: bool) -> None:
    assert bool(private_uses(source(f"{line}\n"))) is private


def test_documented_are_public_names_only() -> None:
    text = '"""A module."""\nclass A:\n    """One."""\n    def f(self): ...\n    def _g(self): ...\ndef _h(): ...\n'
    assert documented([source(text)]) == Share(2, 3)


def test_the_program_keeps_its_limits() -> None:
    """Functions of at most 40 lines, files of at most 400, nothing private."""
    found = figures(ROOT)
    assert found["functions over 40 lines"] == "0"
    assert found["files over 300 / 400 lines"].endswith(" / 0")
    assert found["uses of private API"] == "0"


def test_a_function_over_the_limit_is_named() -> None:
    text = "def f():\n" + "    a = 1\n" * 3
    assert longer_than([source(text)], 2) == ["module.py:1 f 3"]
    assert longer_than([source(text)], 3) == []


def test_the_table_has_a_row_for_each_measure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "| measure | value |"
    assert len(printed) == 2 + len(figures(ROOT))
