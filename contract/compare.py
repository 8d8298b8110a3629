"""Changes of the OpenAPI document that break existing clients.

Requests must still be accepted: nothing may become required or unknown, no type may become narrower. Responses must
still be understood: nothing may be missing, and no type may become wider, or a client gets a value that it cannot
handle.
"""

import re
from collections.abc import Iterator
from typing import Any

from contract.document import binding

Schema = dict[str, Any]

_LOWER_IS_NARROWER = ("maximum", "maxLength", "maxItems", "exclusiveMaximum")
_HIGHER_IS_NARROWER = ("minimum", "minLength", "minItems", "exclusiveMinimum")
_NOT_COMPARABLE = ("pattern", "format", "multipleOf")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Breaking changes, one line each; the same change always gives the same line."""
    found: list[str] = []
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            after = new["paths"].get(path, {}).get(method)
            place = f"{method.upper()} {path}"
            if after is None:
                found.append(f"{place}: removed")
            else:
                found += _Operation(old, new, place).breaks(before, after)
    return sorted(set(found))


class _Operation:
    """One operation in the old and the new document."""

    def __init__(self, old: Schema, new: Schema, place: str) -> None:
        self.old, self.new = old, new
        self.place = place

    def breaks(self, before: Schema, after: Schema) -> Iterator[str]:
        if before["operationId"] != after["operationId"]:
            yield f"{self.place}: called {after['operationId']}, was {before['operationId']}"
        if after["security"] and not before["security"]:
            yield f"{self.place}: needs a token"
        yield from self._parameters(before, after)
        yield from self._body(before.get("requestBody"), after.get("requestBody"))
        for status, response in before["responses"].items():
            if status < "300":
                yield from self._response(status, response, after["responses"].get(status))

    def _parameters(self, before: Schema, after: Schema) -> Iterator[str]:
        old = {(one["in"], one["name"]): one for one in before["parameters"]}
        new = {(one["in"], one["name"]): one for one in after["parameters"]}
        for key, parameter in old.items():
            place = f"{self.place} {key[0]} {key[1]}"
            if key not in new:
                yield f"{place}: removed"
            else:
                yield from _RequestSide(self.old, self.new).breaks(place, parameter["schema"], new[key]["schema"])
        for key, parameter in new.items():
            if parameter["required"] and not old.get(key, {}).get("required"):
                yield f"{self.place} {key[0]} {key[1]}: newly required"

    def _body(self, before: Schema | None, after: Schema | None) -> Iterator[str]:
        if after is None:
            if before is not None:
                yield f"{self.place} body: removed"
            return
        if after["required"] and not (before or {}).get("required"):
            yield f"{self.place} body: newly required"
        for kind, media in (before or {"content": {}})["content"].items():
            if kind not in after["content"]:
                yield f"{self.place} body {kind}: removed"
            else:
                side = _RequestSide(self.old, self.new)
                yield from side.breaks(f"{self.place} body", media["schema"], after["content"][kind]["schema"])

    def _response(self, status: str, before: Schema, after: Schema | None) -> Iterator[str]:
        if after is None:
            yield f"{self.place} {status}: removed"
            return
        for kind, media in before["content"].items():
            if kind not in after["content"]:
                yield f"{self.place} {status} {kind}: removed"
            else:
                side = _ResponseSide(self.old, self.new)
                yield from side.breaks(f"{self.place} {status}", media["schema"], after["content"][kind]["schema"])
        for name in before.get("headers", {}):
            if name not in after.get("headers", {}):
                yield f"{self.place} {status} header {name}: removed"


class _Side:
    """Compares schemas; `old` and `new` are the documents in which their references are resolved."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.comparing: set[tuple[str, str]] = set()

    def breaks(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        """Breaking changes between two schemas, nested schemas included."""
        plain = _plain(self.old, before), _plain(self.new, after)
        yield from self.types(place, *plain)
        pair = _names(before), _names(after)
        if pair in self.comparing:
            return  # a recursive schema: its changes are reported once
        if all(pair):
            self.comparing.add(pair)
        yield from self._within(place, *plain)
        self.comparing.discard(pair)

    def _within(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        yield from self.members(place, before, after)
        for name, part in before["properties"].items():
            if name in after["properties"]:
                yield from self.breaks(f"{place} {name}", part, after["properties"][name])
        for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(before.get(key), dict) and isinstance(after.get(key), dict):
                yield from self.breaks(f"{place} {mark}", before[key], after[key])

    def types(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        """Breaking changes of types, enums and bounds."""
        raise NotImplementedError

    def members(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        """Breaking changes of the properties of an object."""
        raise NotImplementedError


class _RequestSide(_Side):
    """Compares schemas of requests: every value accepted before must still be accepted."""

    def types(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        for lost in sorted(before["types"] - after["types"]):
            if lost != "integer" or "number" not in after["types"]:
                yield f"{place}: no longer takes {lost}"
        if after["enum"] is not None:
            if before["enum"] is None:
                yield f"{place}: takes listed values only"
            for lost in sorted((before["enum"] or set()) - after["enum"]):
                yield f"{place}: no longer takes {lost}"
        for bound in (*_LOWER_IS_NARROWER, *_HIGHER_IS_NARROWER, *_NOT_COMPARABLE):
            narrower = _narrower(bound, before.get(bound), after.get(bound))
            if narrower and not _match(before["enum"], bound, after[bound]):
                yield f"{place}: {bound} {after[bound]}, was {before.get(bound, 'free')}"

    def members(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        for name in sorted(set(before["properties"]) - set(after["properties"])):
            yield f"{place} {name}: removed"
        for name in sorted(after["required"] - before["required"]):
            yield f"{place} {name}: newly required"
        if after.get("oneOf") and binding(after["oneOf"]) != binding(before.get("oneOf")):
            yield f"{place}: takes one of {len(after['oneOf'])} forms only"
        if after.get("additionalProperties") is False and before.get("additionalProperties", True) is not False:
            yield f"{place}: refuses unknown names"


class _ResponseSide(_Side):
    """Compares schemas of responses: they may contain no value that was impossible before."""

    def types(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        for new in sorted(after["types"] - before["types"]):
            if new != "integer" or "number" not in before["types"]:
                yield f"{place}: may be {new}"
        if before["enum"] is not None:
            if after["enum"] is None:
                yield f"{place}: may be anything"
            for new in sorted((after["enum"] or set()) - before["enum"]):
                yield f"{place}: may be {new}"
        if before.get("format") != after.get("format"):
            yield f"{place}: format {after.get('format', 'free')}, was {before.get('format', 'free')}"

    def members(self, place: str, before: Schema, after: Schema) -> Iterator[str]:
        for name in sorted(set(before["properties"]) - set(after["properties"])):
            yield f"{place} {name}: removed"
        for name in sorted((before["required"] - after["required"]) & set(after["properties"])):
            yield f"{place} {name}: may be missing"


def _match(values: set[str] | None, bound: str, form: Any) -> bool:
    """Whether the bound is a pattern, and there were listed values, all of which match it."""
    return bound == "pattern" and bool(values) and all(re.search(form, value) for value in values or ())


def _narrower(bound: str, before: Any, after: Any) -> bool:
    """Whether the bound is stricter now; patterns and formats can't be compared, so any change of them counts."""
    if after is None or before == after:
        return False
    if before is None or bound in _NOT_COMPARABLE:
        return True
    return bool(after < before) if bound in _LOWER_IS_NARROWER else bool(after > before)


def _plain(document: Schema, schema: Schema) -> Schema:
    """The schema with `$ref`, `anyOf` and `allOf` resolved: types, enum, properties, required, and its bounds."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return _plain(document, document["components"]["schemas"][name])
    merged = {key: value for key, value in schema.items() if key not in {"anyOf", "allOf", "type", "enum"}}
    merged["types"] = _types(schema)
    merged["enum"] = _values(schema)
    merged["properties"] = dict(schema.get("properties", {}))
    merged["required"] = set(schema.get("required", ()))
    for part in [_plain(document, part) for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()))]:
        for bound, value in part.items():
            merged.setdefault(bound, value)
        merged["types"] |= part["types"]
        merged["enum"] = part["enum"] if merged["enum"] is None else merged["enum"]
        merged["properties"] |= part["properties"]
        merged["required"] |= part["required"]
    return merged


def _names(schema: Schema) -> str:
    """Names of the schemas that it refers to."""
    parts = (schema, *schema.get("anyOf", ()), *schema.get("allOf", ()))
    return " ".join(part["$ref"] for part in parts if "$ref" in part)


def _values(schema: Schema) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _types(schema: Schema) -> set[str]:
    declared = schema.get("type", [])
    return {declared} if isinstance(declared, str) else set(declared)
