"""Swagger 2.0 (for the bundled Swagger UI) and OpenAPI 3.1, both written from the schemas that validate."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, cast

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask
from marshmallow import Schema, fields

from app.web.answers import Message
from app.web.api import Operation
from app.web.fields import Id, MoneyAmount
from app.web.idempotency import HEADER
from app.web.plain import PLAIN, PlainRoute
from app.web.query import FORMAT
from app.web.uploads import Upload

TITLE, VERSION = "Control Fresco", "1.0"
DESCRIPTION = (
    "The financial backend for small service companies. Log in with `POST /api/auth/login`, then press "
    "*Authorize* and paste the `access_token`."
)
_CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_BODYLESS_ERRORS = {401: "No or bad token", 403: "Not allowed", 500: "Unexpected", 503: "Database away"}

_PATH_TYPES = {"id": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}}
_WORD = {"type": "string", "maxLength": 200}
_FILE = {"schema": {"type": "string", "format": "binary"}}

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "errors", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "A stable word for programs"},
        "errors": {"type": "object", "description": "Messages by field, nested like the input"},
        "request_id": {"type": "string"},
    },
}


class _TwoSided(OpenAPIConverter):
    """Documents a schema as it comes in (`ClientIn`), as a change (`ClientChanges`), or as it goes out (`Client`)."""

    outward = False

    def fields2jsonschema(self, members: Any, *, partial: Any = None) -> dict[str, Any]:
        if not self.outward:
            inward = {name: field for name, field in members.items() if not field.dump_only}
            return dict(super().fields2jsonschema(inward, partial=partial))
        shown = {name: field for name, field in members.items() if not field.load_only}
        shape = dict(super().fields2jsonschema(shown, partial=True))
        always = {field.data_key or name for name, field in shown.items() if not field.metadata.get("sometimes")}
        shape["required"] = sorted(always)
        return shape

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        shape = dict(super().schema2jsonschema(schema))
        if self.outward:
            shape.pop("additionalProperties", None)  # what goes out may be part of a larger answer, and may grow
        return shape

    def resolve_nested_schema(self, schema: Any) -> dict[str, Any]:
        instance = schema() if isinstance(schema, type) else schema
        name = _name(instance, outward=self.outward)
        if name not in self.spec.components.schemas:
            self.spec.components.schemas[name] = {}  # stands for itself while it is being written
            self.spec.components.schemas[name] = self.schema2jsonschema(instance)
        reference = self.spec.components.get_ref("schema", name)
        return {"type": "array", "items": reference} if instance.many else reference


def _name(schema: Schema, *, outward: bool) -> str:
    name = type(schema).__name__.removesuffix("Schema")
    if outward:
        return name
    return f"{name}Changes" if schema.partial else f"{name}In"


class _Plugin(MarshmallowPlugin):
    Converter = _TwoSided


def document(app: Flask, version: str) -> dict[str, Any]:
    """The whole API in the given version of OpenAPI ("2.0" or "3.1.0")."""
    return _Writer(app, version).write()


def operations(app: Flask) -> Iterator[tuple[str, str, Any]]:
    """(path, method, view) of everything under /api that declares itself."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = getattr(app.view_functions[rule.endpoint], "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found = getattr(view, method.lower(), None)
            if getattr(found, "operation", None) is not None:
                yield rule.rule, method, found


