"""Payees of people, and what is learned from their choices."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.models import LearnedCategory, LearnedToken, Rule
from tests import factories
from tests.factories import Examples, Sent
from tests.factories.auth import UserFactory
from tests.factories.personal import open_book
from tests.factories.personal_money import TRANSACTIONS, existing, sent

PAYEES, TAGS, RULES = (f"/api/personal/{name}" for name in ("payees", "tags", "rules"))
_NUMBERS = count(1)
_RULE = {
    "conditions": [{"field": "description", "op": "contains", "value": "lidl"}],
    "actions": [{"type": "tags", "value": ["super"]}],
}
_PAYEE = {"name": "Éxito", "aliases": []}


def in_new_book(make: Callable[[Any], Any]) -> Callable[[], int]:
    """A function that makes a row in a new book of somebody."""

    def made() -> int:
        assert factories.app is not None
        with factories.app.app_context():
            access = program_access(make_context(db.session()), open_book(UserFactory().id).id)
            access.require_writer()
            row = make(access)
            access.session.add(row)
            access.session.commit()
            return int(row.id)

    return made


def _category(access: Any) -> int:
    return CategoryService(access).categories.list_all()[0].id


def _tagged(caller: Any) -> str:
    """Path of a tag of a new transaction."""
    tag = f"viaje-{next(_NUMBERS)}"
    existing(TRANSACTIONS, {"type": "expense", "amount": "5", "date": "2026-03-02", "tags": [tag]})(caller)
    return f"{TAGS}/{tag}"


def choose_often(caller: Any) -> None:
    """Transactions of the first book of the caller from which a rule is suggested."""
    path = existing(PAYEES, _PAYEE)(caller)
    [category, *_] = caller.get("/api/personal/categories", type="expense")["data"]
    body = {"type": "expense", "amount": "5", "date": "2026-03-02", "category_id": category["id"]}
    for _ in range(3):
        caller.post(TRANSACTIONS, {**body, "payee_id": int(path.rpartition("/")[2])})


def _merge(caller: Any) -> Sent:
    """A payee to be merged into another."""
    one, other = existing(PAYEES, _PAYEE)(caller), existing(PAYEES, _PAYEE)(caller)
    return f"{one}/merge", {"json": {"into": int(other.rpartition("/")[2])}}


EXAMPLES = Examples(
    rows={
        "Rule": in_new_book(lambda access: Rule(book_id=access.book_id, **_RULE)),
        "LearnedToken": in_new_book(
            lambda access: LearnedToken(book_id=access.book_id, token="w=lidl", category_id=_category(access), n=1)
        ),
        "LearnedCategory": in_new_book(
            lambda access: LearnedCategory(
                book_id=access.book_id, category_id=_category(access), weight=1.0, last=date(2026, 1, 31)
            )
        ),
    },
    existing={
        f"{PAYEES}/<id:payee_id>": existing(PAYEES, _PAYEE),
        f"{TAGS}/<string:name>": _tagged,
        f"{RULES}/<id:rule_id>": existing(RULES, _RULE),
    },
    changes={
        f"{PAYEES}/<id:payee_id>": {"is_hidden": True},
        f"{TAGS}/<string:name>": {"name": "viajes"},
        f"{RULES}/<id:rule_id>": {"stop": True},
    },
    own_posts={
        PAYEES: sent(PAYEES, _PAYEE),
        f"{PAYEES}/<id:payee_id>/merge": _merge,
        RULES: sent(RULES, _RULE),
        f"{RULES}/<id:rule_id>/apply": lambda caller: (f"{existing(RULES, _RULE)(caller)}/apply", {"json": {}}),
        f"{RULES}/preview": sent(f"{RULES}/preview", _RULE),
    },
)
