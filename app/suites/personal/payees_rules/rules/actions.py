"""Actions of rules: changes of the transactions for which their conditions hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.kernel.errors import Invalid
from app.kernel.money import Currency, rounded_parts
from app.suites.personal.payees_rules.rules.lines import Portion
from app.suites.personal.payees_rules.rules.values import (
    JsonValue,
    amount_in,
    id_in,
    refused,
    share_in,
    text_in,
    written,
)

MOST_ACTIONS = 10
MOST_TAGS, LONGEST_TAG = 10, 40
LONGEST_NOTE = 1_000
MOST_PORTIONS = 20
FLAG = "review"
"""Tag that a flag without a word gives."""
_OF_PORTION = frozenset({"share", "amount", "category_id", "notes", "tags"})


class ActionType(StrEnum):
    """Change that an action makes."""

    CATEGORY = "category"
    PAYEE = "payee"
    TAGS = "tags"
    NOTE = "note"
    TRANSFER_TO = "transfer_to"
    SPLIT = "split"
    EXCLUDE = "exclude"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class PartOfSplit:
    """A part of the amount: of a fixed amount, a share of what fixed amounts leave, or all that is left."""

    share: Decimal | None
    amount: Decimal | None
    category_id: int | None
    notes: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A change, with its value as it is written in JSON."""

    type: ActionType
    value: JsonValue

    @classmethod
    def of(cls, kind: ActionType, value: JsonValue) -> "Action":
        """An action whose value is written in one way; Invalid if it has not the form that the type needs."""
        if kind in {ActionType.CATEGORY, ActionType.TRANSFER_TO}:
            return cls(kind, id_in(value))
        if kind is ActionType.PAYEE:
            return cls(kind, id_in(value) if isinstance(value, int) else text_in(value))
        if kind is ActionType.TAGS:
            return cls(kind, [*_tags(value)])
        if kind is ActionType.NOTE:
            return cls(kind, text_in(value, LONGEST_NOTE))
        if kind is ActionType.FLAG:
            return cls(kind, FLAG if value in (None, True) else _tag(value))
        if kind is ActionType.SPLIT:
            return cls(kind, [_as_json(part) for part in _parts(value)])
        if value not in (None, True):
            raise refused("Must be true.")
        return cls(kind, True)

    @property
    def parts(self) -> list[PartOfSplit]:
        """The parts of a split."""
        return _parts(self.value)

    def categories(self) -> set[int]:
        """Ids of the categories that it names."""
        if self.type is ActionType.CATEGORY:
            return {id_in(self.value)}
        return {part.category_id for part in self.parts if part.category_id} if self.type is ActionType.SPLIT else set()

    def with_category(self, category_id: int, other: int | None) -> "Action | None":
        """The action with another category, or none, in place of one; None if nothing is left to do."""
        if self.type is ActionType.CATEGORY and self.value == category_id:
            return None if other is None else Action(self.type, other)
        if self.type is ActionType.SPLIT and isinstance(self.value, list):
            return Action(self.type, [_with_category(part, category_id, other) for part in self.value])
        return self


def portions(parts: Sequence[PartOfSplit], amount: Decimal, currency: Currency) -> tuple[Portion, ...]:
    """The parts of an amount; none if the fixed ones are more than it, or leave something that no part takes."""
    left = amount - sum(part.amount or 0 for part in parts)
    open_ones = [part for part in parts if part.amount is None]
    if left < 0 or (left and not open_ones) or (open_ones and not left):
        return ()
    rounded = iter(rounded_parts([left * (part.share or 1) for part in open_ones], currency, left))
    amounts = [next(rounded) if part.amount is None else part.amount for part in parts]
    return tuple(
        Portion(one, part.category_id, part.notes, part.tags) for part, one in zip(parts, amounts, strict=True) if one
    )


def _tag(value: JsonValue) -> str:
    tag = text_in(value, LONGEST_TAG).lower()
    if "," in tag:
        raise refused("A tag has no comma.")
    return tag


def _tags(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_TAGS:
        raise refused(f"Must be a list of 1 to {MOST_TAGS} tags.")
    return tuple(dict.fromkeys(_tag(one) for one in value))


def _parts(value: JsonValue) -> list[PartOfSplit]:
    if not isinstance(value, list) or not 2 <= len(value) <= MOST_PORTIONS:
        raise refused(f"Must be a list of 2 to {MOST_PORTIONS} parts.")
    parts = [_part(one) for one in value]
    shares = [part.share for part in parts if part.share is not None]
    rest = [part for part in parts if part.share is None and part.amount is None]
    if len(rest) > 1 or (rest and shares):
        raise refused("One part alone may take what is left, and none where others have shares.")
    if shares and sum(shares) != 1:
        raise refused("The shares must add up to 1.")
    return parts


def _part(value: JsonValue) -> PartOfSplit:
    if not isinstance(value, Mapping) or value.keys() - _OF_PORTION:
        raise refused(f"A part has {', '.join(sorted(_OF_PORTION))}.")
    share, amount, category, notes, tags = (
        value.get(name) for name in ("share", "amount", "category_id", "notes", "tags")
    )
    if share is not None and amount is not None:
        raise refused("A part has a share or an amount, not both.")
    fixed = None if amount is None else amount_in(amount)
    if fixed == 0:
        raise refused("An amount of a part is above 0.")
    return PartOfSplit(
        share=None if share is None else share_in(share),
        amount=fixed,
        category_id=None if category is None else id_in(category),
        notes=None if notes is None else text_in(notes, LONGEST_NOTE),
        tags=() if tags in (None, []) else _tags(tags),
    )


def _as_json(part: PartOfSplit) -> JsonValue:
    values = {name: getattr(part, name) for name in sorted(_OF_PORTION)}
    return {name: written(value) for name, value in values.items() if value not in (None, ())}


def _with_category(part: JsonValue, category_id: int, other: int | None) -> JsonValue:
    if not isinstance(part, dict) or part.get("category_id") != category_id:
        return part
    return {name: value for name, value in part.items() if name != "category_id"} | (
        {} if other is None else {"category_id": other}
    )


__all__ = ["Action", "ActionType", "Invalid", "PartOfSplit", "portions"]
