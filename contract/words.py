"""Words that the document or the files of an application lack."""

from collections.abc import Iterator

from flask import Flask
from marshmallow import Schema, fields

from app.web.openapi import MissingWords, document, operations
from app.web.responses import Listed, Report


def missing(app: Flask) -> list[str]:
    """All missing words, each with the place to add it."""
    problems: dict[str, None] = {}
    try:
        document(app, "3.1.0")
    except MissingWords as error:
        problems |= dict.fromkeys(error.problems)
    for field in _exported(app):
        try:
            app.extensions["vocabulary"].heading(field, field.data_key or field.name)
        except MissingWords as error:
            problems |= dict.fromkeys(error.problems)
    return list(problems)


def _exported(app: Flask) -> Iterator[fields.Field[object]]:
    """Fields of everything that can be had as a file."""
    for _, _, view in operations(app):
        match view.operation.response:
            case Listed(schema=schema, extra=extra):
                yield from _fields(schema)
                yield from _fields(extra) if extra is not None else ()
            case Report(schema=schema):
                yield from _fields(schema)


def _fields(schema: type[Schema]) -> Iterator[fields.Field[object]]:
    for field in schema().dump_fields.values():
        yield field
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _fields(type(inner.schema))
