"""JSON: strict input, exact output. Money never becomes a binary float."""

import json
import re
from decimal import Decimal
from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

from app.kernel.errors import Invalid

DEEPEST = 32
LONGEST_NUMBER = 100
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
# A string runs to its closing quote or to the end, so that a hostile body can't make this quadratic.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        text = str(value)  # half the time of format(), which is needed where it has an exponent
        return orjson.Fragment(format(value, "f") if "E" in text else text)
    raise TypeError(f"{type(value).__name__} can't be encoded as JSON")


def encode(value: Any) -> bytes:
    """Encode as JSON in UTF-8; decimals as exact numbers, times with a Z."""
    return orjson.dumps(value, default=_exact, option=_OPTIONS)


def decode(raw: bytes) -> Any:
    """Decode a body, or raise Invalid: UTF-8, no duplicate keys, no NaN, at most 32 deep."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed("The body is not UTF-8.") from None
    if _depth_beyond(text, DEEPEST):
        raise _malformed(f"The body is nested deeper than {DEEPEST}.")
    try:
        return _DECODER.decode(text)
    except (ValueError, ArithmeticError, RecursionError):  # even Decimal can't hold 1e99999999999999999999
        raise _malformed("The body is not valid JSON.") from None


def _malformed(message: str) -> Invalid:
    return Invalid(message, code="malformed_json")


def _depth_beyond(text: str, limit: int) -> bool:
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        first = token[0][0]
        if first in "[{":
            depth += 1
            if depth > limit:
                return True
        elif first in "]}":
            depth -= 1
    return False


def _number(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("number too long")
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("number too long")
    return int(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; a duplicate key is an error, not silently its last value."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _malformed("The body names a key twice.")
        if _SURROGATE.search(key):
            raise _malformed("The body has text that is not Unicode.")
        found[key] = value
    return found


_DECODER = json.JSONDecoder(
    parse_float=_number, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_unique
)


class OrjsonProvider(JSONProvider):
    """Flask's JSON provider with this encoding."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return encode(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return decode(s.encode() if isinstance(s, str) else s)


class JsonResponse(Response):
    """Response with a body of known length and final headers, so that Werkzeug need not compute them."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        start_response(self.status, list(self.headers))
        return () if environ["REQUEST_METHOD"] == "HEAD" else self.response


def json_response(payload: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    """Response with this JSON."""
    return JsonResponse(encode(payload), status=status, mimetype=mimetype)
