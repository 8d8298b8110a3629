"""Rules: making, changing and deleting them, and running them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar, NotRequired, TypedDict, TypeVar, Unpack

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.models import RuleRecord
from app.suites.personal.payees_rules.queries import PayeeRepository
from app.suites.personal.payees_rules.repository import RuleFilter, RuleRepository
from app.suites.personal.payees_rules.rules.actions import Action, ActionType
from app.suites.personal.payees_rules.rules.conditions import Condition, RuleField, RuleOp
from app.suites.personal.payees_rules.rules.engine import MOST_RULES, Rule, RuleMatch, RuleStage
from app.suites.personal.payees_rules.rules.renaming import names_payee, with_category, with_payee, with_tag
from app.suites.personal.payees_rules.rules.values import JsonValue

IN_ORDER = (Sort("position"),)
T = TypeVar("T")


class ConditionValues(TypedDict):
    """The values of a condition."""

    field: RuleField
    op: RuleOp
    value: JsonValue


class ActionValues(TypedDict):
    """The values of an action."""

    type: ActionType
    value: NotRequired[JsonValue]


class RuleChanges(TypedDict, total=False):
    """The values of a rule that may change."""

    name: str | None
    stage: RuleStage
    position: int
    match: RuleMatch
    conditions: list[ConditionValues]
    actions: list[ActionValues]
    stop: bool
    is_active: bool


class NewRule(RuleChanges, total=False):
    """The values of a new rule, of which it has at least conditions and actions."""


class RuleFilters(TypedDict, total=False):
    """The criteria of a list of rules."""

    stage: RuleStage
    is_active: bool


class RuleService(InBookService):
    """Makes, changes and deletes the rules of a book."""

    model: ClassVar = RuleRepository.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.rules = RuleRepository(access)

    def page(self, request: PageRequest, **filters: Unpack[RuleFilters]) -> Page[RuleRecord]:
        """One page of the rules, by position unless another order is given."""
        ordered = PageRequest(request.page, request.per_page, request.sort or IN_ORDER)
        return self.rules.page(RuleFilter(**filters), ordered.unpaged() if request.whole else ordered)

    def get(self, rule_id: int) -> RuleRecord:
        """One rule."""
        return self.rules.get(rule_id)

    def active(self) -> list[Rule]:
        """The rules that are switched on."""
        return [typed(one) for one in self.rules.list_all() if one.is_active]

    def create(self, **values: Unpack[NewRule]) -> RuleRecord:
        """Make a rule, after all others unless its position is given."""
        self.access.require_writer()
        if len(self.rules.list_all()) >= MOST_RULES:
            raise Conflict(f"A book has at most {MOST_RULES} rules.", code="too_many_rules")
        own = {"position": self.rules.next_position(), **self._checked(values)}
        row = self.rules.model(book_id=self.access.book_id, created_by=self.access.user_id, **own)
        return self.get(self.rules.add(row).id)

    def update(self, rule_id: int, **changes: Unpack[RuleChanges]) -> RuleRecord:
        """Change the given values."""
        row = self.rules.get_for_update(rule_id)
        self.rules.change(row, self._checked(changes))
        return self.get(rule_id)

    def delete(self, rule_id: int) -> None:
        """Delete a rule; what it did stays."""
        self.rules.delete(self.rules.get_for_update(rule_id))

    def draft(self, values: NewRule) -> Rule:
        """The rule of these values, which is not stored."""
        return Rule(
            id=0,
            stage=values.get("stage", RuleStage.NORMAL),
            position=0,
            match=values.get("match", RuleMatch.ALL),
            conditions=self._conditions(values["conditions"]),
            actions=self._actions(values["actions"]),
            stop=values.get("stop", False),
        )

    def names_payee(self, payee_id: int) -> bool:
        """Whether a rule names a payee."""
        return any(names_payee(typed(one), payee_id) for one in self.rules.list_all())

    def unnamed_payees(self, payee_ids: Collection[int]) -> list[int]:
        """Those of the payees that no rule names."""
        rules = [typed(one) for one in self.rules.list_all()] if payee_ids else []
        return [one for one in sorted(payee_ids) if not any(names_payee(rule, one) for rule in rules)]

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Put another category in place of one; a rule that has nothing left to do is switched off."""
        self._replace(lambda rule: with_category(rule, category_id, move_to))

    def move_payee(self, payee_id: int, into: int) -> None:
        """Put another payee in place of one."""
        self._replace(lambda rule: with_payee(rule, payee_id, into))

    def rename_tag(self, name: str, new_name: str) -> None:
        """Put another tag in place of one."""
        self._replace(lambda rule: with_tag(rule, name, new_name))

    def _replace(self, change: Callable[[Rule], Rule]) -> None:
        """Change all rules by a function, of which few are changed."""
        changed = {one.id: change(typed(one)) for one in self.rules.list_all() if change(typed(one)) != typed(one)}
        for row in self.rules.lock_all(changed.keys()) if changed else ():
            rule = changed[row.id]
            values = {
                "conditions": [_condition_json(one) for one in rule.conditions],
                "actions": [_action_json(one) for one in rule.actions],
                "is_active": row.is_active and bool(rule.actions),
            }
            self.rules.change(row, values)

    def _checked(self, values: RuleChanges) -> dict[str, object]:
        """The values as they are stored; Invalid or NotFound if conditions or actions are none."""
        found: dict[str, object] = {**values}
        if "conditions" in values:
            found["conditions"] = [_condition_json(one) for one in self._conditions(values["conditions"])]
        if "actions" in values:
            found["actions"] = [_action_json(one) for one in self._actions(values["actions"])]
        return found

    def _conditions(self, values: Sequence[ConditionValues]) -> tuple[Condition, ...]:
        found = tuple(_condition(place, one) for place, one in enumerate(values))
        self._require_known(_required("conditions", found), ())
        return found

    def _actions(self, values: Sequence[ActionValues]) -> tuple[Action, ...]:
        found = tuple(_action(place, one) for place, one in enumerate(values))
        self._require_known((), _required("actions", found))
        return found

    def _require_known(self, conditions: Sequence[Condition], actions: Sequence[Action]) -> None:
        """NotFound if a category, payee or account that they name is not in the book."""
        categories = {one for action in actions for one in action.categories()}
        accounts = {one for action in actions if action.type is ActionType.TRANSFER_TO for one in _ids(action.value)}
        accounts |= {one for each in conditions if each.field is RuleField.ACCOUNT for one in _ids(each.value)}
        payees = {one for action in actions if action.type is ActionType.PAYEE for one in _ids(action.value)}
        payees |= {one for each in conditions if each.field is RuleField.PAYEE for one in _ids(each.value)}
        if categories:
            _require("Category", categories, CategoryService(self.access).types())
        if accounts:
            _require("Account", accounts, AccountService(self.access).all_keys())
        if payees:
            _require("Payee", payees, {one.id: one for one in PayeeRepository(self.access).names_of(payees)})


