"""The OpenAPI document as text that is the same on every machine, without a server and without a database."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from app import create_app
from app.web.json import encode
from app.web.openapi import document
from config import Config

HERE = Path(__file__).resolve().parent
WRITTEN = HERE / "openapi.json"
"""The document of the code beside it; `make contract` writes it."""
RELEASED = HERE / "released.json"
"""The document that programs out there rely on; `make release` writes it."""


def of_code() -> dict[str, Any]:
    """What /api/openapi.json answers."""
    found: dict[str, Any] = json.loads(_sent())
    return found


@cache
def _sent() -> bytes:
    database, key = "postgresql://nobody@/unused", "signs nothing"
    app = create_app(Config(app_env="testing", database_url=database, secret_key=key, scheduler_enabled=False))
    return encode(document(app, "3.1.0"))


def rendered(found: dict[str, Any]) -> str:
    """Readable, and with a line for each change."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def binding(found: Any) -> Any:
    """What of it binds: without the words and the examples, which may change freely."""
    if isinstance(found, list):
        return [binding(part) for part in found]
    if not isinstance(found, dict):
        return found
    # A field may well be named `description`: then a shape stands there, or, among the required ones, a name.
    words = {"description", "summary", "examples", "example", "tags"}
    return {name: binding(part) for name, part in found.items() if name not in words or _is_shape(part)}


def _is_shape(part: Any) -> bool:
    return isinstance(part, dict) and bool({"type", "$ref", "anyOf", "allOf"} & set(part))


def read(path: Path) -> dict[str, Any]:
    """What is written there."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
