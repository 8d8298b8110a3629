"""What of a new document breaks programs that were written against the old one.

Two directions. What a program sends must still be taken: nothing may be newly required, nothing that was known may
become unknown, no type may become narrower. What it receives must still be what it knows: nothing may go missing, no
type may become wider, or a value turns up for which it has no branch.
"""

from collections.abc import Iterator
from typing import Any

Shape = dict[str, Any]

_LOWER_IS_NARROWER = ("maximum", "maxLength", "maxItems", "exclusiveMaximum")
_HIGHER_IS_NARROWER = ("minimum", "minLength", "minItems", "exclusiveMinimum")
_FORMS = ("pattern", "format", "multipleOf")


def breaks(old: Shape, new: Shape) -> list[str]:
    """Each break as a line that names it, the same line every time."""
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
    """One operation, before and after."""

    def __init__(self, old: Shape, new: Shape, place: str) -> None:
        self.old, self.new = old, new
        self.place = place

    def breaks(self, before: Shape, after: Shape) -> Iterator[str]:
        if before["operationId"] != after["operationId"]:
            yield f"{self.place}: called {after['operationId']}, was {before['operationId']}"
        if after["security"] and not before["security"]:
            yield f"{self.place}: needs a token"
        yield from self._parameters(before, after)
        yield from self._body(before.get("requestBody"), after.get("requestBody"))
        for status, answer in before["responses"].items():
            if status < "300":
                yield from self._answer(status, answer, after["responses"].get(status))

    def _parameters(self, before: Shape, after: Shape) -> Iterator[str]:
        known = {(one["in"], one["name"]): one for one in before["parameters"]}
        taken = {(one["in"], one["name"]): one for one in after["parameters"]}
        for key, parameter in known.items():
            place = f"{self.place} {key[0]} {key[1]}"
            if key not in taken:
                yield f"{place}: removed"
            else:
                yield from _Inward(self.old, self.new).breaks(place, parameter["schema"], taken[key]["schema"])
        for key, parameter in taken.items():
            if parameter["required"] and not known.get(key, {}).get("required"):
                yield f"{self.place} {key[0]} {key[1]}: newly required"

    def _body(self, before: Shape | None, after: Shape | None) -> Iterator[str]:
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
                side = _Inward(self.old, self.new)
                yield from side.breaks(f"{self.place} body", media["schema"], after["content"][kind]["schema"])

    def _answer(self, status: str, before: Shape, after: Shape | None) -> Iterator[str]:
        if after is None:
            yield f"{self.place} {status}: removed"
            return
        for kind, media in before["content"].items():
            if kind not in after["content"]:
                yield f"{self.place} {status} {kind}: removed"
            else:
                side = _Outward(self.old, self.new)
                yield from side.breaks(f"{self.place} {status}", media["schema"], after["content"][kind]["schema"])
        for name in before.get("headers", {}):
            if name not in after.get("headers", {}):
                yield f"{self.place} {status} header {name}: removed"


class _Side:
    """Compares shapes in one direction; `old` and `new` are the documents that their references lead into."""

    def __init__(self, old: Shape, new: Shape) -> None:
        self.old, self.new = old, new
        self.open: set[tuple[str, str]] = set()

    def breaks(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
        """What breaks between the two shapes and all within them."""
        plain = _plain(self.old, before), _plain(self.new, after)
        yield from self.types(place, *plain)
        pair = _names(before), _names(after)
        if pair in self.open:
            return  # what is within a shape that is within itself was told the first time
        if all(pair):
            self.open.add(pair)
        yield from self._within(place, *plain)
        self.open.discard(pair)

    def _within(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
        yield from self.members(place, before, after)
        for name, part in before["properties"].items():
            if name in after["properties"]:
                yield from self.breaks(f"{place} {name}", part, after["properties"][name])
        for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(before.get(key), dict) and isinstance(after.get(key), dict):
                yield from self.breaks(f"{place} {mark}", before[key], after[key])

    def types(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
        """What breaks in the kinds of values."""
        raise NotImplementedError

    def members(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
        """What breaks in the names of an object."""
        raise NotImplementedError


class _Inward(_Side):
    """What a program sends: whatever was taken must be taken."""

    def types(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
        for lost in sorted(before["types"] - after["types"]):
            if lost != "integer" or "number" not in after["types"]:
                yield f"{place}: no longer takes {lost}"
        if after["enum"] is not None:
            if before["enum"] is None:
                yield f"{place}: takes listed values only"
            for lost in sorted((before["enum"] or set()) - after["enum"]):
                yield f"{place}: no longer takes {lost}"
        for bound in (*_LOWER_IS_NARROWER, *_HIGHER_IS_NARROWER, *_FORMS):
            if _narrower(bound, before.get(bound), after.get(bound)):
                yield f"{place}: {bound} {after[bound]}, was {before.get(bound, 'free')}"

    def members(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
        for name in sorted(set(before["properties"]) - set(after["properties"])):
            yield f"{place} {name}: removed"
        for name in sorted(after["required"] - before["required"]):
            yield f"{place} {name}: newly required"
        if after.get("additionalProperties") is False and before.get("additionalProperties", True) is not False:
            yield f"{place}: refuses unknown names"


class _Outward(_Side):
    """What a program receives: nothing but what it knows."""

    def types(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
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

    def members(self, place: str, before: Shape, after: Shape) -> Iterator[str]:
        for name in sorted(set(before["properties"]) - set(after["properties"])):
            yield f"{place} {name}: removed"
        for name in sorted((before["required"] - after["required"]) & set(after["properties"])):
            yield f"{place} {name}: may be missing"


def _narrower(bound: str, before: Any, after: Any) -> bool:
    """Whether the bound now keeps out what it let in; of two patterns nobody knows, so another one does."""
    if after is None or before == after:
        return False
    if before is None or bound in _FORMS:
        return True
    return bool(after < before) if bound in _LOWER_IS_NARROWER else bool(after > before)


def _plain(document: Shape, shape: Shape) -> Shape:
    """The shape without references, alternatives and parts: types, enum, properties, required, and its bounds."""
    if "$ref" in shape:
        name = shape["$ref"].rsplit("/", 1)[-1]
        return _plain(document, document["components"]["schemas"][name])
    merged = {key: value for key, value in shape.items() if key not in {"anyOf", "allOf", "type", "enum"}}
    merged["types"] = _types(shape)
    merged["enum"] = _values(shape)
    merged["properties"] = dict(shape.get("properties", {}))
    merged["required"] = set(shape.get("required", ()))
    for part in [_plain(document, part) for part in (*shape.get("anyOf", ()), *shape.get("allOf", ()))]:
        for bound, value in part.items():
            merged.setdefault(bound, value)
        merged["types"] |= part["types"]
        merged["enum"] = part["enum"] if merged["enum"] is None else merged["enum"]
        merged["properties"] |= part["properties"]
        merged["required"] |= part["required"]
    return merged


def _names(shape: Shape) -> str:
    """Which named shapes it is made of."""
    parts = (shape, *shape.get("anyOf", ()), *shape.get("allOf", ()))
    return " ".join(part["$ref"] for part in parts if "$ref" in part)


def _values(shape: Shape) -> set[Any] | None:
    if "const" in shape:
        return {shape["const"]}
    return set(shape["enum"]) if "enum" in shape else None


def _types(shape: Shape) -> set[str]:
    told = shape.get("type", [])
    return {told} if isinstance(told, str) else set(told)
