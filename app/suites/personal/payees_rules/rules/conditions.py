"""Conditions of rules: a field, an operator, and a value to compare with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.kernel.errors import Invalid
from app.suites.personal.payees_rules.rules.patterns import Allowance, PatternError, compiled
from app.suites.personal.payees_rules.rules.subjects import Subject, plain
from app.suites.personal.payees_rules.rules.values import JsonValue, amount_in, day_in, id_in, listed, text_in, written
from app.suites.personal.transactions.rules import TransactionType

MOST_CONDITIONS = 20
Test = Callable[[Subject, Allowance], bool]


class RuleField(StrEnum):
    """Field of a transaction that a condition looks at."""

    PAYEE = "payee"
    DESCRIPTION = "description"
    IMPORTED_TEXT = "imported_text"
    AMOUNT = "amount"
    ACCOUNT = "account"
    DATE = "date"
    TAGS = "tags"
    TYPE = "type"


class RuleOp(StrEnum):
    """Comparison of a field with a value."""

    IS = "is"
    CONTAINS = "contains"
    STARTS = "starts"
    REGEX = "regex"
    BETWEEN = "between"
    ONE_OF = "one_of"


_OF_TEXT = frozenset({RuleOp.IS, RuleOp.CONTAINS, RuleOp.STARTS, RuleOp.REGEX, RuleOp.ONE_OF})
_OF_CHOICE = frozenset({RuleOp.IS, RuleOp.ONE_OF})
_OF_VALUE = frozenset({RuleOp.IS, RuleOp.BETWEEN, RuleOp.ONE_OF})
_OPS = {
    RuleField.AMOUNT: _OF_VALUE,
    RuleField.DATE: _OF_VALUE,
    RuleField.ACCOUNT: _OF_CHOICE,
    RuleField.TYPE: _OF_CHOICE,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, with its value as it is written in JSON."""

    field: RuleField
    op: RuleOp
    value: JsonValue

    @classmethod
    def of(cls, field: RuleField, op: RuleOp, value: JsonValue) -> "Condition":
        """A condition whose value is written in one way; Invalid, naming the part, if they don't go together."""
        if op not in _OPS.get(field, _OF_TEXT):
            words = ", ".join(one for one in RuleOp if one in _OPS.get(field, _OF_TEXT))
            raise Invalid.field("op", f"A condition of {field} has one of: {words}.")
        return cls(field, op, written(_read(field, op, value)))

    def test(self) -> Test:
        """A function that says whether the condition holds."""
        return _TESTS[self.field](self.field, self.op, _read(self.field, self.op, self.value))


class Bounds(NamedTuple):
    """The least and the greatest value, of which one may be open."""

    first: Decimal | date | None
    last: Decimal | date | None

    def has(self, value: Decimal | date) -> bool:
        """Whether a value lies between them."""
        return not (
            (self.first is not None and value < self.first)  # type: ignore[operator]  # of one kind, by their field
            or (self.last is not None and value > self.last)  # type: ignore[operator]
        )


Single = str | int | Decimal | date
Value = Single | list[Single] | Bounds


def _read(field: RuleField, op: RuleOp, value: JsonValue) -> Value:
    """The value, typed; Invalid if it has not the form that the operator needs."""
    one = _READERS[field]
    if op is RuleOp.ONE_OF:
        return [one(each) for each in listed(value)]
    if op is RuleOp.BETWEEN:
        return _bounds(one, value)
    if op is RuleOp.REGEX:
        return _pattern(value)
    if op is not RuleOp.IS:
        return text_in(value)
    return one(value)


def _bounds(one: Callable[[JsonValue], Single], value: JsonValue) -> Bounds:
    if not isinstance(value, list) or len(value) != 2 or value == [None, None]:
        raise Invalid.field("value", "Must be a list of two values, of which one may be null.")
    first, last = (None if each is None else one(each) for each in value)
    if first is not None and last is not None and last < first:  # type: ignore[operator]  # of one kind
        raise Invalid.field("value", "The second value must not be less than the first.")
    return Bounds(first, last)  # type: ignore[arg-type]  # amounts or days, by the operators of their fields


