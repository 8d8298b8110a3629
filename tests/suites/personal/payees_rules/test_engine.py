"""The engine of rules: conditions, order, actions, and what no rule changes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.kernel.money import Currency
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.payees_rules.rules.actions import Action, ActionType, portions
from app.suites.personal.payees_rules.rules.conditions import Condition, RuleField, RuleOp
from app.suites.personal.payees_rules.rules.engine import (
    OF_CATEGORY,
    Outcome,
    Rule,
    RuleMatch,
    Ruleset,
    RuleStage,
    Setting,
)
from app.suites.personal.payees_rules.rules.lines import Portion
from app.suites.personal.payees_rules.rules.patterns import Allowance
from app.suites.personal.payees_rules.rules.payees import PayeeNames, Payees
from app.suites.personal.payees_rules.rules.renaming import with_category, with_payee, with_tag
from app.suites.personal.payees_rules.rules.subjects import Subject
from app.suites.personal.payees_rules.rules.suggesting import Choices, suggestions
from app.suites.personal.transactions.rules import TransactionType

DAY = date(2026, 3, 2)
FOOD, HOME, SALARY = 1, 2, 3
BANK, CARD, DOLLARS = 11, 12, 13
LIDL = PayeeNames(21, "Lidl", ["LIDL SUPERMERCADO"], None)
SETTING = Setting(
    types={FOOD: CategoryType.EXPENSE, HOME: CategoryType.EXPENSE, SALARY: CategoryType.INCOME},
    payees=Payees.of([LIDL]),
    currencies={BANK: Currency.COP, CARD: Currency.COP, DOLLARS: Currency.USD},
)


def subject(**values: Any) -> Subject:
    own = {"amount": Decimal("-12.50"), "account_id": BANK, "date": DAY, "type": TransactionType.EXPENSE, **values}
    own.setdefault("description", "COMPRA LIDL 0012 Bogotá")
    return Subject(**own)


def rule(*actions: tuple[str, Any], when: tuple[str, str, Any] | None = None, **values: Any) -> Rule:
    field, op, value = when or ("description", "contains", "lidl")
    own = {"id": 1, "stage": RuleStage.NORMAL, "position": 1, "match": RuleMatch.ALL, "stop": False, **values}
    own.setdefault("conditions", (Condition.of(RuleField(field), RuleOp(op), value),))
    return Rule(actions=tuple(Action.of(ActionType(kind), value) for kind, value in actions), **own)


def run(*rules: Rule, locked: frozenset[ActionType] = frozenset(), **values: Any) -> Outcome:
    found = Ruleset(rules, SETTING).run(subject(**values), lambda: locked)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("field", "op", "value", "holds"),
    [
        ("description", "is", "compra  lidl 0012 BOGOTA", True),
        ("description", "is", "lidl", False),
        ("description", "contains", "Lidl", True),
        ("description", "starts", "compra", True),
        ("description", "starts", "lidl", False),
        ("description", "regex", r"lidl \d+", True),
        ("description", "one_of", ["x", "compra lidl 0012 bogota"], True),
        ("imported_text", "contains", "lidl", False),
        ("payee", "is", "supermercado", True),
        ("payee", "is", 21, True),
        ("payee", "one_of", [5, "supermercado"], True),
        ("payee", "one_of", [5, "21"], False),
        ("amount", "is", "12.5", True),
        ("amount", "between", ["10", "12.50"], True),
        ("amount", "between", [None, 12], False),
        ("amount", "one_of", [1, Decimal("12.50")], True),
        ("account", "is", str(BANK), True),
        ("account", "one_of", [CARD], False),
        ("date", "is", "2026-03-02", True),
        ("date", "between", ["2026-03-03", None], False),
        ("tags", "is", "Viaje", True),
        ("tags", "contains", "via", True),
        ("tags", "is", "via", False),
        ("type", "is", "expense", True),
        ("type", "one_of", ["income", "transfer"], False),
    ],
)
def test_a_condition_holds(field: str, op: str, value: Any, holds: bool) -> None:
    test = Condition.of(RuleField(field), RuleOp(op), value).test()
    one = subject(payee="Supermercado", payee_id=21, tags=("viaje", "ocio"))
    assert test(one, Allowance()) is holds


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("amount", "contains", "1"),
        ("account", "between", [1, 2]),
        ("description", "between", ["a", "b"]),
        ("description", "is", ""),
        ("description", "is", 5),
        ("description", "contains", "x" * 201),
        ("description", "one_of", []),
        ("description", "regex", "(a"),
        ("amount", "is", "-5"),
        ("amount", "is", True),
        ("amount", "is", "1e5"),
        ("amount", "between", [None, None]),
        ("amount", "between", ["5", "4"]),
        ("amount", "between", "5"),
        ("date", "is", "2026-02-30"),
        ("date", "is", "1026-02-03"),
        ("account", "is", 0),
        ("account", "is", 2**63),
        ("type", "is", "gift"),
        ("type", "is", ["income"]),
        ("payee", "is", None),
    ],
)
def test_a_condition_that_is_none_is_refused(field: str, op: str, value: Any) -> None:
    with pytest.raises(Invalid):
        Condition.of(RuleField(field), RuleOp(op), value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("category", "x"),
        ("category", None),
        ("tags", "viaje"),
        ("tags", []),
        ("tags", ["a,b"]),
        ("payee", " "),
        ("note", 5),
        ("exclude", False),
        ("transfer_to", True),
        ("split", [{"share": "1"}]),
        ("split", [{"share": "0.5"}, {"share": "0.4"}]),
        ("split", [{"share": "0.5", "amount": 1}, {"share": "0.5"}]),
        ("split", [{"amount": 1}, {}, {}]),
        ("split", [{"share": "1"}, {}]),
        ("split", [{"amount": 0}, {}]),
        ("split", [{"what": 1}, {}]),
        ("split", "half"),
    ],
)
def test_an_action_that_is_none_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(Invalid):
        Action.of(ActionType(kind), value)


def test_all_conditions_must_hold_or_any() -> None:
    both = (
        Condition.of(RuleField.DESCRIPTION, RuleOp.CONTAINS, "lidl"),
        Condition.of(RuleField.AMOUNT, RuleOp.IS, "99"),
    )
    rules = {match: Ruleset([rule(("note", "x"), conditions=both, match=match)], SETTING) for match in RuleMatch}
    assert rules[RuleMatch.ALL].run(subject()) is None
    assert rules[RuleMatch.ANY].run(subject()) is not None


def test_stages_come_before_positions_and_the_last_action_counts() -> None:
    found = run(
        rule(("category", FOOD), id=1, stage=RuleStage.POST, position=1),
        rule(("category", HOME), ("note", "first"), id=2, stage=RuleStage.PRE, position=9),
        rule(("note", "second"), id=3, position=2),
        rule(("note", "third"), id=4, position=2),
    )
    assert (found.rule_ids, found.category_id, found.note) == ([2, 3, 4, 1], FOOD, "third")


def test_nothing_applies_after_a_rule_that_stops() -> None:
    found = run(rule(("category", FOOD), stop=True), rule(("category", HOME), id=2, stage=RuleStage.POST))
    assert (found.rule_ids, found.category_id) == ([1], FOOD)


def test_later_rules_see_the_payee_and_the_tags_that_earlier_ones_set() -> None:
    found = run(
        rule(("payee", "lidl supermercado"), ("flag", None), id=1, stage=RuleStage.PRE),
        rule(("category", FOOD), id=2, when=("payee", "is", 21)),
        rule(("tags", ["super", "review"]), id=3, when=("tags", "is", "review")),
    )
    assert (found.payee_id, found.payee_name, found.category_id) == (21, None, FOOD)
    assert found.tags == ("review", "super")


def test_a_payee_who_is_not_there_is_named() -> None:
    found = run(rule(("payee", "Carulla")))
    assert (found.has_payee, found.payee_id, found.payee_name) == (True, None, "Carulla")


def test_no_rule_replaces_a_category_that_is_locked() -> None:
    split = [{"share": "0.5"}, {"share": "0.5"}]
    one = rule(("category", FOOD), ("split", split), ("transfer_to", CARD), ("tags", ["super"]))
    found = run(one, locked=OF_CATEGORY)
    assert (found.category_id, found.splits, found.transfer_to, found.tags) == (None, (), None, ("super",))


@pytest.mark.parametrize(
    ("amount", "category", "given", "refund"),
    [("-5", FOOD, FOOD, False), ("-5", SALARY, None, False), ("5", SALARY, SALARY, False), ("5", FOOD, FOOD, True)],
)
def test_a_category_fits_the_direction_of_the_money(
    amount: str, category: int, given: int | None, refund: bool
) -> None:
    found = run(rule(("category", category)), amount=Decimal(amount))
    assert (found.category_id, found.is_refund(SETTING.types, Decimal(amount))) == (given, refund)


@pytest.mark.parametrize(("to", "given"), [(CARD, CARD), (BANK, None), (DOLLARS, None), (99, None)])
def test_a_transfer_goes_to_another_account_of_the_currency(to: int, given: int | None) -> None:
    assert run(rule(("transfer_to", to))).transfer_to == given


def test_an_unknown_or_archived_category_is_not_given() -> None:
    assert run(rule(("category", 99))).category_id is None


def test_a_split_has_fixed_amounts_shares_of_the_rest_and_what_is_left() -> None:
    parts = [
        {"amount": "2", "category_id": HOME, "notes": "bolsas"},
        {"share": "0.3", "category_id": FOOD},
        {"share": "0.7", "tags": ["super"]},
    ]
    assert run(rule(("split", parts))).splits == (
        Portion(Decimal(2), HOME, "bolsas"),
        Portion(Decimal("3.15"), FOOD),
        Portion(Decimal("7.35"), None, None, ("super",)),
    )
    rest = [{"amount": "2", "category_id": HOME}, {"category_id": FOOD}]
    assert [one.amount for one in run(rule(("split", rest))).splits] == [Decimal(2), Decimal("10.50")]
    assert run(rule(("split", [{"amount": "20"}, {}]))).splits == ()
    assert run(rule(("split", [{"amount": "2"}, {"amount": "3"}]))).splits == ()
    assert run(rule(("split", [{"category_id": SALARY}, {"amount": "1"}]))).splits == ()


@settings(max_examples=60)
@given(st.decimals("0.01", "100000", places=2), st.lists(st.integers(1, 50), min_size=2, max_size=8))
def test_the_parts_of_a_split_add_up(amount: Decimal, weights: list[int]) -> None:
    shares = [Decimal(weight * 1_000_000 // sum(weights)) / 1_000_000 for weight in weights]
    shares[-1] += 1 - sum(shares)
    action = Action.of(ActionType.SPLIT, [{"share": str(share)} for share in shares])
    made = portions(action.parts, amount, Currency.USD)
    assert sum(one.amount for one in made) == amount
    assert all(one.amount > 0 and one.amount == round(one.amount, 2) for one in made)


def test_a_rule_whose_pattern_takes_too_long_applies_no_more_and_is_named() -> None:
    slow = rule(("category", FOOD), when=("description", "regex", "(a|b)*a(a|b){50}c"))
    rules = Ruleset([slow, rule(("category", HOME), id=2)], SETTING, Allowance(100))
    found = rules.run(subject(description="ababab lidl" * 20))
    assert found is not None
    assert (found.rule_ids, rules.exhausted) == ([2], {1})


def test_rules_follow_categories_payees_and_tags() -> None:
    split = [{"amount": "1", "category_id": FOOD, "tags": ["super"]}, {"category_id": HOME}]
    one = rule(
        ("category", FOOD),
        ("split", split),
        ("payee", 21),
        ("tags", ["super", "casa"]),
        conditions=(
            Condition.of(RuleField.PAYEE, RuleOp.ONE_OF, [21, "21"]),
            Condition.of(RuleField.TAGS, RuleOp.IS, "Super"),
        ),
    )
    assert [action.value for action in with_category(one, FOOD, HOME).actions][:2] == [
        HOME,
        [{"amount": "1", "category_id": HOME, "tags": ["super"]}, {"category_id": HOME}],
    ]
    gone = with_category(one, FOOD, None)
    assert [action.type.value for action in gone.actions] == ["split", "payee", "tags"]
    assert gone.actions[0].value == [{"amount": "1", "tags": ["super"]}, {"category_id": HOME}]
    merged = with_payee(one, 21, 22)
    assert (merged.conditions[0].value, merged.actions[2].value) == ([22, "21"], 22)
    renamed = with_tag(one, "super", "mercado")
    assert (renamed.conditions[1].value, renamed.actions[3].value) == ("mercado", ["mercado", "casa"])
    assert renamed.actions[1].categories() == {FOOD, HOME}


def test_a_rule_is_suggested_for_what_is_done_three_times_and_nearly_always() -> None:
    found = suggestions(
        [
            Choices(21, "whatever", FOOD, 4),
            Choices(21, "other", HOME, 1),
            Choices(22, "x", FOOD, 3),
            Choices(22, "x", HOME, 1),
            Choices(None, "COMPRA MERCADONA 0123", FOOD, 2),
            Choices(None, "Mercadona 999", FOOD, 1),
            Choices(None, "PANADERIA 12 SOL", HOME, 3),
            Choices(None, "TALLER", HOME, 2),
            Choices(None, "12", HOME, 9),
        ]
    )
    assert [(one.condition.field.value, one.condition.op.value, one.condition.value) for one in found] == [
        ("payee", "is", 21),
        ("description", "contains", "mercadona"),
        ("description", "regex", "panaderia.*sol"),
    ]
    assert [(one.category_id, one.times, one.share) for one in found] == [
        (FOOD, 4, 0.8),
        (FOOD, 3, 1.0),
        (HOME, 3, 1.0),
    ]
