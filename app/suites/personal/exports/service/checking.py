"""Checks of rows of the document that the database does not make: what they mean to their domains."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from app.infra.books import BookAccess
from app.kernel.money import Currency, require_digits
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.budgets.rules.kinds import require_fitting
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.exports.queries.tables import fields_of, part_fields
from app.suites.personal.exports.rules import references
from app.suites.personal.exports.rules.document import GOALS, RECURRING, SAVED_REPORTS, TARGETS, Field, Kind, Section
from app.suites.personal.exports.rules.reading import References, Wrong, items, referred
from app.suites.personal.payees_rules.rules.actions import ActionType
from app.suites.personal.payees_rules.rules.conditions import RuleField, RuleOp
from app.suites.personal.recurring.rules import MOST_OCCURRENCES, require_valid, require_valid_amounts
from app.suites.personal.recurring.service.values import amounts_of, series_of

_DECIMALS_OF_MONEY = 4
_LAST_MILESTONE = 1_000
_OF_EXPENSES = {
    "recurring": ("budget_category_id",),
    "assignments": ("category_id",),
    "targets": ("category_id",),
}
_PARTS_OF_EXPENSES = {"budgets": "categories", "budget_templates": "items"}


class RowChecks:
    """Checks rows of sections by the accounts and categories of the book."""

    def __init__(self, access: BookAccess, ids: References) -> None:
        self.currency = access.currency
        self.ids = ids
        self.accounts = {one: currency for one, (_, currency) in AccountService(access).all_keys().items()}
        self.types = CategoryService(access).types()

    def check(self, section: Section, values: dict[str, object], parts: Mapping[str, list[dict[str, object]]]) -> None:
        """Raise Wrong or a refusal of the domain; references inside of JSON become ids."""
        currency = self._currency(values)
        _check_money(fields_of(section), values, currency)
        for part in section.parts:
            for row in parts[part.name]:
                _check_money(part_fields(part), row, currency)
        self._check_categories(section, values, parts)
        if section.name == RECURRING:
            _check_recurring(values)
        if section.name == TARGETS:
            _check_target(values)
        if section.name == GOALS:
            _check_milestones(values)
        if section.name == SAVED_REPORTS and isinstance(values["params"], Mapping):
            values["params"] = references.report(values["params"], self._find)

    def _find(self, section: str, number: int) -> int:
        return referred(self.ids, section, number)

    def _currency(self, values: Mapping[str, object]) -> Currency:
        """Currency of the amounts of a row: its own, that of its account, or the book's."""
        own, account_id = values.get("currency"), values.get("account_id")
        if isinstance(own, Currency):
            return own
        return self.accounts[account_id] if isinstance(account_id, int) else self.currency

    def _check_categories(
        self, section: Section, values: Mapping[str, object], parts: Mapping[str, list[dict[str, object]]]
    ) -> None:
        wanted = [(name, values[name]) for name in _OF_EXPENSES.get(section.name, ())]
        part = _PARTS_OF_EXPENSES.get(section.name)
        wanted += [(part, row["category_id"]) for row in parts[part]] if part else []
        for name, category_id in wanted:
            if isinstance(category_id, int) and self.types[category_id] is not CategoryType.EXPENSE:
                raise Wrong((name.removesuffix("_id"),), "Must be a category of expenses.")


def known_rule(values: Mapping[str, object], ids: References) -> dict[str, object]:
    """The values of a rule as a request has them, with ids in place of numbers."""

    def find(section: str, number: int) -> int:
        return referred(ids, section, number)

    conditions = [references.condition(one, find) for one in _objects(values, "conditions")]
    actions = [references.action(one, find) for one in _objects(values, "actions")]
    return {
        **values,
        "conditions": [
            {"field": _word(RuleField, one, "field"), "op": _word(RuleOp, one, "op"), "value": one.get("value")}
            for one in conditions
        ],
        "actions": [{"type": _word(ActionType, one, "type"), "value": one.get("value")} for one in actions],
    }


def _objects(values: Mapping[str, object], name: str) -> Iterable[Mapping[str, object]]:
    for one in items(values[name]):
        if not isinstance(one, Mapping):
            raise Wrong((name,), "Not a list of objects.")
        yield one


def _word(words: type[RuleField] | type[RuleOp] | type[ActionType], values: Mapping[str, object], name: str) -> object:
    value = values.get(name)
    if not isinstance(value, str) or value not in set(words):
        raise Wrong((name,), "Not one of the words that it may be.")
    return words(value)


def _check_money(fields: Sequence[Field], values: Mapping[str, object], currency: Currency) -> None:
    for one in fields:
        amount = values[one.column]
        is_money = one.kind is Kind.NUMBER and one.decimals == _DECIMALS_OF_MONEY and one.name != "to_amount"
        if is_money and isinstance(amount, Decimal):
            require_digits(amount, currency, one.name)


def _check_recurring(values: Mapping[str, object]) -> None:
    one: Any = SimpleNamespace(**values)
    if not 0 <= one.numbered_from <= one.handled <= MOST_OCCURRENCES:
        raise Wrong(("handled",), f"Must lie between numbered_from and {MOST_OCCURRENCES}.")
    require_valid(series_of(one).schedule)
    require_valid_amounts(amounts_of(one))


def _check_milestones(values: Mapping[str, object]) -> None:
    found: Any = values["milestones"]
    if max(found, default=0) > _LAST_MILESTONE:
        raise Wrong(("milestones",), f"At most {_LAST_MILESTONE} percent.")


def _check_target(values: Mapping[str, object]) -> None:
    every = None if values["frequency"] is None else {"frequency": values["frequency"], "interval": values["step"]}
    of = values["percent_of"] or values["of_category_id"]
    given: Any = {**values, "by": values["by_month"], "every": every, "of": of, "full": values["is_full"]}
    require_fitting(given["type"], given)
