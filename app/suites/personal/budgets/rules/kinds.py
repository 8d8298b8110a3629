"""Types of targets, as people choose them, and the values that each takes."""

from collections.abc import Mapping
from enum import StrEnum

from app.kernel.errors import Invalid
from app.suites.personal.recurring.rules import Frequency


class TargetType(StrEnum):
    """Type of a target."""

    MONTHLY = "monthly"
    REFILL = "refill"
    BY = "by"
    SPEND = "spend"
    PERIODIC = "periodic"
    PERCENT = "percent"
    RECURRING = "recurring"
    AVERAGE = "average"
    COPY = "copy"
    REMAINDER = "remainder"
    SOURCE = "source"
    """Assigns nothing: at the end of a month the category gives back what it has left."""


_CAP = frozenset({"cap", "cap_period", "starting", "hold"})
_ADJUSTED = frozenset({"adjust_percent", "adjust_amount"})
NEEDED: Mapping[TargetType, frozenset[str]] = {
    TargetType.MONTHLY: frozenset({"amount"}),
    TargetType.REFILL: frozenset({"cap"}),
    TargetType.BY: frozenset({"amount", "by"}),
    TargetType.SPEND: frozenset({"amount", "by", "spend_from"}),
    TargetType.PERIODIC: frozenset({"amount", "every"}),
    TargetType.PERCENT: frozenset({"percent", "of"}),
    TargetType.RECURRING: frozenset({"recurring_id"}),
    TargetType.AVERAGE: frozenset({"months"}),
    TargetType.COPY: frozenset({"months"}),
    TargetType.REMAINDER: frozenset(),
    TargetType.SOURCE: frozenset(),
}
"""Names of the values that a target of the type must have."""
_MORE: Mapping[TargetType, frozenset[str]] = {
    TargetType.MONTHLY: _CAP,
    TargetType.REFILL: _CAP,
    TargetType.BY: frozenset({"repeat"}),
    TargetType.SPEND: frozenset({"repeat"}),
    TargetType.PERIODIC: _CAP,
    TargetType.RECURRING: _ADJUSTED | {"full"},
    TargetType.AVERAGE: _ADJUSTED,
    TargetType.REMAINDER: _CAP | {"weight"},
}
OF_TYPE = frozenset({name for names in (*NEEDED.values(), *_MORE.values()) for name in names})
"""Names of all values that only some types have."""


def allowed(type_: TargetType) -> frozenset[str]:
    """Names of the values that a target of the type may have."""
    return NEEDED[type_] | _MORE.get(type_, frozenset())


def require_fitting(type_: TargetType, values: Mapping[str, object]) -> None:
    """Raise Invalid, naming the field, for a value that is lacking or that the type does not have."""
    for name in sorted(NEEDED[type_]):
        if values.get(name) is None:
            raise Invalid.field(name, f"A target of the type {type_} needs it.")
    for name in sorted(OF_TYPE - allowed(type_)):
        if values.get(name):
            raise Invalid.field(name, f"A target of the type {type_} has none.")
    if values.get("cap") is None and (values.get("cap_period") or values.get("hold")):
        raise Invalid.field("cap", "Missing data for required field.")


__all__ = ["NEEDED", "OF_TYPE", "Frequency", "TargetType", "allowed", "require_fitting"]
