"""Categories for transactions: by the caller, by payee, learned, or none."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.infra.books import BookAccess
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.rules.actions import ActionType
from app.suites.personal.payees_rules.rules.conditions import RuleField, RuleOp
from app.suites.personal.payees_rules.rules.engine import RuleStage
from app.suites.personal.payees_rules.rules.learning import changes_of
from app.suites.personal.payees_rules.service import (
    Categorised,
    CategorisingService,
    LearningService,
    PayeeService,
    RuleService,
    Uncategorised,
)
from app.suites.personal.transactions.events import Choice
from app.suites.personal.transactions.rules import CategorySource
from tests.factories.auth import UserFactory
from tests.factories.personal import open_book

DAY = date(2026, 3, 2)


@pytest.fixture
def access(app: Flask, database: None) -> Iterator[BookAccess]:
    """A new book, as the program has it."""
    with app.app_context():
        yield program_access(make_context(db.session()), open_book(UserFactory().id).id)
        db.session.rollback()


def category(access: BookAccess, name: str) -> int:
    """A category of the defaults."""
    return next(one.id for one in CategoryService(access).categories.list_all() if one.name == name)


def line(access: BookAccess, text: str = "", amount: str = "-5", **values: Any) -> Uncategorised:
    """A transaction of the first account."""
    account_id = AccountService(access).first_open().id
    return Uncategorised(amount=Decimal(amount), account_id=account_id, date=DAY, description=text, **values)


def choose(access: BookAccess, text: str, category_id: int, amount: str = "-5", **values: Any) -> Choice:
    """A choice by hand, which is learned."""
    account_id = AccountService(access).first_open().id
    made = Choice(values.get("payee_id"), text, Decimal(amount), account_id, DAY, category_id)
    LearningService(access).change([made], [])
    return made


def found(access: BookAccess, one: Uncategorised) -> Categorised | None:
    [answer] = CategorisingService(access).categorise([one])
    return answer


def test_nothing_is_found_where_nothing_is_known(access: BookAccess) -> None:
    assert CategorisingService(access).categorise([]) == []
    assert found(access, line(access, "LIDL 0012")) is None


def test_a_payee_is_found_by_name_alias_and_the_text_of_a_bank(access: BookAccess) -> None:
    shop = PayeeService(access).create(name="Almacenes Éxito", aliases=["Exito Wow"]).record.id
    for text in ("almacenes exito", "EXITO WOW", "COMPRA EXITO WOW 0123"):
        answer = found(access, line(access, payee=text))
        assert answer is not None
        assert (answer.payee_id, answer.payee_name) == (shop, None)
    answer = found(access, line(access, payee="Carulla "))
    assert answer is not None
    assert (answer.payee_id, answer.payee_name) == (None, "Carulla")


def test_the_order_is_caller_then_payee_then_learned(access: BookAccess) -> None:
    food, home, fuel = (category(access, name) for name in ("Groceries", "Home", "Fuel"))
    shop = PayeeService(access).create(name="Lidl").record.id
    for _ in range(2):
        choose(access, "", fuel, payee_id=shop)
    one = line(access, payee="LIDL")
    answer = found(access, one)
    assert answer is not None
    assert (answer.category_id, answer.category_source, answer.confidence) == (
        fuel,
        CategorySource.LEARNED,
        Decimal("0.750"),
    )
    PayeeService(access).update(shop, default_category_id=home)
    answer = found(access, one)
    assert answer is not None
    assert (answer.category_id, answer.category_source, answer.confidence) == (home, CategorySource.PAYEE, None)
    answer = found(access, line(access, payee="LIDL", category_id=food))
    assert answer is not None
    assert (answer.category_id, answer.category_source) == (food, CategorySource.FILE)


def test_a_choice_counts_until_it_is_undone(access: BookAccess) -> None:
    food = category(access, "Groceries")
    learning = LearningService(access)
    choices = [choose(access, "LIDL 0012", food) for _ in range(2)]
    assert found(access, line(access, "COMPRA LIDL 0099")) is not None
    learning.change([], choices)
    assert found(access, line(access, "COMPRA LIDL 0099")) is None
    assert learning.tokens.totals() == []


def test_many_choices_count_as_if_they_came_one_by_one(access: BookAccess) -> None:
    food, home = category(access, "Groceries"), category(access, "Home")
    learning, account_id = LearningService(access), AccountService(access).first_open().id
    choices = [
        Choice(None, f"LIDL {word}", Decimal(-number), account_id, DAY, food if number % 3 else home)
        for number, word in enumerate(("UNO", "DOS", "UNO", "TRES", "DOS", "UNO"), 1)
    ]
    for one in choices:
        learning.change([one], [])
    tokens = {"w=lidl", "w=uno", "p=lidl uno", "p=lidl dos", "b=lidl uno", "s=-"}
    by_one, weights = learning.counts(tokens), learning.categories.all()
    learning.change([], choices)
    learning.change(choices, [])
    assert changes_of(by_one, learning.counts(tokens)) == {}
    expected = {one.category_id: one.weight for one in weights}
    assert {one.category_id: one.weight for one in learning.categories.all()} == pytest.approx(expected)


def test_a_refund_is_known_by_its_payee_and_an_expense_is_no_income(access: BookAccess) -> None:
    food, salary = category(access, "Groceries"), category(access, "Salary")
    shop = PayeeService(access).create(name="Lidl", default_category_id=food).record.id
    refund = found(access, line(access, amount="5", payee="Lidl"))
    assert refund is not None
    assert (refund.category_id, refund.is_refund) == (food, True)
    PayeeService(access).update(shop, default_category_id=salary)
    answer = found(access, line(access, payee="Lidl"))
    assert answer is not None
    assert answer.category_id is None


def test_an_archived_category_is_not_found(access: BookAccess) -> None:
    food = category(access, "Groceries")
    for _ in range(3):
        choose(access, "LIDL", food)
    CategoryService(access).update(food, is_archived=True)
    assert found(access, line(access, "LIDL")) is None


@pytest.mark.parametrize("moved", [True, False])
def test_choices_of_a_deleted_category_move_or_go(access: BookAccess, moved: bool) -> None:
    one = CategoryService(access).create(name="Una", type=CategoryType.EXPENSE).record.id
    other = CategoryService(access).create(name="Otra más", type=CategoryType.EXPENSE).record.id
    for _ in range(3):
        choose(access, "LIDL", one)
    choose(access, "LIDL", other)
    CategoryService(access).delete(one, move_to=other if moved else None)
    answer = found(access, line(access, "LIDL"))
    assert (answer and answer.category_id) == (other if moved else None)


def test_choices_for_a_merged_payee_count_for_the_other(access: BookAccess) -> None:
    food, payees = category(access, "Groceries"), PayeeService(access)
    one, other = (payees.create(name=name).record.id for name in ("Tienda uno", "Lidl"))
    for _ in range(2):
        choose(access, "", food, payee_id=one)
    payees.merge(one, other)
    answer = found(access, line(access, payee="Lidl"))
    assert answer is not None
    assert (answer.payee_id, answer.category_id) == (other, food)


def test_payees_are_made_where_there_are_none(access: BookAccess) -> None:
    payees = PayeeService(access)
    shop = payees.create(name="Éxito", aliases=["Wow"]).record.id
    made = payees.ensure(["exito", "WOW", "Carulla", "carulla", " "])
    assert made["exito"] == made["WOW"] == shop
    assert made["Carulla"] == made["carulla"] != shop
    assert " " not in made


def test_rules_come_before_the_category_of_the_payee(access: BookAccess) -> None:
    food, home = category(access, "Groceries"), category(access, "Home")
    PayeeService(access).create(name="Lidl", default_category_id=home)
    condition: Any = {"field": RuleField.DESCRIPTION, "op": RuleOp.CONTAINS, "value": "bazar"}
    actions: Any = [
        {"type": ActionType.CATEGORY, "value": food},
        {"type": ActionType.TAGS, "value": ["casa"]},
        {"type": ActionType.NOTE, "value": "Bazar"},
    ]
    made = RuleService(access).create(conditions=[condition], actions=actions).id
    answer = found(access, line(access, "LIDL BAZAR", payee="Lidl", tags=("viaje",)))
    assert answer is not None
    assert (answer.category_id, answer.category_source, answer.rule_ids) == (food, CategorySource.RULE, (made,))
    assert (answer.tags, answer.notes, answer.payee_name) == (("viaje", "casa"), "Bazar", None)
    answer = found(access, line(access, "LIDL BAZAR", payee="Lidl", category_id=home, notes="Regalo"))
    assert answer is not None
    assert (answer.category_id, answer.category_source) == (home, CategorySource.FILE)
    assert (answer.tags, answer.notes) == (("casa",), "Regalo")
    [answer] = CategorisingService(access).categorise([line(access, "LIDL BAZAR", payee="Lidl")], run_rules=False)
    assert answer is not None
    assert (answer.category_id, answer.category_source) == (home, CategorySource.PAYEE)


def test_a_payee_that_a_rule_sets_gives_its_own_category(access: BookAccess) -> None:
    home = category(access, "Home")
    shop = PayeeService(access).create(name="Lidl", default_category_id=home).record.id
    condition: Any = {"field": RuleField.IMPORTED_TEXT, "op": RuleOp.REGEX, "value": r"ldl \d+"}
    actions: Any = [{"type": ActionType.PAYEE, "value": "Lidl"}]
    RuleService(access).create(conditions=[condition], actions=actions, stage=RuleStage.PRE)
    answer = found(access, line(access, "Compra", imported_text="COMPRA LDL 0123"))
    assert answer is not None
    assert (answer.payee_id, answer.category_id, answer.category_source) == (shop, home, CategorySource.PAYEE)
