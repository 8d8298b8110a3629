"""References inside rules and saved reports, which name rows by ids, or in the document by numbers."""

from collections.abc import Callable, Mapping

Find = Callable[[str, int], int]
"""The id of a row of a section by its number, or its number by its id; LookupError without one."""
_CONDITIONS = {"account": "accounts", "payee": "payees"}
_ACTIONS = {"category": "categories", "payee": "payees", "transfer_to": "accounts"}
_PART = "category_id"


def condition(values: Mapping[str, object], find: Find) -> dict[str, object]:
    """A condition of a rule with other references; texts stay."""
    section = _CONDITIONS.get(str(values.get("field")))
    return dict(values) if section is None else {**values, "value": _other(values.get("value"), section, find)}


def action(values: Mapping[str, object], find: Find) -> dict[str, object]:
    """An action of a rule with other references."""
    section, value = _ACTIONS.get(str(values.get("type"))), values.get("value")
    if section is not None:
        return {**values, "value": _other(value, section, find)}
    if values.get("type") == "split" and isinstance(value, list):
        return {**values, "value": [_part(one, find) for one in value]}
    return dict(values)


def report(params: Mapping[str, object], find: Find) -> dict[str, object]:
    """Parameters of a saved report with other references."""
    sections = {"accounts": "accounts", "category_id": "categories"}
    return {name: _other(value, sections[name], find) if name in sections else value for name, value in params.items()}


def _part(part: object, find: Find) -> object:
    if not isinstance(part, Mapping) or _PART not in part:
        return part
    return {**part, _PART: _other(part[_PART], "categories", find)}


def _other(value: object, section: str, find: Find) -> object:
    if isinstance(value, list):
        return [_other(one, section, find) for one in value]
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return find(section, value)
