"""marshmallow fields with strict input; the OpenAPI document is written from them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from app.infra.db.columns import LONGEST_TAG, MAX_TAGS
from app.kernel.errors import NotFound
from app.kernel.money import Currency
from app.kernel.periods import FIRST_DAY, LAST_DAY

LARGEST_ID = 2**63 - 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WHOLE = re.compile(r"-?[0-9]{1,40}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_TIME_OF_DAY = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Text(fields.String):
    """Text of limited length without NUL and lone surrogates; a required one must not be blank.

    `blank_is_none` is for forms, which send an empty text for what was not filled in; `trimmed` takes white space off.
    """

    def __init__(
        self,
        longest: int = 200,
        *,
        blank: bool | None = None,
        blank_is_none: bool = False,
        trimmed: bool = False,
        **options: Any,
    ) -> None:
        allow_blank = not options.get("required", False) if blank is None else blank
        self.blank_is_none = blank_is_none
        self.trimmed = trimmed
        self.blank_allowed = allow_blank
        shortest = None if allow_blank else 1
        checks = [validate.Length(min=shortest, max=longest), *options.pop("checks", ())]
        super().__init__(validate=checks, **options)

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """The text, without white space around it if `trimmed`; None for a blank one with `blank_is_none`."""
        if self.trimmed and isinstance(value, str):
            value = value.strip()
        blank = self.blank_is_none and isinstance(value, str) and not value.strip()
        return super().deserialize(None if blank else value, attr, data, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Not a valid text.")
        if _UNSTORABLE.search(value):
            raise ValidationError("Has characters that can't be stored (NUL or lone surrogates).")
        if not self.blank_allowed and not value.strip():
            raise ValidationError("Must not be blank.")
        return value


class EmailAddress(Text):
    """An e-mail address; an empty text means None if it is optional."""

    def __init__(self, **options: Any) -> None:
        super().__init__(200, blank=False, checks=(validate.Email(),), **options)


class WebAddress(Text):
    """An http or https address; the server never fetches it."""

    def __init__(self, longest: int = 500, **options: Any) -> None:
        super().__init__(longest, blank=False, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            parts = urlsplit(text)
            host, _ = parts.hostname, parts.port  # raises ValueError for a port above 65535
        except ValueError:
            host = None
        if not host or parts.scheme not in {"http", "https"} or re.search(r"\s", text):
            raise ValidationError("Not an http or https address.")
        return text


class PostAddress(WebAddress):
    """An http or https address to which the server sends requests; it holds no password."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        parts = urlsplit(text)
        if parts.username is not None or parts.password is not None or parts.fragment or not text.isascii():
            raise ValidationError("Must have no user, password or fragment, and only ASCII characters.")
        return text


class Whole(fields.Integer):
    """A whole number: 12, 12.0 or, for forms and queries, "12"; not a boolean."""

    def __init__(self, lowest: int = 0, highest: int = 2**31 - 1, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=lowest, max=highest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        return _whole(value)


class Id(fields.Integer):
    """An id; one above 64 bits is treated as one that does not exist."""

    def __init__(self, **options: Any) -> None:
        metadata = {"format": "int64"} | options.pop("metadata", {})
        super().__init__(validate=validate.Range(min=1), metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        found = _whole(value)
        if found > LARGEST_ID:
            raise NotFound(f"{attr or 'id'} {found} does not exist.")
        return found


def _whole(value: Any) -> int:
    if isinstance(value, bool):
        raise ValidationError("Not a valid whole number.")
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 40 and value == int(value):
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise ValidationError("Not a valid whole number.")


class Day(fields.Date):
    """A date as YYYY-MM-DD, from 1900 to 2200."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("Not a date as YYYY-MM-DD.")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError("There is no such day.") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(f"Must lie between {FIRST_DAY} and {LAST_DAY}.")
        return day


class Ratio(fields.Decimal):
    """A ratio, 1 for the whole; null if there is no whole. A spreadsheet shows it in percent."""

    def __init__(self) -> None:
        super().__init__(dump_only=True, allow_none=True)


class Instant(fields.AwareDateTime):
    """A time in UTC, for output only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", dump_only=True, **options)


class Moment(fields.AwareDateTime):
    """A time with its offset, as RFC 3339 has it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise ValidationError("Not a time such as 2027-03-01T12:00:00Z.")
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        return moment


class Derived(fields.Field[Any]):
    """Output that `derive` computes from the stored value."""

    def derive(self, value: Any) -> Any:
        """Dumped form of a stored value that is not None."""
        raise NotImplementedError

    def dump_value(self, value: Any) -> Any:
        """Dumped form of a value; None for None."""
        return None if value is None else self.derive(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return self.dump_value(value)


class TimeOfDay(Derived, fields.String):
    """A time of day as HH:MM, in whatever zone its day has."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": f"^{_TIME_OF_DAY.pattern}$"} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)

    def derive(self, value: time) -> str:
        return value.isoformat("minutes")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _TIME_OF_DAY.fullmatch(value):
            raise ValidationError("Not a time of day as HH:MM.")
        return time.fromisoformat(value)


