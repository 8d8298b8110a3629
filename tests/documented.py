"""Checks every response in tests against /api/openapi.json: status, media type and schema."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask
from werkzeug.exceptions import HTTPException

from app.web.openapi import document

_PLACE = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_REFERENCE = re.compile(r'"\$ref": "#/components/schemas/(\w+)"')
written: dict[str, Any] = {}


def breach(app: Flask, response: Any) -> str | None:
    """Message about a response that differs from the document; None if it agrees or its path is not documented."""
    if not written:
        written.update(json.loads(app.json.dumps(document(app, "3.1.0"))))
    method, path = response.request.method.lower(), _place(app, response.request)
    answers = written["paths"].get(path, {}).get(method, {}).get("responses")
    if answers is None:
        return None
    told = f"{method} {path} answered {response.status_code}"
    if str(response.status_code) not in answers:
        return f"{told}, which is not documented"
    content = answers[str(response.status_code)].get("content")
    if content is None:
        return f"{told} with a body, which is not documented" if response.data else None
    if response.mimetype not in content:
        return f"{told} as {response.mimetype}, which is not documented"
    if not response.mimetype.endswith("json"):
        return None
    judge = validator(path, method, str(response.status_code), response.mimetype)
    wrong = next(judge.iter_errors(json.loads(response.data)), None)
    return wrong and f"{told}: {wrong.message} at {list(wrong.instance_path)}"


def _place(app: Flask, request: Any) -> str | None:
    """Documented path of this request."""
    try:
        rule, _ = app.url_map.bind("localhost").match(request.path, request.method, return_rule=True)
    except HTTPException:
        return None
    return _PLACE.sub(r"{\1}", rule.rule)


@cache
def validator(path: str, method: str, status: str, mimetype: str) -> jsonschema_rs.Draft202012Validator:
    shape = written["paths"][path][method]["responses"][status]["content"][mimetype]["schema"]
    whole = {**shape, "components": {"schemas": _referred(shape)}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _referred(shape: Any) -> dict[str, Any]:
    """Components that a schema refers to: validating with all of them would take seconds in a run."""
    found: dict[str, Any] = {}
    waiting = [shape]
    while waiting:
        for name in set(_REFERENCE.findall(json.dumps(waiting.pop()))) - found.keys():
            found[name] = written["components"]["schemas"][name]
            waiting.append(found[name])
    return found
