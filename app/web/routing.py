"""Converters of ids, codes, months and paths in addresses."""

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from app.kernel.periods import Month


class IdConverter(BaseConverter):
    """An id of at most 18 digits; other paths do not match, also where several views share an address."""

    regex = r"[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)


class CodeConverter(BaseConverter):
    """A word of lower case letters, digits, `_` and `-` that begins with a letter."""

    regex = r"[a-z][a-z0-9_-]{1,39}"


class MonthConverter(BaseConverter):
    """A month as YYYY-MM."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        try:
            return Month(int(value[:4]), int(value[5:]))
        except ValueError:
            raise ValidationError from None


class StoredPathConverter(BaseConverter):
    """The path of a stored file, in the form in which uploads create it."""

    regex = r"[0-9]{4}/[0-9]{2}/[0-9a-f]{32}\.[a-z]{2,5}"
    part_isolating = False


def init_app(app: Flask) -> None:
    """Register the converters; addresses answer with and without a final slash, without a redirect."""
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["code"] = CodeConverter
    app.url_map.converters["month"] = MonthConverter
    app.url_map.converters["stored"] = StoredPathConverter
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
