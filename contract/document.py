"""The OpenAPI document as text, the same on every machine; needs no server and no database."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app, registry
from app.infra.sealing import random_key
from app.web.json import encode
from app.web.openapi import document
from config import Config

HERE = Path(__file__).resolve().parent
WRITTEN = HERE / "openapi.json"
"""The document of the current code; `make contract` writes it."""
SUITES = HERE / "suites.json"
"""Names of the operations of each suite, by which the TypeScript client is divided; `make contract` writes it."""
RELEASED = HERE / "released.json"
"""The document of the last release, on which clients rely; `make release` writes it."""


def of_code() -> dict[str, Any]:
    """The document of the current code, as /api/openapi.json returns it."""
    found: dict[str, Any] = json.loads(_sent())
    return found


@cache
def suites_of_code() -> dict[str, list[str]]:
    """Names of the operations of the core, and of each suite without those of the core."""
    app = application()
    suites = registry.suites_on(app.config)
    core = _operations(document(app, "3.1.0", tuple(suite.package for suite in suites)))
    others = registry.other_packages(app.config)
    found = {name: _operations(document(app, "3.1.0", left_out)) for name, left_out in others.items()}
    return {"core": sorted(core)} | {name: sorted(own - core) for name, own in found.items()}


def _operations(written: dict[str, Any]) -> set[str]:
    return {operation["operationId"] for methods in written["paths"].values() for operation in methods.values()}


@cache
def application() -> Flask:
    """The application over no database."""
    database, key = "postgresql://nobody@/unused", "signs nothing"
    config = Config(
        app_env="testing",
        database_url=database,
        secret_key=key,
        secrets_key=(random_key(),),
        scheduler_enabled=False,
        google_client_id="so that its addresses are documented",
    )
    return create_app(config)


@cache
def _sent() -> bytes:
    return encode(document(application(), "3.1.0"))


def rendered(found: Mapping[str, Any]) -> str:
    """The document, or another mapping, as indented JSON, so that diffs are readable."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def binding(found: Any) -> Any:
    """The binding part of the document: without descriptions and examples, which may change freely."""
    if isinstance(found, list):
        return [binding(part) for part in found]
    if not isinstance(found, dict):
        return found
    # A property may be named `description`: then its value is a schema, or its name is in `required`.
    words = {"description", "summary", "examples", "example", "tags"}
    return {name: binding(part) for name, part in found.items() if name not in words or _is_schema(part)}


def _is_schema(part: Any) -> bool:
    return isinstance(part, dict) and bool({"type", "$ref", "anyOf", "allOf"} & set(part))


def read(path: Path) -> dict[str, Any]:
    """Read a document from a file."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