def _pattern(value: JsonValue) -> str:
    text = text_in(value)
    try:
        compiled(text)
    except PatternError as error:
        raise Invalid.field("value", f"Not a pattern: {error}") from error
    return text


def _payee(value: JsonValue) -> str | int:
    return id_in(value) if isinstance(value, int) else text_in(value)


def _type(value: JsonValue) -> str:
    if not isinstance(value, str) or value not in set(TransactionType):
        raise Invalid.field("value", f"Must be among {', '.join(TransactionType)}.")
    return TransactionType(value)


_READERS: Mapping[RuleField, Callable[[JsonValue], Single]] = {
    RuleField.PAYEE: _payee,
    RuleField.DESCRIPTION: text_in,
    RuleField.IMPORTED_TEXT: text_in,
    RuleField.TAGS: text_in,
    RuleField.AMOUNT: amount_in,
    RuleField.ACCOUNT: id_in,
    RuleField.DATE: day_in,
    RuleField.TYPE: _type,
}


def _of_text(field: RuleField, op: RuleOp, value: Value) -> Test:
    """Test of the texts that a transaction has in a field, of which one must be as the value says."""
    name, matches = field.value, _matcher(op, value)

    def test(subject: Subject, allowance: Allowance) -> bool:
        for text in subject.texts(name):  # noqa: SIM110 - `any` takes twice the time, of what is asked most
            if matches(text, allowance):
                return True
        return False

    return test


def _matcher(op: RuleOp, value: Value) -> Callable[[str, Allowance], bool]:
    if op is RuleOp.REGEX:
        return compiled(str(value)).matches
    if isinstance(value, list):
        among = frozenset(plain(str(one)) for one in value)
        return lambda text, _allowance: text in among
    wanted = plain(str(value))
    if op is RuleOp.CONTAINS:
        return lambda text, _allowance: wanted in text
    if op is RuleOp.STARTS:
        return lambda text, _allowance: text.startswith(wanted)
    return lambda text, _allowance: text == wanted


def _of_payee(field: RuleField, op: RuleOp, value: Value) -> Test:
    """Test of a payee by its id or its name."""
    several = value if isinstance(value, list) else [value]
    ids = frozenset(one for one in several if isinstance(one, int))
    names: list[Single] = [one for one in several if isinstance(one, str)]
    by_name = _of_text(field, op, names if isinstance(value, list) else value) if names else None

    def test(subject: Subject, allowance: Allowance) -> bool:
        return subject.payee_id in ids or (by_name is not None and by_name(subject, allowance))

    return test


def _of_choice(field: RuleField, _op: RuleOp, value: Value) -> Test:
    among = frozenset(value if isinstance(value, list) else [value])
    if field is RuleField.ACCOUNT:
        return lambda subject, _allowance: subject.account_id in among
    return lambda subject, _allowance: subject.type.value in among


def _of_value(field: RuleField, _op: RuleOp, value: Value) -> Test:
    """Test of an amount without its sign, or of a day."""
    has: Callable[[Decimal | date], bool]
    if isinstance(value, Bounds):
        has = value.has
    else:
        has = frozenset(value if isinstance(value, list) else [value]).__contains__
    if field is RuleField.AMOUNT:
        return lambda subject, _allowance: has(abs(subject.amount))
    return lambda subject, _allowance: has(subject.date)


_TESTS: Mapping[RuleField, Callable[[RuleField, RuleOp, Value], Test]] = {
    RuleField.PAYEE: _of_payee,
    RuleField.DESCRIPTION: _of_text,
    RuleField.IMPORTED_TEXT: _of_text,
    RuleField.TAGS: _of_text,
    RuleField.AMOUNT: _of_value,
    RuleField.DATE: _of_value,
    RuleField.ACCOUNT: _of_choice,
    RuleField.TYPE: _of_choice,
}