class Uuid(Derived, fields.String):
    """A UUID in its usual notation."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": f"^{_UUID.pattern}$"} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)

    def derive(self, value: UUID) -> str:
        return str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise ValidationError("Not a UUID.")
        return UUID(value)


class FileLink(Derived, fields.String):
    """URL path of the download of a stored file."""

    def __init__(self, attribute: str) -> None:
        super().__init__(dump_only=True, allow_none=True, attribute=attribute)

    def derive(self, value: str) -> str:
        return f"/api/files/{value}"


class EnumByValue(fields.Enum[Any]):
    """A value of the enum; `type_name` is its component name where that of the enum is too general.

    `among` are the values that are taken and documented, by default all.
    """

    def __init__(
        self,
        enum: type[StrEnum],
        *,
        type_name: str | None = None,
        among: Sequence[StrEnum] | None = None,
        **options: Any,
    ) -> None:
        self.type_name = type_name or enum.__name__
        self.among = tuple(enum) if among is None else tuple(among)
        super().__init__(enum, by_value=fields.String(), **options)
        self.choices_text = ", ".join(self.among)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.among:
            raise self.make_error("unknown", choices=self.choices_text)
        return super()._deserialize(value, attr, data, **kwargs)


class AnyCurrency(fields.Enum[Any]):
    """A currency by its code of ISO 4217. The document has the form of a code, not all of them."""

    default_error_messages = {"unknown": "Not a currency code of ISO 4217, such as COP."}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": "^[A-Z]{3}$"} | options.pop("metadata", {})
        super().__init__(Currency, by_value=fields.String(), metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("unknown")
        return super()._deserialize(value, attr, data, **kwargs)


class Several(fields.Field[tuple[StrEnum, ...]]):
    """One or more values of an enum in a query, separated by commas."""

    def __init__(self, enum: type[StrEnum], **options: Any) -> None:
        self.enum = enum
        choice = "|".join(re.escape(one.value) for one in enum)
        pattern = f"^({choice})(,({choice}))*$"
        described = options.pop("metadata", {})
        metadata = {"type": "string", "pattern": pattern, "maxLength": 200, "example": next(iter(enum)).value}
        super().__init__(metadata=metadata | described, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[StrEnum, ...]:
        given = str(value).split(",")
        if not set(given) <= {one.value for one in self.enum}:
            raise ValidationError(f"Must be one of: {', '.join(self.enum)}; several are separated by commas.")
        return tuple(one for one in self.enum if one.value in given)


class Repeated(fields.List[str]):
    """One or more texts in a query, each by a parameter of the same name."""

    def __init__(self, longest: int = 100, *, blank: bool = True, **options: Any) -> None:
        super().__init__(Text(longest, blank=blank), validate=validate.Length(min=1, max=50), **options)


class Tag(Text):
    """A word by which rows are grouped, in small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(LONGEST_TAG, blank=False, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        word = super()._deserialize(value, attr, data, **kwargs).strip().lower()
        if "," in word:
            raise ValidationError("Must not have a comma.")
        return word


class Tags(fields.List[str]):
    """Words by which rows are grouped, each once; in a form separated by commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Tag(), validate=validate.Length(max=MAX_TAGS), **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[str | None]:
        words = [word for word in value.split(",") if word.strip()] if isinstance(value, str) else value
        return list(dict.fromkeys(super()._deserialize(words, attr, data, **kwargs)))


MOST_IDS = 1_000
"""Records that one request may change."""


class Ids(fields.List[int]):
    """Ids of records that are changed together, each once."""

    def __init__(self) -> None:
        super().__init__(Id(), required=True, validate=validate.Length(min=1, max=MOST_IDS))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > MOST_IDS:
            raise ValidationError(f"Must have at most {MOST_IDS} ids.")
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))


class Flag(fields.Boolean):
    """true or false; also as text, for forms and queries."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if value is True or value == "true":
            return True
        if value is False or value == "false":
            return False
        raise ValidationError("Must be true or false.")
