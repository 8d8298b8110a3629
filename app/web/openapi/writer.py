"""The OpenAPI document, written from the declarations of the operations."""

import re
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, cast

from apispec import APISpec
from flask import Flask
from marshmallow import Schema

from app.web.added_fields import ExtensibleSchema
from app.web.api import Operation
from app.web.exports.formats import Format
from app.web.idempotency import HEADER, PATTERN
from app.web.monitoring import MONITORING_ROUTES, MonitoringRoute
from app.web.openapi import responses, words
from app.web.openapi.converter import JsonSchema, Plugin, SchemaConverter, exemplify, schema_name
from app.web.openapi.names import operation_id
from app.web.openapi.vocabulary import MissingWords
from app.web.query import FORMAT, LOCALE, SPANISH
from app.web.uploads import Upload

TITLE, VERSION = "Control Fresco", "1.0"
DESCRIPTION = (
    "The money of small companies and of people, in suites. Log in with `POST /api/auth/login`, then press "
    "*Authorize* and paste the `access_token`."
)
_CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")

_ID = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}
_WORD = {"type": "string", "maxLength": 200}
_LOCALE = "With `format=csv`: `es` writes semicolons, a decimal comma, and days as 31/12/2025"
_KINDS: dict[str, JsonSchema] = {"id": _ID, "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}}
_STORED = {  # the path of a stored file has three parts, and a path parameter can't contain a slash
    "year": ({"type": "string", "pattern": "^[0-9]{4}$"}, "Year of the upload"),
    "month": ({"type": "string", "pattern": "^[0-9]{2}$"}, "Month of the upload"),
    "filename": ({"type": "string", "pattern": r"^[0-9a-f]{32}\.[a-z]{2,5}$"}, "Name of the stored file"),
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_HEADERS: dict[str, tuple[JsonSchema, str]] = {
    HEADER: (
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": PATTERN},
        (
            "Requests of a user with the same key are executed once within a day; 409 `request_in_progress` while the "
            "first one runs, 422 for a different request"
        ),
    ),
    "If-Match": (
        {"type": "string", "maxLength": 200},
        "The `ETag` of the version that was read; 412 if it is not the latest",
    ),
    "If-None-Match": (
        {"type": "string", "pattern": r"^[\t\x20-\x7e\x80-\xff]*$"},
        "One or more `ETag`s; 304 without a body if the latest version is among them",
    ),
}


def document(app: Flask, version: str, left_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """The API in the given version of OpenAPI ("2.0" or "3.1.0"), without the routes of the packages `left_out`."""
    with app.app_context():
        return _Writer(app, version).write(left_out)


def operations(app: Flask) -> Iterator[tuple[str, str, Any]]:
    """(path, method, view) of all declared operations."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = getattr(app.view_functions[rule.endpoint], "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found = getattr(view, method.lower(), None)
            if getattr(found, "operation", None) is not None:
                yield rule.rule, method, found


class _Writer:
    """Writer of one document."""

    def __init__(self, app: Flask, version: str) -> None:
        self.app = app
        self.modern = version.startswith("3")
        plugin = Plugin()
        options: dict[str, Any] = {"info": {"description": DESCRIPTION}}
        if self.modern:
            options["servers"] = [{"url": "/", "description": "This server"}]
        else:
            options |= {"basePath": "/", "consumes": ["application/json"], "produces": ["application/json"]}
        self.spec = APISpec(TITLE, VERSION, version, plugins=[plugin], **options)
        self.converter = cast("SchemaConverter", plugin.converter)
        self.converter.vocabulary = self.vocabulary = app.extensions["vocabulary"]
        self.missing: dict[str, None] = {}
        self.converter.missing = self.missing
        self._security()
        self._problems()

    def write(self, left_out: tuple[str, ...]) -> dict[str, Any]:
        """The document; MissingWords names all words that are missing."""
        paths: dict[str, dict[str, Any]] = {}
        for rule, method, view in operations(self.app):
            if view.__module__.startswith(tuple(f"{package}." for package in left_out)):
                continue
            path = _CONVERTER.sub(_documented, rule)
            if method.lower() not in paths.setdefault(path, {}):  # of two routes the first serves the address
                paths[path][method.lower()] = self._operation(rule, method, view)
        paths |= {route.path: {"get": self._monitoring(route)} for route in MONITORING_ROUTES}
        for path, methods in paths.items():
            self.spec.path(path=path, operations=methods)
        for tag in sorted({tag for methods in paths.values() for one in methods.values() for tag in one["tags"]}):
            self.spec.tag({"name": tag, "description": self._word(self.vocabulary.tag, tag)})
        unexplained = [*self.missing]
        if unexplained or (unexplained := exemplify(self.spec.components.schemas, modern=self.modern)):
            raise MissingWords(*unexplained)
        return dict(self.spec.to_dict())

    def _word(self, find: Callable[..., str], *named: Any) -> str:
        """Word of the vocabulary; a missing one is recorded, so that all are reported at the end."""
        try:
            return find(*named)
        except MissingWords as error:
            self.missing |= dict.fromkeys(error.problems)
            return ""

    def _security(self) -> None:
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        header = {"type": "apiKey", "in": "header", "name": "Authorization"}
        described = {"description": "The `access_token` of a login or a refresh, after `Bearer `"}
        self.spec.components.security_scheme("Bearer", (bearer if self.modern else header) | described)

    def _problems(self) -> None:
        self.spec.components.schema("Problem", responses.problem_shape(modern=self.modern))
        if self.modern:
            self.spec.components.schema("FieldErrors", responses.FIELD_ERRORS)
            for status in responses.REFUSALS:
                shown = {"summary": HTTPStatus(status).phrase, "value": responses.problem_of(status)}
                self.spec.components.examples[responses.example_name(status)] = shown

    def _operation(self, rule: str, method: str, view: Any) -> dict[str, Any]:
        declared: Operation = view.operation
        summary, _, more = (view.__doc__ or "").strip().partition("\n")
        allowed = (
            "Needs no login."
            if declared.public
            else f"Needs {' or '.join(f'`{one}`' for one in declared.permissions)}."
        )
        name = operation_id(declared, method, view.__qualname__.split(".")[0])
        written: dict[str, Any] = {
            "operationId": name,
            "tags": [self._tag(rule, declared)],
            "summary": summary.removesuffix("."),
            "description": "\n\n".join(part for part in (" ".join(more.split()), allowed) if part),
            "security": [] if declared.public else [{"Bearer": []}],
            "parameters": [*self._path(rule, view), *self._query(declared), *self._headers(declared)],
            "responses": self._responses(declared, method, name),
        }
        if not self.modern:
            formats = [form.mimetype for form in declared.response.formats[1:]]
            written["produces"] = [*declared.response.contents({"type": "string"}), *formats]
        self._body(declared, written)
        return written

    def _tag(self, rule: str, declared: Operation) -> str:
        """Tag of an operation, by the first word of its path after the prefix of its suite."""
        suite = declared.origin.suite
        prefix = self.app.config["SUITE_PREFIXES"].get(suite, "/api")
        return str(self.vocabulary.tag_of(suite, rule.removeprefix(prefix).split("/")[1]))

    def _monitoring(self, route: MonitoringRoute) -> dict[str, Any]:
        example = {"examples": [route.example]} if self.modern else {"example": route.example}
        whole = route.shape | example
        shape = self.converter.component(route.shape_name, lambda: whole)
        written: dict[str, Any] = {
            "operationId": route.operation_id,
            "tags": [route.path.split("/")[2]],
            "summary": route.summary,
            "description": route.description,
            "security": [{"Bearer": []}] if route.needs_token else [],
            "parameters": [],
            "responses": {
                "200": self._response(route.success, {route.mimetype: shape}, []),
                **self._refusals(route.errors),
            },
        }
        return written if self.modern else {**written, "produces": [route.mimetype]}

    def _path(self, rule: str, view: Any) -> list[JsonSchema]:
        written = []
        for kind, name in _CONVERTER.findall(rule):
            description = self._word(self.vocabulary.parameter, view, name) if kind != "stored" else ""
            found = _STORED if kind == "stored" else {name: (_KINDS.get(kind, _WORD), description)}
            written += [self._parameter("path", part, *shown, required=True) for part, shown in found.items()]
        return written

    def _query(self, declared: Operation) -> list[JsonSchema]:
        written = self.converter.parameters(declared.query, "query")
        formats = declared.response.formats
        if len(formats) > 1:
            choice = self._format(formats) | {"default": formats[0].value}
            written.append(self._parameter("query", FORMAT, choice, words.WORDS[FORMAT][0]))
            spanish = {"type": "string", "enum": [SPANISH]}
            written.append(self._parameter("query", LOCALE, spanish, _LOCALE))
        return written

    def _format(self, formats: tuple[Format, ...]) -> JsonSchema:
        listed = {"type": "string", "enum": [form.value for form in formats]}
        if not self.modern:
            return listed
        name = "ReportFormat" if Format.PDF in formats else "TableFormat"
        return self.converter.component(name, lambda: {"description": "Format of the response.", **listed})

    def _headers(self, declared: Operation) -> list[JsonSchema]:
        if declared.keyed:
            return [self._parameter("header", HEADER, *_HEADERS[HEADER])]
        if declared.method in {"PUT", "PATCH", "DELETE"}:
            return [self._parameter("header", "If-Match", *_HEADERS["If-Match"])]
        if declared.shows and declared.response.conditional:
            return [self._parameter("header", "If-None-Match", *_HEADERS["If-None-Match"])]
        return []

    def _parameter(
        self, place: str, name: str, schema: JsonSchema, description: str, *, required: bool = False
    ) -> JsonSchema:
        typed = {"schema": schema} if self.modern else schema
        return {"in": place, "name": name, "description": description, "required": required, **typed}

    def _body(self, declared: Operation, written: dict[str, Any]) -> None:
        self.converter.outward = False
        if declared.upload is not None:
            self._multipart(declared.upload, declared.body, written)
            return
        if declared.body is None:
            return
        body = declared.body.extended() if isinstance(declared.body, ExtensibleSchema) else declared.body
        shape = self.converter.resolve_nested_schema(body)
        if self.modern:
            content = {"application/json": {"schema": shape}}
            written["requestBody"] = {"required": declared.needs_body, "content": content}
        else:
            given = {"in": "body", "name": "body", "required": declared.needs_body, "schema": shape}
            written["parameters"].append(given)

    def _multipart(self, upload: Upload, body: Schema | None, written: dict[str, Any]) -> None:
        if not self.modern:
            written["consumes"] = ["multipart/form-data"]
            file = {"in": "formData", "name": upload.part, "type": "file", "required": upload.required}
            file["description"] = words.WORDS[upload.part][0]
            written["parameters"] += [*(self.converter.parameters(body, "form") if body is not None else []), file]
            return
        name = "UploadForm" if body is None else schema_name(body, outward=True).removesuffix("Form")
        name += ("Changes" if body is not None and body.partial else "") + ("Form" if body is not None else "")
        content = {"multipart/form-data": {"schema": self.converter.component(name, lambda: self._form(upload, body))}}
        if upload.json and body is not None:
            content["application/json"] = {"schema": self.converter.resolve_nested_schema(body)}
        written["requestBody"] = {"required": True, "content": content}

    def _form(self, upload: Upload, body: Schema | None) -> JsonSchema:
        shape: JsonSchema = (
            {"type": "object", "properties": {}} if body is None else self.converter.schema2jsonschema(body)
        )
        binary = {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary"}
        part = {upload.part: {**binary, "description": words.WORDS[upload.part][0]}}
        form = {**shape, "properties": {**shape["properties"], **part}}
        if upload.required:
            form["required"] = [*shape.get("required", ()), upload.part]
        return form

    def _responses(self, declared: Operation, method: str, name: str) -> dict[str, Any]:
        answer = declared.response
        self.converter.outward = True
        shape = self._answered(declared, name)
        written = {}
        for status in (declared.status, *answer.alternative_statuses):
            headers = responses.success_headers(declared, status)
            other = answer.document_of(status, self.converter.resolve_nested_schema)
            contents = answer.contents(other or shape)
            written[str(status)] = success = self._response(answer.description(status), contents, headers)
            if self.modern and status == declared.status:  # Swagger 2.0 only lists the types, in `produces`
                success["content"] |= {form.mimetype: _FILE for form in answer.formats[1:]}
        if declared.shows and answer.conditional:
            written["304"] = self._response("`If-None-Match` lists the latest version.", {}, ["ETag"])
        return written | self._refusals(responses.possible_refusals(declared, method))

    def _refusals(self, statuses: Iterable[int]) -> dict[str, Any]:
        problem: JsonSchema = self.spec.components.get_ref("schema", "Problem")
        written = {}
        for status in statuses:
            description, headers = responses.REFUSALS[status].description, responses.refusal_headers(status)
            written[str(status)] = refusal = self._response(description, {responses.PROBLEM: problem}, headers)
            if self.modern:
                example = responses.example_name(status)
                shown = {example: {"$ref": f"#/components/examples/{example}"}}
                refusal["content"][responses.PROBLEM]["examples"] = shown
            else:  # Swagger UI shows the example of the media type that is selected for successes
                refusal["examples"] = {"application/json": responses.problem_of(status)}
        return written

    def _answered(self, declared: Operation, operation: str) -> JsonSchema:
        shape = declared.response.document(self.converter.resolve_nested_schema)
        name = declared.response.shape_name(operation)
        return shape if name is None else self.converter.component(name, lambda: shape)

    def _response(self, description: str, contents: dict[str, JsonSchema], headers: list[str]) -> JsonSchema:
        above = {name: self._header(*responses.HEADERS[name]) for name in headers}
        response: JsonSchema = {"description": description, **({"headers": above} if above else {})}
        if not contents:
            return response
        if self.modern:
            return {**response, "content": {kind: {"schema": shape} for kind, shape in contents.items()}}
        return {**response, "schema": next(iter(contents.values()))}

    def _header(self, schema: JsonSchema, description: str) -> JsonSchema:
        return {"description": description, **({"schema": schema} if self.modern else schema)}


def _documented(found: re.Match[str]) -> str:
    names = _STORED if found[1] == "stored" else [found[2]]
    return "/".join(f"{{{name}}}" for name in names)
