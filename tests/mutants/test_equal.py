"""The table of accepted mutations speaks of the code as it is."""

import ast

import pytest

from tests.mutants.equal import Mutation, accepted
from tests.mutants.groups import GROUPS
from tests.mutants.running import Mutant
from tests.support import ROOT

MODULES = [module for group in GROUPS for module in group.modules]


def source_of(mutation: Mutation) -> str:
    """The function's lines without their indentation."""
    text = (ROOT / mutation.module).read_text(encoding="utf-8")
    scope: ast.AST = ast.parse(text)
    for name in mutation.function.split("."):
        found = [
            node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name
        ]
        assert found, f"{mutation.module} has no {mutation.function}"
        scope = found[0]
    return "\n".join(line.strip() for line in (ast.get_source_segment(text, scope) or "").splitlines())


def test_each_entry_names_lines_of_its_function_and_gives_a_reason() -> None:
    for mutation, reason in accepted().items():
        assert mutation.module in MODULES, mutation
        assert mutation.old in source_of(mutation), mutation
        assert len(reason.split()) > 3, mutation


def test_a_module_is_mutated_once_and_every_path_exists() -> None:
    paths = [*MODULES, *(test for group in GROUPS for test in group.tests)]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert len(MODULES) == len(set(MODULES))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("app.kernel.money.x_round_cents__mutmut_12", "round_cents"),
        ("app.kernel.money.x__from_cents__mutmut_1", "_from_cents"),
        ("app.kernel.money.xǁMoneyǁ__add____mutmut_3", "Money.__add__"),
        ("app.kernel.money.xǁMoneyǁ_require_same_currency__mutmut_3", "Money._require_same_currency"),
    ],
)
def test_mutmuts_name_gives_the_function(name: str, function: str) -> None:
    assert Mutant(name, "app/kernel/money.py", "killed").function == function
