"""From marshmallow's schemas and fields to JSON Schema, by side: as they come in and as they go out."""

from copy import copy
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from app.web.fields import EnumByValue, ExactDecimal
from app.web.openapi import words
from app.web.openapi.vocabulary import MissingWords, Vocabulary
from app.web.schema import Incoming

Shape = dict[str, Any]
"""A JSON Schema."""


class TwoSided(OpenAPIConverter):
    """Documents a schema as it comes in (`ClientIn`), as a change (`ClientChanges`), or as it goes out (`Client`)."""

    outward = False
    partial = False
    """Whether what is being written is a change, within which nested objects are changes too."""
    vocabulary: Vocabulary
    missing: dict[str, None]
    """Words that no vocabulary has, in the order of their finding."""

    @property
    def modern(self) -> bool:
        """Whether this is OpenAPI 3.1, whose every schema may refer to another."""
        return bool(self.openapi_version.major >= 3)

    def fields2jsonschema(self, members: Any, *, partial: Any = None) -> Shape:
        if not self.outward:
            inward = {name: field for name, field in members.items() if not field.dump_only}
            return dict(super().fields2jsonschema(inward, partial=partial))
        shown = {name: field for name, field in members.items() if not field.load_only}
        shape = dict(super().fields2jsonschema(shown, partial=True))
        always = {field.data_key or name for name, field in shown.items() if not field.metadata.get("sometimes")}
        shape["required"] = sorted(always)
        return shape

    def schema2jsonschema(self, schema: Any) -> Shape:
        around, self.partial = self.partial, bool(schema.partial)
        shape = dict(super().schema2jsonschema(schema))
        self.partial = around
        if self.outward:
            shape.pop("additionalProperties", None)  # what goes out may be part of a larger answer, and may grow
        elif self.modern and not schema.partial and isinstance(schema, Incoming):
            # In `allOf`, for generators of clients: a schema with an `anyOf` or `oneOf` of its own is no class to them.
            shape |= {"allOf": found} if (found := schema.conditions(shape["properties"])) else {}
        for name, value in getattr(schema.Meta, "example", {}).items():
            shape["properties"][name] |= self._exemplified(value)
        return {"description": words.about(schema), **shape}

    def resolve_nested_schema(self, schema: Any) -> Shape:
        instance = schema() if isinstance(schema, type) else schema
        if self.partial and not self.outward:
            instance = copy(instance)
            instance.partial = True  # marshmallow passes it on when it loads
        reference = self.named(schema_name(instance, outward=self.outward), lambda: self.schema2jsonschema(instance))
        return {"type": "array", "items": reference} if instance.many else reference

    def named(self, name: str, write: Any) -> Shape:
        """A reference to the component of this name, which is written if there is none yet."""
        if name not in self.spec.components.schemas:
            self.spec.components.schemas[name] = {}  # stands for itself while it is being written
            self.spec.components.schemas[name] = write()
        reference: Shape = self.spec.components.get_ref("schema", name)
        return reference

    def field2property(self, field: fields.Field[Any]) -> Shape:
        shape = dict(super().field2property(field))
        if "pattern" in field.metadata:
            shape["pattern"] = field.metadata["pattern"]  # what Python's own syntax says in everybody's
        if isinstance(field, EnumByValue):
            shape = self._enum(field, shape)
        elif isinstance(field, ExactDecimal) and not self.outward and self.modern:
            shape = self._exact(field, shape)
        return self._explained(field, shape) if isinstance(field.parent, Schema) else shape

    def parameters(self, schema: Schema, place: str) -> list[Shape]:
        """Parameters of the address, or, in Swagger 2.0, of a form."""
        self.outward = False
        return [dict(parameter) for parameter in self.schema2parameters(schema, location=place)]

    def _enum(self, field: EnumByValue, shape: Shape) -> Shape:
        """A type of its own name; but a parameter of Swagger 2.0 can't refer to one, and a constant is none."""
        only = self.field2choices(field).get("enum")
        if only is not None:
            shape.pop("enum")
            return {**shape, **({"const": only[0]} if self.modern and len(only) == 1 else {"enum": only})}
        if not self.modern:
            return shape
        listed = {
            "type": "string",
            "description": words.about_enum(field.enum),
            "enum": [one.value for one in field.enum],
        }
        return self._referring(self.named(field.named, lambda: listed), field, shape, drop={"enum", "type"})

    def _exact(self, field: ExactDecimal, shape: Shape) -> Shape:
        """A number, or its decimal string, which alone is exact in languages whose numbers are binary."""
        bounds = {"minimum", "maximum"}
        number = {"type": "number", **{name: shape[name] for name in sorted(bounds & set(shape))}}
        numbers = [{**number, "multipleOf": step} for step in field.steps] or [number]
        text = {"type": "string", "pattern": field.pattern}
        both = {"description": field.told, "anyOf": [*numbers, text]}
        return self._referring(self.named(field.named, lambda: both), field, shape, drop={"type", *bounds})

    @staticmethod
    def _referring(reference: Shape, field: fields.Field[Any], shape: Shape, *, drop: set[str]) -> Shape:
        rest = {name: value for name, value in shape.items() if name not in drop}
        return {"anyOf": [reference, {"type": "null"}], **rest} if field.allow_none else {**reference, **rest}

    def _explained(self, field: fields.Field[Any], shape: Shape) -> Shape:
        """With its meaning, and an example where it has no parts that have their own."""
        name = field.data_key or str(field.name)
        shape.pop("example", None)
        try:
            shape["description"] = self.vocabulary.description(field, name)
        except MissingWords as error:
            self.missing |= dict.fromkeys(error.problems)
            return shape
        example = self.vocabulary.example(field, name)
        if example is not None and not isinstance(getattr(field, "inner", field), fields.Nested):
            shape |= self._exemplified(example)
        return shape

    def _exemplified(self, value: Any) -> Shape:
        return {"examples": [value]} if self.modern else {"example": value}


