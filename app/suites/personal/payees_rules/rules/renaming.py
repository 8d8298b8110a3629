"""Rules whose categories, payees or tags were deleted, merged or renamed."""

from dataclasses import replace

from app.suites.personal.payees_rules.rules.actions import Action, ActionType
from app.suites.personal.payees_rules.rules.conditions import Condition, RuleField
from app.suites.personal.payees_rules.rules.engine import Rule
from app.suites.personal.payees_rules.rules.subjects import plain
from app.suites.personal.payees_rules.rules.values import JsonValue


def names_payee(rule: Rule, payee_id: int) -> bool:
    """Whether a rule names a payee by its id."""
    return with_payee(rule, payee_id, 0) != rule


def with_payee(rule: Rule, payee_id: int, into: int) -> Rule:
    """The rule with another payee in place of one."""
    conditions = tuple(
        replace(one, value=_other(one.value, payee_id, into)) if one.field is RuleField.PAYEE else one
        for one in rule.conditions
    )
    actions = tuple(
        replace(one, value=_other(one.value, payee_id, into)) if one.type is ActionType.PAYEE else one
        for one in rule.actions
    )
    return replace(rule, conditions=conditions, actions=actions)


def with_category(rule: Rule, category_id: int, other: int | None) -> Rule:
    """The rule with another category in place of one; with none, its actions of that category go."""
    changed = (action.with_category(category_id, other) for action in rule.actions)
    return replace(rule, actions=tuple(one for one in changed if one is not None))


def with_tag(rule: Rule, name: str, new_name: str) -> Rule:
    """The rule with another tag in place of one."""
    conditions = tuple(_renamed(one, name, new_name) for one in rule.conditions)
    return replace(rule, conditions=conditions, actions=tuple(_tagged(one, name, new_name) for one in rule.actions))


def _other(value: JsonValue, old: JsonValue, new: JsonValue) -> JsonValue:
    """The value, or each in a list, with another in place of one."""
    if isinstance(value, list):
        return [new if one == old and type(one) is type(old) else one for one in value]
    return new if value == old and type(value) is type(old) else value


def _renamed(condition: Condition, name: str, new_name: str) -> Condition:
    if condition.field is not RuleField.TAGS:
        return condition
    value = condition.value
    if isinstance(value, list):
        return replace(condition, value=[new_name if plain(str(one)) == plain(name) else one for one in value])
    return replace(condition, value=new_name) if plain(str(value)) == plain(name) else condition


def _tagged(action: Action, name: str, new_name: str) -> Action:
    value = action.value
    if action.type in {ActionType.TAGS, ActionType.FLAG}:
        return replace(action, value=_other(value, name, new_name))
    if action.type is ActionType.SPLIT and isinstance(value, list):
        return replace(action, value=[_of_part(part, name, new_name) for part in value])
    return action


def _of_part(part: JsonValue, name: str, new_name: str) -> JsonValue:
    if not isinstance(part, dict) or "tags" not in part:
        return part
    return {**part, "tags": _other(part["tags"], name, new_name)}
