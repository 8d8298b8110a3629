"""Query parameters: only declared ones, each at most once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid
from app.kernel.paging import PageRequest, Sort
from app.web.decimals import AmountBound
from app.web.exports.formats import Format
from app.web.fields import Repeated, Text, Whole
from app.web.schema import StrictSchema

LAST_PAGE = 1_000_000
FORMAT, LOCALE = "format", "locale"
SPANISH = "es"
"""The only locale of files: with semicolons and a decimal comma."""


class Query(StrictSchema):
    """Query parameters; an unknown one is an error, so a typo never silently returns everything."""


class SortBy(fields.Field[tuple[Sort, ...]]):
    """`sort=name` or `sort=-date,name`, from the names given here; `newest` is the date that is sorted by otherwise."""

    def __init__(self, *names: str, newest: str | None = None, **options: Any) -> None:
        self.names = names
        if newest is not None:
            options["load_default"] = (Sort(newest, descending=True),)
        choice = "|".join(names)
        pattern = f"^-?({choice})(,-?({choice}))*$"
        metadata = {
            "type": "string",
            "pattern": pattern,
            "maxLength": 200,
            "description": f"Order by: {', '.join(names)}",
            "example": f"-{names[0]}",
            **({"default": f"-{newest}"} if newest else {}),
        }
        super().__init__(metadata=metadata, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[Sort, ...]:
        keys = tuple(Sort(key.removeprefix("-"), key.startswith("-")) for key in str(value).split(","))
        fields_asked = [key.field for key in keys]
        if any(name not in self.names for name in fields_asked):
            raise ValidationError(f"Can sort by {', '.join(self.names)}.")
        if len(set(fields_asked)) < len(fields_asked):
            raise ValidationError("Names a field twice.")
        return keys


class Search(Text):
    """`q=`: text to search for, ignoring case and accents."""

    def __init__(self, looked_into: str) -> None:
        super().__init__(200, blank=True, metadata={"description": f"Search in {looked_into}"})


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Requested page and filters."""

    page: PageRequest
    filters: dict[str, Any]

    def whole(self) -> "ListRequest":
        """The request without pages: all matching rows in the same order."""
        return replace(self, page=self.page.unpaged())


class ListQuery(Query):
    """The parameters of every list; subclasses add `sort = SortBy(...)` and their filters."""

    page = Whole(1, LAST_PAGE, load_default=1)
    per_page = Whole(1, 100, load_default=20)

    def after_load(self, data: dict[str, Any]) -> ListRequest:
        request = PageRequest(data.pop("page"), data.pop("per_page"), data.pop("sort", ()))
        given = ((name, _distinct(value) if isinstance(value, list) else value) for name, value in data.items())
        return ListRequest(request, {name: value for name, value in given if value not in {"", ()}})


def _distinct(values: list[str]) -> tuple[str, ...]:
    """The values that are not empty, each once."""
    return tuple(dict.fromkeys(filter(None, values)))


class AmountListQuery(ListQuery):
    """Parameters of lists of amounts."""

    amount_min = AmountBound()
    amount_max = AmountBound()

    def after_load(self, data: dict[str, Any]) -> ListRequest:
        lowest, highest = data.get("amount_min"), data.get("amount_max")
        if lowest is not None and highest is not None and lowest > highest:
            raise ValidationError({"amount_max": ["Must not be less than amount_min."]})
        return super().after_load(data)


class LongListQuery(ListQuery):
    """Parameters of lists that are usually fetched whole: 100 rows by default, at most 1000."""

    per_page = Whole(1, 1000, load_default=100)


def load_query(
    schema: Schema, arguments: MultiDict[str, str], formats: Sequence[Format] = (Format.JSON,)
) -> tuple[Any, Format]:
    """The loaded parameters and the asked format, or Invalid.

    A file of a list holds all that match: `page` and `per_page` are checked and ignored, for generated clients send
    the documented defaults.
    """
    if not arguments and isinstance(schema, NoQuery):
        return {}, Format.JSON  # the usual case, which is fast
    several = {name for name, field in schema.load_fields.items() if isinstance(field, Repeated)}
    lists = dict(arguments.lists())
    repeated = {name: ["Given more than once."] for name, values in lists.items() if len(values) > 1}
    if repeated.keys() - several:
        raise _refused({name: message for name, message in repeated.items() if name not in several})
    given: dict[str, Any] = {name: values if name in several else values[0] for name, values in lists.items()}
    asked = _asked_format(given, formats) if len(formats) > 1 else Format.JSON
    query = schema.load(given)
    is_file_of_list = asked is not Format.JSON and isinstance(query, ListRequest)
    return (query.whole() if is_file_of_list else query), asked


def require_utf8(query: str) -> None:
    """Raise Invalid, naming the parameters, if the query does not decode: text would be searched for as `%FF`."""
    if query.isascii() and "%" not in query:
        return
    pairs = [part.partition("=")[::2] for part in query.split("&")]
    wrong = {_readable(name): ["Not UTF-8."] for name, value in pairs if not (_is_utf8(name) and _is_utf8(value))}
    if wrong:
        raise _refused(wrong)


def _is_utf8(part: str) -> bool:
    try:
        unquote_to_bytes(part.encode("latin-1")).decode("utf-8")  # WSGI passes bytes as Latin-1
    except UnicodeDecodeError:
        return False
    return True


def _readable(name: str) -> str:
    return unquote_to_bytes(name.encode("latin-1")).decode("utf-8", "replace")


def _asked_format(given: dict[str, Any], formats: Sequence[Format]) -> Format:
    """The format, which is removed from the parameters together with the locale of a CSV."""
    name, locale = given.pop(FORMAT, Format.JSON), given.pop(LOCALE, None)
    if name not in formats:
        raise _refused({FORMAT: [f"Must be one of: {', '.join(formats)}."]})
    if locale is None:
        return Format(name)
    if locale != SPANISH or name != Format.CSV:
        raise _refused({LOCALE: [f"Must be {SPANISH}, and only with the format csv."]})
    return Format.CSV_ES


def _refused(errors: dict[str, Any]) -> Invalid:
    return Invalid("The query is not valid.", errors=errors)


class NoQuery(Query):
    """No parameters."""
