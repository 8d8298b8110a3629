"""Demo rules of the household."""

from datetime import date

from app.infra.context import Context
from app.kernel.paging import PageRequest
from app.suites.personal.books.service.demo import demo_household
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.rules.actions import ActionType
from app.suites.personal.payees_rules.rules.conditions import RuleField, RuleOp
from app.suites.personal.payees_rules.service import RuleService
from app.suites.personal.payees_rules.service.rules import ActionValues, ConditionValues, NewRule

# name, pattern of the description, category
_RULES = (
    ("Mercado", r"\b(éxito|tiendas d1|la espiga)\b", "Groceries"),
    ("Domicilios", r"\b(rappi|crepes)\b", "Restaurants"),
    ("Taxis", r"^uber\b", "Taxi"),
)


def seed(context: Context, today: date) -> None:
    """Make rules for shops, and one that asks to look at what nobody knows."""
    access = demo_household(context, today)
    categories = {record.name: record.id for record, _ in CategoryService(access).page(PageRequest(per_page=100)).items}
    rules = RuleService(access)
    for name, pattern, category in _RULES:
        rules.create(**_rule(name, RuleOp.REGEX, pattern, {"type": ActionType.CATEGORY, "value": categories[category]}))
    rules.create(**_rule("Pagos sin nombre", RuleOp.STARTS, "PSE", {"type": ActionType.FLAG, "value": "revisar"}))


def _rule(name: str, op: RuleOp, text: str, action: ActionValues) -> NewRule:
    condition: ConditionValues = {"field": RuleField.DESCRIPTION, "op": op, "value": text}
    return {"name": name, "conditions": [condition], "actions": [action]}