def typed(one: RuleRecord) -> Rule:
    """A stored rule as the engine takes it."""
    return Rule(
        id=one.id,
        stage=one.stage,
        position=one.position,
        match=one.match,
        conditions=_conditions(one.conditions),
        actions=_actions(one.actions),
        stop=one.stop,
    )


def _conditions(stored: Sequence[Mapping[str, JsonValue]]) -> tuple[Condition, ...]:
    return tuple(Condition(RuleField(str(one["field"])), RuleOp(str(one["op"])), one["value"]) for one in stored)


def _actions(stored: Sequence[Mapping[str, JsonValue]]) -> tuple[Action, ...]:
    return tuple(Action(ActionType(str(one["type"])), one["value"]) for one in stored)


def _condition_json(one: Condition) -> dict[str, JsonValue]:
    return {"field": one.field.value, "op": one.op.value, "value": one.value}


def _action_json(one: Action) -> dict[str, JsonValue]:
    return {"type": one.type.value, "value": one.value}


def _required(name: str, found: tuple[T, ...]) -> tuple[T, ...]:
    if not found:
        raise Invalid.field(name, "At least one.")
    return found


def _condition(place: int, values: ConditionValues) -> Condition:
    try:
        return Condition.of(values["field"], values["op"], values["value"])
    except Invalid as error:
        raise _within("conditions", place, error) from error


def _action(place: int, values: ActionValues) -> Action:
    try:
        return Action.of(values["type"], values.get("value"))
    except Invalid as error:
        raise _within("actions", place, error) from error


def _within(name: str, place: int, error: Invalid) -> Invalid:
    """The refusal with the place of what it is about."""
    return Invalid(error.message, code=error.code, errors={name: {str(place): error.errors}})


def _ids(value: JsonValue) -> list[int]:
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, int)]


def _require(noun: str, wanted: set[int], known: Mapping[int, object]) -> None:
    if missing := sorted(wanted - known.keys()):
        raise NotFound(f"{noun} {missing[0]} does not exist.")
