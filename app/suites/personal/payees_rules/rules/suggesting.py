"""Rules that are suggested, from the categories that people chose by hand."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.suites.personal.payees_rules.rules.actions import Action, ActionType
from app.suites.personal.payees_rules.rules.conditions import Condition, RuleField, RuleOp
from app.suites.personal.payees_rules.rules.patterns import LONGEST_PATTERN
from app.suites.personal.payees_rules.rules.subjects import plain
from app.suites.personal.payees_rules.rules.words import payee_key

LEAST_TIMES, LEAST_SHARE = 3, 0.8
_SHORTEST = 3


class Choices(NamedTuple):
    """Number of transactions with a payee and a description that have a category."""

    payee_id: int | None
    description: str
    category_id: int
    times: int


class Suggestion(NamedTuple):
    """A rule that would repeat what people do by hand."""

    condition: Condition
    action: Action
    times: int
    """Number of transactions with this category."""
    share: float
    """Share of them among all that the condition is about."""
    payee_id: int | None
    example: str
    """Description of one of them."""

    @property
    def category_id(self) -> int:
        """The category that it gives."""
        [found] = self.action.categories()
        return found


def suggestions(choices: Iterable[Choices]) -> list[Suggestion]:
    """A rule for each payee, and for each text without one, that nearly always gets one category; the surest first."""
    groups: dict[int | str, list[Choices]] = defaultdict(list)
    for one in choices:
        group = one.payee_id if one.payee_id is not None else payee_key(one.description)
        if isinstance(group, int) or len(group) >= _SHORTEST:
            groups[group].append(one)
    found = (_suggestion(group, own) for group, own in groups.items())
    return sorted((one for one in found if one is not None), key=lambda one: (-one.times, one.category_id))


def _suggestion(group: int | str, choices: Sequence[Choices]) -> Suggestion | None:
    times: Counter[int] = Counter()
    for one in choices:
        times[one.category_id] += one.times
    [(category_id, most)] = times.most_common(1)
    share = most / times.total()
    if most < LEAST_TIMES or share < LEAST_SHARE:
        return None
    if isinstance(group, int):
        condition = Condition(RuleField.PAYEE, RuleOp.IS, group)
    elif (found := _about(group, [one.description for one in choices])) is not None:
        condition = found
    else:
        return None
    usual = max((one for one in choices if one.category_id == category_id), key=lambda one: one.times)
    action = Action(ActionType.CATEGORY, category_id)
    return Suggestion(condition, action, most, share, usual.payee_id, usual.description)


def _about(key: str, texts: Sequence[str]) -> Condition | None:
    """A condition on descriptions that holds for all of these: their common words, one after the other."""
    if all(key in plain(text) for text in texts):
        return Condition(RuleField.DESCRIPTION, RuleOp.CONTAINS, key)
    pattern = ".*".join(map(re.escape, key.split()))
    return Condition(RuleField.DESCRIPTION, RuleOp.REGEX, pattern) if len(pattern) <= LONGEST_PATTERN else None
