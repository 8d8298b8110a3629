"""The engine of rules: which of them apply to a transaction, in which order, and what they make of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from app.kernel.money import Currency
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.payees_rules.rules.actions import Action, ActionType, PartOfSplit, portions
from app.suites.personal.payees_rules.rules.conditions import Condition, Test
from app.suites.personal.payees_rules.rules.lines import Portion, fits
from app.suites.personal.payees_rules.rules.patterns import Allowance, Exhausted
from app.suites.personal.payees_rules.rules.payees import Payees
from app.suites.personal.payees_rules.rules.subjects import Subject

MOST_RULES = 500
"""Rules of a book."""
OF_CATEGORY = frozenset({ActionType.CATEGORY, ActionType.SPLIT, ActionType.TRANSFER_TO})
"""Actions that decide the category: none of them replaces one that a person set."""


class RuleStage(StrEnum):
    """Part of a run: those of `pre` apply first, for example to set payees, those of `post` last."""

    PRE = "pre"
    NORMAL = "normal"
    POST = "post"


class RuleMatch(StrEnum):
    """Number of conditions that must hold."""

    ALL = "all"
    ANY = "any"


_STAGES = {stage: place for place, stage in enumerate(RuleStage)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Conditions, and the changes that are made where they hold."""

    id: int
    stage: RuleStage
    position: int
    match: RuleMatch
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    stop: bool

    @property
    def place(self) -> tuple[int, int, int]:
        """Place among all rules."""
        return _STAGES[self.stage], self.position, self.id


@dataclass(frozen=True, slots=True)
class Setting:
    """Parts of a book that actions name."""

    types: Mapping[int, CategoryType]
    """Categories that are offered."""
    payees: Payees
    currencies: Mapping[int, Currency]
    """Currencies of the accounts that are open."""


@dataclass(slots=True)
class Outcome:
    """Changes that rules make of a transaction; the last action of a kind counts."""

    rule_ids: list[int] = field(default_factory=list)
    category_id: int | None = None
    transfer_to: int | None = None
    splits: tuple[Portion, ...] = ()
    has_payee: bool = False
    payee_id: int | None = None
    payee_name: str | None = None
    """Name of a payee who is not there yet."""
    tags: tuple[str, ...] = ()
    """Tags that are added."""
    note: str | None = None
    exclude: bool = False

    def set_category(
        self, category_id: int | None = None, transfer_to: int | None = None, splits: tuple[Portion, ...] = ()
    ) -> None:
        """Decide the category anew."""
        self.category_id, self.transfer_to, self.splits = category_id, transfer_to, splits

    def is_refund(self, types: Mapping[int, CategoryType], amount: Decimal) -> bool:
        """Whether money comes in for a category of expenses."""
        named = {self.category_id, *(part.category_id for part in self.splits)} - {None}
        return amount > 0 and any(types.get(one) is CategoryType.EXPENSE for one in named if one is not None)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A rule, ready to be run."""

    id: int
    needs_all: bool
    tests: tuple[Test, ...]
    actions: tuple[Action, ...]
    parts: Mapping[int, Sequence[PartOfSplit]]
    """Parts of the actions that split, by their places."""
    stop: bool


class Ruleset:
    """The rules of a book in their order."""

    def __init__(self, rules: Sequence[Rule], setting: Setting, allowance: Allowance | None = None) -> None:
        self.setting = setting
        self.allowance = allowance or Allowance()
        self.exhausted: set[int] = set()
        """Rules whose patterns took too long, and which therefore no longer apply."""
        self._rules = [_prepared(rule) for rule in sorted(rules, key=lambda one: one.place)]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def run(self, subject: Subject, locked: Callable[[], Collection[ActionType]] = frozenset) -> Outcome | None:
        """Apply the rules to a transaction, without actions that are `locked`; None if no rule is about it."""
        found, without = Outcome(), None
        for rule in self._rules:
            if not self._holds(rule, subject):
                continue
            found.rule_ids.append(rule.id)
            without = locked() if without is None else without
            for place, action in enumerate(rule.actions):
                if action.type not in without:
                    self._apply(action, rule.parts.get(place, ()), subject, found)
            if rule.stop:
                break
        return found if found.rule_ids else None

    def _holds(self, rule: _Prepared, subject: Subject) -> bool:
        if self.exhausted and rule.id in self.exhausted:
            return False
        try:
            for test in rule.tests:
                if test(subject, self.allowance) is not rule.needs_all:
                    return not rule.needs_all
        except Exhausted:
            self.exhausted.add(rule.id)
            return False
        return rule.needs_all

    def _apply(self, action: Action, parts: Sequence[PartOfSplit], subject: Subject, found: Outcome) -> None:
        value = action.value
        if action.type in OF_CATEGORY:
            self._categorise(action, parts, subject, found)
        elif action.type is ActionType.PAYEE and isinstance(value, int | str):
            self._set_payee(value, subject, found)
        elif action.type in {ActionType.TAGS, ActionType.FLAG}:
            tags = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
            found.tags = tuple(dict.fromkeys((*found.tags, *tags)))
            subject.add_tags(tags)
        elif action.type is ActionType.NOTE:
            found.note = str(value)
        elif action.type is ActionType.EXCLUDE:
            found.exclude = True

    def _categorise(self, action: Action, parts: Sequence[PartOfSplit], subject: Subject, found: Outcome) -> None:
        """Decide the category, if it fits the amount and the account."""
        value, currency = action.value, self.setting.currencies.get(subject.account_id)
        if action.type is ActionType.SPLIT:
            made = portions(parts, abs(subject.amount), currency) if currency is not None else ()
            if made and self._go_together([part.category_id for part in made], subject):
                found.set_category(splits=made)
        elif not isinstance(value, int):
            raise AssertionError("a category and an account are ids")
        elif action.type is ActionType.CATEGORY:
            if self._fits(value, subject):
                found.set_category(category_id=value)
        elif value != subject.account_id and currency is not None and self.setting.currencies.get(value) is currency:
            found.set_category(transfer_to=value)

    def _go_together(self, categories: Sequence[int | None], subject: Subject) -> bool:
        """Whether one transaction may have these categories."""
        named = [one for one in categories if one is not None]
        return all(self._fits(one, subject) for one in named) and len({self.setting.types[one] for one in named}) < 2

    def _fits(self, category_id: int, subject: Subject) -> bool:
        kind = self.setting.types.get(category_id)
        return kind is not None and fits(kind, subject.amount)

    def _set_payee(self, value: int | str, subject: Subject, found: Outcome) -> None:
        payees = self.setting.payees
        known = payees.by_id.get(value) if isinstance(value, int) else payees.named(value)
        if known is not None:
            found.has_payee, found.payee_id, found.payee_name = True, known.id, None
            subject.set_payee(known.id, known.name)
        elif isinstance(value, str):
            found.has_payee, found.payee_id, found.payee_name = True, None, value
            subject.set_payee(None, value)


def _prepared(rule: Rule) -> _Prepared:
    return _Prepared(
        id=rule.id,
        needs_all=rule.match is RuleMatch.ALL,
        tests=tuple(one.test() for one in rule.conditions),
        actions=rule.actions,
        parts={place: one.parts for place, one in enumerate(rule.actions) if one.type is ActionType.SPLIT},
        stop=rule.stop,
    )
