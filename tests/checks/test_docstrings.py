"""The check of docstrings finds riddles and lets plain sentences pass."""

from pathlib import Path

import pytest

from checks.docstrings import findings, main, problem


@pytest.mark.parametrize(
    "text",
    [
        "The client's projects, newest first.",
        "Return the row, or raise NotFound.",
        "Whether the connection is a pooler's.",
        "Cache key: everything about the criteria except the values.",
        "Rows that match, ordered by id.",
        "Names of the columns; what is not listed stays out.",
    ],
)
def test_plain_sentences_pass(text: str) -> None:
    assert problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "What is alike in all that is asked for by one statement.",
        "Who is asking is known, and may not.",
        "The same by its path.",
        "How a page is found.",
        "Gives what is asked of whatever was meant.",
        "The rooms: nothing imports upward.",
        "All that match come to this.",
        "By category, the largest first.",
        "Without a person.",
        "Else nobody would know.",
        "It was whole with its last line.",
    ],
)
def test_riddles_are_found(text: str) -> None:
    assert problem(text) is not None


def test_every_kind_of_docstring_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        '"""What a module is."""\n\nLIMIT = 1\n"""Who may pass."""\n\n\nclass A:\n    """Where it is."""\n\n'
        '    x = 1\n    """How it is."""\n\n    def f(self):\n        """The same."""\n        y = "What stays."\n'
    )
    assert sorted(one.line for one in findings(file)) == [1, 4, 8, 11, 14]
    assert main([str(tmp_path)]) == 1
    file.write_text('"""A module."""\n')
    assert main([str(tmp_path)]) == 0


@pytest.mark.parametrize(("name", "plain"), [("test_what_fails_is_gone", False), ("test_a_failure_rolls_back", True)])
def test_a_test_named_by_a_relative_clause_is_found(tmp_path: Path, name: str, plain: bool) -> None:
    file = tmp_path / "test_module.py"
    file.write_text(f"def {name}():\n    assert True\n")
    assert ([one.text for one in findings(file)] == []) is plain
