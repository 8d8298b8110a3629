"""What may stand behind the question mark: exactly what is listed, once each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load
from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid
from app.kernel.paging import PageRequest, Sort
from app.web.fields import Text, Whole

LAST_PAGE = 1_000_000


class Query(Schema):
    """Query parameters; an unknown one is an error, so a typo never silently returns everything."""

    class Meta:
        unknown = RAISE


class SortBy(fields.Field[tuple[Sort, ...]]):
    """`sort=name` or `sort=-date,name`, from the names given here."""

    def __init__(self, *names: str, **options: Any) -> None:
        self.names = names
        choice = "|".join(names)
        pattern = f"^-?({choice})(,-?({choice}))*$"
        metadata = {
            "type": "string",
            "pattern": pattern,
            "maxLength": 200,
            "description": f"Order by: {', '.join(names)}",
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
    """`q=`: text to look for, whatever its case and accents."""

    def __init__(self, looked_into: str) -> None:
        super().__init__(200, blank=True, metadata={"description": f"Search in {looked_into}"})


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A page asked for, and by which filters."""

    page: PageRequest
    filters: dict[str, Any]


class ListQuery(Query):
    """The parameters of every list; subclasses add `sort = SortBy(...)` and their filters."""

    page = Whole(1, LAST_PAGE, load_default=1)
    per_page = Whole(1, 100, load_default=20)

    @post_load
    def _as_request(self, data: dict[str, Any], **_options: Any) -> ListRequest:
        request = PageRequest(data.pop("page"), data.pop("per_page"), data.pop("sort", ()))
        return ListRequest(request, {name: value for name, value in data.items() if value != ""})


class LongListQuery(ListQuery):
    """Lists that are usually wanted whole: default 100, at most 1000."""

    per_page = Whole(1, 1000, load_default=100)


def load_query(schema: Schema, arguments: MultiDict[str, str]) -> Any:
    """The loaded parameters, or Invalid."""
    repeated = {name: ["Given more than once."] for name, values in arguments.lists() if len(values) > 1}
    if repeated:
        raise Invalid("The query is not valid.", errors=repeated)
    return schema.load(arguments.to_dict())


class NoQuery(Query):
    """No parameter at all."""
