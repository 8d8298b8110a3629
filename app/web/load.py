"""What comes in by its marshmallow schema, taken quickly where nothing is wrong with it.

marshmallow's own `load` does for every field that may come what only a mistake needs. So each schema is compiled
once to its fields; whatever is not plainly right is loaded again by marshmallow, which finds all mistakes and names
them. What is taken is the same either way.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, missing, post_load, pre_load

Take = Callable[[Any, str, Any], Any]
Taken = dict[str, Any] | None
"""None where marshmallow has to look."""
Member = tuple[str, str, Take, Any]
"""Key in what comes, name in what is made of it, how its value is read, and what is there without one."""

_REQUIRED = object()
_MOST_MEMBERS = 1000
"""More than any schema has."""


class Incoming(Schema):
    """The base of what comes in: unknown keys are refused, so a slip of the pen is never passed over in silence."""

    class Meta:
        unknown = RAISE

    def prepared(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is looked at of all that comes."""
        return data

    def finished(self, data: dict[str, Any]) -> Any:
        """What is made of it once it is known to be right."""
        return data

    def handle_error(self, error: ValidationError, data: Any, **_options: Any) -> None:
        """Name wrong fields in the order in which they came: marshmallow names unknown ones in any order."""
        messages = error.messages
        if isinstance(messages, dict) and isinstance(data, Mapping):
            error.messages = {name: messages[name] for name in data if name in messages} | messages

    @pre_load
    def _prepare(self, data: Any, **_options: Any) -> Any:
        return self.prepared(data) if isinstance(data, Mapping) else data

    @post_load
    def _finish(self, data: dict[str, Any], **_options: Any) -> Any:
        return self.finished(data)

    def load(self, data: Any, **options: Any) -> Any:
        """As marshmallow does."""
        if isinstance(data, Mapping) and len(data) > _MOST_MEMBERS:
            self._refuse_unknown(data)
        taken = self._quickly(self.prepared(data)) if type(data) is dict and not options else None
        return super().load(data, **options) if taken is None else self.finished(taken)

    def _refuse_unknown(self, data: Mapping[str, Any]) -> None:
        """Raise ValidationError for unknown keys; marshmallow takes a second for those that fit into a megabyte."""
        known = {field.data_key or name for name, field in self.fields.items()}
        unknown = {name: [self.error_messages["unknown"]] for name in data if name not in known}
        if unknown:
            raise ValidationError(unknown)

    @cached_property
    def _quickly(self) -> Callable[[Mapping[str, Any]], Taken]:
        if self.many or not isinstance(self.partial, bool | None):
            return lambda _data: None
        members = [_member(name, field, partial=bool(self.partial)) for name, field in self.load_fields.items()]
        options = {} if self.partial is None else {"partial": self.partial}
        return _compiled(members, options)


def _member(name: str, field: Any, *, partial: bool) -> Member:
    absent = missing if partial else _REQUIRED if field.required else field.load_default
    return field.data_key or name, field.attribute or name, field.deserialize, absent


def _compiled(members: list[Member], options: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Taken]:
    known = {key for key, *_ in members}

    def take(data: Mapping[str, Any]) -> Taken:
        if not known.issuperset(data):
            return None
        found = {}
        try:
            for key, name, read, absent in members:
                if key in data:
                    found[name] = read(data[key], key, data, **options)
                elif absent is _REQUIRED:
                    return None
                elif absent is not missing:
                    found[name] = absent() if callable(absent) else absent
        except ValidationError:
            return None
        return found

    return take
