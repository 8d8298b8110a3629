"""Rules for the suite of people's books, tested on its models and its source."""

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Index, UniqueConstraint

from app.infra.db import Base
from app.infra.queries.in_book import InBookRepository
from app.suites.personal import SUITE
from tests.support import ROOT

FOLDER = ROOT / "app" / "suites" / "personal"
OTHER_INDEXES = {
    "ix_book_members_user_id": "finds the books of a person",
    "uq_book_invitations_token_hash": "finds an invitation by its token",
}
"""Other indexes, each with the reason."""
STATEMENTS = {"select", "insert", "update", "delete", "text", "exec_driver_sql"}
OF_THE_BOOK = frozenset({"scope_condition", "scope_values", "book_id", "delete_where"})
"""Names of which a function that builds a statement must use one."""
OTHER_STATEMENTS = {
    "books/repository.py: MembershipRepository.forget_invitations": "is about an address in all books",
    "books/repository.py: MembershipRepository.list_of": "finds the books of a person",
    "books/repository.py: MembershipRepository.enter": "enters the books of a person",
    "books/repository.py: MembershipRepository.find_invitation": "finds an invitation by its token",
    "books/repository.py: PreferencesRepository.put": "a person's",
    "books/repository.py: _book": "finds a book by its id, for the program",
    "books/repository.py: _preferences": "a person's",
    "books/repository.py: books_by_text": "finds all books, for the program",
    "budgets/queries/flows.py: _rates": "rates are those of all books",
    "exports/repository.py: BookTables.next_ids": "numbers of a sequence, which are of no book",
    "privacy/queries.py: allow_time": "is a setting of the transaction",
    "privacy/repository.py: ConsentRepository.add_all": "a person's",
    "privacy/repository.py: forget_shares": "is about an address in all books",
    "privacy/repository.py: _consents": "a person's",
    "privacy/repository.py: _received": "finds what is shared with a person",
    "transactions/repository/changes.py: _putting": "inserts rows that have it",
    "transactions/repository/note_words.py: _adding": "inserts rows that have it",
    "transactions/queries/criteria.py: _has_status": "is correlated with a transaction of the book",
    "transactions/queries/criteria.py: _without_category": "is correlated with a transaction of the book",
    "transactions/queries/totals.py: _number": "is given conditions that name it",
    "transactions/queries/totals.py: _rows": "gets its conditions from its callers",
}
"""Functions that build a statement without the book, each with the reason."""
FROM_THE_BASE = "base_query"
"""Name of the methods whose statement gets its condition from the base class."""
WITHOUT_REPOSITORY = {"NoteWord": "is written and found by statements of many rows, which name the book"}
"""Models with a book and no repository, each with the reason."""
FOR_THE_PROGRAM = {"program_access", "each_book", "every_book"}


def models() -> list[type[Any]]:
    """Models of the suite with a book."""
    for package in SUITE.packages:
        importlib.import_module(f"{package}.manifest")
    own = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__module__.startswith(SUITE.package)]
    return [model for model in own if "book_id" in model.__table__.c]


def repositories() -> set[type[Any]]:
    """Models with a repository of one book."""
    return {one.model for one in InBookRepository.__subclasses__()}


def test_every_table_with_a_book_has_a_repository_of_one_book() -> None:
    lacking = {model.__name__ for model in models() if model not in repositories()}
    assert lacking == set(WITHOUT_REPOSITORY)


def first_key(index: Index | UniqueConstraint) -> Any:
    """The first column or expression of an index."""
    return next(iter(index.expressions if isinstance(index, Index) else index.columns))


def is_of_the_book(key: Any) -> bool:
    """Whether a key is the book, has it inside, or refers to a row of the book."""
    if not isinstance(key, Column):
        return "book_id" in str(key)
    return key.name == "book_id" or any(one.column.table.name != "users" for one in key.foreign_keys)


def test_every_index_starts_with_the_book_or_with_what_is_in_it() -> None:
    found = [index for model in models() for index in (*model.__table__.indexes, *model.__table__.constraints)]
    indexes = [one for one in found if isinstance(one, Index | UniqueConstraint)]
    assert {str(one.name) for one in indexes if not is_of_the_book(first_key(one))} == set(OTHER_INDEXES)


def statements(source: str) -> list[str]:
    """Functions that build a statement and name the book neither themselves nor by another of the module."""
    functions = [(name, node) for name, node in _functions(ast.parse(source)) if node.name != FROM_THE_BASE]
    naming, before = OF_THE_BOOK, frozenset[str]()
    while naming != before:
        before = naming
        naming = naming | {name for name, node in functions if _names(node) & before}
    return [name for name, node in functions if _builds(node) and name not in naming]


def _functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef]]:
    found = [(node.name, node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    for owner in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        found += [(f"{owner.name}.{node.name}", node) for node in owner.body if isinstance(node, ast.FunctionDef)]
    return found


def _builds(function: ast.FunctionDef) -> bool:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(getattr(call, "id", getattr(call, "attr", "")) in STATEMENTS for call in calls)


def _names(function: ast.FunctionDef) -> set[str]:
    nodes = list(ast.walk(function))
    words = {word.arg for word in nodes if isinstance(word, ast.keyword) and word.arg}
    return words | {getattr(node, "id", getattr(node, "attr", "")) for node in nodes}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f():\n    return select(A).where(A.id == 1)", ["f"]),
        ("def f():\n    return select(A).where(A.book_id == 1)", []),
        ("class R:\n    def f(self):\n        return update(A).where(self.scope_condition())", []),
        ("class R:\n    def f(self):\n        self.session.execute(delete(A))", ["R.f"]),
        ("def f():\n    return select(A).where(g())\n\ndef g():\n    return A.book_id == 1", []),
        ("def f():\n    return select(A).where(g())\n\ndef g():\n    return A.id == 1", ["f"]),
        ("def f():\n    return 1", []),
    ],
)
def test_a_statement_without_the_book_is_recognised(source: str, found: list[str]) -> None:
    assert statements(source) == found


def files(*names: str) -> list[Path]:
    found = (path for name in names for path in FOLDER.glob(f"*/{name}*"))
    return sorted(file for path in found for file in (path.rglob("*.py") if path.is_dir() else (path,)))


def test_every_statement_of_the_suite_names_the_book() -> None:
    found = {
        f"{path.relative_to(FOLDER)}: {name}"
        for path in files("repository", "queries")
        for name in statements(path.read_text(encoding="utf-8"))
    }
    assert found == set(OTHER_STATEMENTS)


def test_services_use_the_ledger_of_their_book() -> None:
    found = {
        str(path.relative_to(FOLDER))
        for path in files("service")
        if any(name in path.read_text(encoding="utf-8") for name in ("PostingService", "BalanceService"))
    }
    assert found == {"books/service/ledger.py"}


def test_requests_use_no_access_of_the_program() -> None:
    found = {
        str(path.relative_to(FOLDER))
        for path in files("routes", "schemas")
        if any(name in path.read_text(encoding="utf-8") for name in FOR_THE_PROGRAM)
    }
    assert found == set()