class _Writer:
    """One document being written."""

    def __init__(self, app: Flask, version: str) -> None:
        self.app = app
        self.modern = version.startswith("3")
        plugin = _Plugin()
        options: dict[str, Any] = {"info": {"description": DESCRIPTION}}
        if not self.modern:
            options |= {"basePath": "/", "consumes": ["application/json"], "produces": ["application/json"]}
        self.spec = APISpec(TITLE, VERSION, version, plugins=[plugin], **options)
        self.converter = cast("_TwoSided", plugin.converter)
        self.converter.add_attribute_function(_money)
        self._security()
        self.spec.components.schema("Problem", PROBLEM)

    def write(self) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = {}
        for rule, method, view in operations(self.app):
            path = _CONVERTER.sub(r"{\2}", rule)
            paths.setdefault(path, {})[method.lower()] = self._operation(rule, method, view)
        paths |= {plain.path: {"get": self._plain(plain)} for plain in PLAIN}
        for path, methods in paths.items():
            self.spec.path(path=path, operations=methods)
        return dict(self.spec.to_dict())

    def _security(self) -> None:
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        header = {"type": "apiKey", "in": "header", "name": "Authorization"}
        self.spec.components.security_scheme("Bearer", bearer if self.modern else header)

    def _operation(self, rule: str, method: str, view: Any) -> dict[str, Any]:
        declared: Operation = view.operation
        summary = (view.__doc__ or "").strip().split("\n")[0]
        description = "Anybody may call it." if declared.public else f"Needs `{declared.permission}`."
        written: dict[str, Any] = {
            "operationId": view.__qualname__.replace(".", "_"),
            "tags": [rule.split("/")[2]],
            "summary": summary,
            "description": description,
            "security": [] if declared.public else [{"Bearer": []}],
            "parameters": [*self._path(rule), *self._query(declared), *self._headers(method)],
            "responses": self._responses(declared, method),
        }
        if not self.modern and len(declared.answer.formats) > 1:
            written["produces"] = [form.mimetype for form in declared.answer.formats]
        self._body(declared, written)
        return written

    def _plain(self, plain: PlainRoute) -> dict[str, Any]:
        written: dict[str, Any] = {
            "operationId": "_".join(plain.path.split("/")[2:]),
            "tags": [plain.path.split("/")[2]],
            "summary": plain.summary,
            "description": plain.description,
            "security": [{"Bearer": []}] if plain.secret else [],
            "parameters": [],
            "responses": {"200": self._response("OK", plain.mimetype, plain.shape), **self._problems(plain.errors)},
        }
        return written if self.modern else {**written, "produces": [plain.mimetype]}

    def _path(self, rule: str) -> list[dict[str, Any]]:
        found = _CONVERTER.findall(rule)
        return [self._parameter("path", name, _PATH_TYPES.get(kind, _WORD), required=True) for kind, name in found]

    def _query(self, declared: Operation) -> list[dict[str, Any]]:
        self.converter.outward = False
        parameters = self.converter.schema2parameters(declared.query, location="query")
        written = [dict(parameter) for parameter in parameters]
        formats = [form.value for form in declared.answer.formats]
        if len(formats) > 1:
            choice = {"type": "string", "enum": formats, "default": formats[0]}
            told = {"description": "As a file instead; that of a list holds all that match, without pages"}
            written.append(self._parameter("query", FORMAT, choice) | told)
        return written

    def _headers(self, method: str) -> list[dict[str, Any]]:
        if method == "POST":
            return [self._parameter("header", HEADER, {"type": "string", "minLength": 1, "maxLength": 255})]
        if method in {"PUT", "PATCH", "DELETE"}:
            return [self._parameter("header", "If-Match", {"type": "string", "maxLength": 200})]
        return []

    def _parameter(self, place: str, name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
        typed = {"schema": schema} if self.modern else schema
        return {"in": place, "name": name, "required": required, **typed}

    def _body(self, declared: Operation, written: dict[str, Any]) -> None:
        self.converter.outward = False
        if declared.upload is not None:
            self._multipart(declared.upload, declared.body, written)
            return
        if declared.body is None:
            return
        shape = self.converter.resolve_nested_schema(declared.body)
        if self.modern:
            written["requestBody"] = {"required": True, "content": {"application/json": {"schema": shape}}}
        else:
            written["parameters"].append({"in": "body", "name": "body", "required": True, "schema": shape})

    def _multipart(self, upload: Upload, body: Schema | None, written: dict[str, Any]) -> None:
        shape: dict[str, Any] = {"type": "object", "properties": {}}
        if body is not None:
            shape = self.converter.schema2jsonschema(body)
        if not self.modern:
            written["consumes"] = ["multipart/form-data"]
            fields_ = self.converter.schema2parameters(body, location="form") if body is not None else []
            file = {"in": "formData", "name": upload.part, "type": "file", "required": upload.required}
            written["parameters"] += [*map(dict, fields_), file]
            return
        binary = {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary"}
        form = {**shape, "properties": {**shape["properties"], upload.part: binary}}
        if upload.required:
            form["required"] = [*shape.get("required", ()), upload.part]
        content = {"multipart/form-data": {"schema": form}}
        if upload.json and body is not None:
            content["application/json"] = {"schema": self.converter.resolve_nested_schema(body)}
        written["requestBody"] = {"required": True, "content": content}

    def _responses(self, declared: Operation, method: str) -> dict[str, Any]:
        self.converter.outward = True
        shape = declared.answer.document(self.converter.resolve_nested_schema)
        done = declared.answer.text if isinstance(declared.answer, Message) else HTTPStatus(declared.status).phrase
        success = self._response(done, declared.answer.mimetype, shape)
        if self.modern:  # Swagger 2.0 only lists the types, in `produces`
            success["content"] |= {form.mimetype: _FILE for form in declared.answer.formats[1:]}
        responses = {str(declared.status): success}
        for status in declared.answer.instead:
            responses[str(status)] = self._response(HTTPStatus(status).phrase, declared.answer.mimetype, shape)
        return responses | self._problems(_possible_errors(declared, method))

    def _problems(self, statuses: Iterable[int]) -> dict[str, Any]:
        reference: dict[str, Any] = self.spec.components.get_ref("schema", "Problem")
        phrases = {status: _BODYLESS_ERRORS.get(status, HTTPStatus(status).phrase) for status in sorted(statuses)}
        return {
            str(status): self._response(phrase, "application/problem+json", reference)
            for status, phrase in phrases.items()
        }

    def _response(self, description: str, mimetype: str, schema: dict[str, Any]) -> dict[str, Any]:
        if self.modern:
            return {"description": description, "content": {mimetype: {"schema": schema}}}
        return {"description": description, "schema": schema}


def _possible_errors(declared: Operation, method: str) -> set[int]:
    """What the shared machinery can answer, and what the operation adds."""
    possible = {400, 500, 503, *declared.errors}
    if not declared.public:
        possible |= {401, 403}
    if declared.body is not None or declared.upload is not None:
        possible |= {413, 415}
    if method == "POST":
        possible |= {409, 422}
    if method in {"PUT", "PATCH", "DELETE"}:
        possible |= {412}
    if declared.upload is not None or len(declared.answer.formats) > 1:
        possible |= {507}  # what is kept, and what is written before it goes out, needs room on the disk
    if _names_something(declared.query) or _names_something(declared.body):
        possible |= {404}
    return possible


def _names_something(schema: Schema | None) -> bool:
    """Whether an id comes in, which may be nobody's."""
    return schema is not None and any(isinstance(field, Id) for field in schema.load_fields.values())


def _money(_converter: Any, field: fields.Field[Any], **_options: Any) -> dict[str, Any]:
    """JSON Schema has no Decimal: bounds become plain numbers, and two decimals a multiple."""
    if not isinstance(field, MoneyAmount):
        return {}
    return {"minimum": 0.01, "maximum": 9999999999.99}
