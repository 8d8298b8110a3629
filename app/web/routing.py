"""Converter of ids in addresses."""

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from app.web.fields import LARGEST_ID


class IdConverter(BaseConverter):
    """A 64-bit id in plain digits; anything else is an address that does not exist."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        found = int(value)
        if found > LARGEST_ID:
            raise ValidationError
        return found


class StoredPathConverter(BaseConverter):
    """The path of a stored file, in the form that we give; no other can exist."""

    regex = r"[0-9]{4}/[0-9]{2}/[0-9a-f]{32}\.[a-z]{2,5}"
    part_isolating = False


def init_app(app: Flask) -> None:
    """Addresses are what they are: no redirects to a spelling with a slash."""
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["stored"] = StoredPathConverter
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