class Plugin(MarshmallowPlugin):
    """apispec with our converter."""

    Converter = TwoSided


def schema_name(schema: Schema, *, outward: bool) -> str:
    """The name of the shape on this side."""
    name = type(schema).__name__.removesuffix("Schema")
    if outward:
        return name
    if schema.partial:
        return f"{name.removesuffix('Changes')}Changes"
    return f"{name}In"


def exemplify(shapes: dict[str, Shape], *, modern: bool) -> list[str]:
    """Give every named object a whole example, made of those of its parts; returns problems."""
    problems: list[str] = []
    for name, shape in shapes.items():
        if {"examples", "example"} & set(shape) or not {"properties", "allOf"} & set(shape) or _takes_file(shape):
            continue
        try:
            whole = _sample(name, shape, shapes)
        except MissingWords as error:
            problems += error.problems
            continue
        shape.update({"examples": [whole]} if modern else {"example": whole})
    return problems


def _takes_file(shape: Shape) -> bool:
    return any(part.get("format") == "binary" for part in shape.get("properties", {}).values())


def _sample(name: str, shape: Shape, shapes: dict[str, Shape]) -> Any:
    """An example of the shape that goes by this name."""
    if "examples" in shape or "example" in shape:
        return shape["examples"][0] if "examples" in shape else shape["example"]
    if "$ref" in shape:
        return _sample(name, shapes[shape["$ref"].rsplit("/", 1)[-1]], shapes)
    if "anyOf" in shape:
        return _sample(name, shape["anyOf"][0], shapes)
    if "allOf" in shape and "properties" not in shape:
        parts = [_sample(name, part, shapes) for part in shape["allOf"]]
        return {name: value for part in parts for name, value in part.items()}
    if shape.get("type") == "array":
        return [_sample(name, shape["items"], shapes)]
    if shape.get("x-nullable") or "null" in shape.get("type", ()):
        return None
    if "properties" not in shape:
        raise MissingWords(f"{name} has no example: add it where its description is.")
    return {key: _sample(f"{name}.{key}", part, shapes) for key, part in shape["properties"].items()}
