"""Converts marshmallow's schemas and fields to JSON Schema, separately for input and output."""

from copy import copy
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from app.web.decimals import ExactDecimal
from app.web.fields import AnyCurrency, EnumByValue
from app.web.openapi import words
from app.web.openapi.vocabulary import MissingWords, Vocabulary
from app.web.schema import MapSchema, StrictSchema

JsonSchema = dict[str, Any]
"""A JSON Schema."""


class SchemaConverter(OpenAPIConverter):
    """Documents a schema as input (`ClientIn`), as a change (`ClientChanges`), or as output (`Client`)."""

    outward = False
    partial = False
    """Whether the current schema is a change; its nested objects then are changes, too."""
    vocabulary: Vocabulary
    missing: dict[str, None]
    """Messages about missing words; a dict keeps their order and holds each once."""

    @property
    def modern(self) -> bool:
        """Whether this is OpenAPI 3.1, in which any schema may refer to another."""
        return bool(self.openapi_version.major >= 3)

    def fields2jsonschema(self, members: Any, *, partial: Any = None) -> JsonSchema:
        if not self.outward:
            inward = {name: field for name, field in members.items() if not field.dump_only}
            return dict(super().fields2jsonschema(inward, partial=partial))
        shown = {name: field for name, field in members.items() if not field.load_only}
        shape = dict(super().fields2jsonschema(shown, partial=True))
        always = {field.data_key or name for name, field in shown.items() if not field.metadata.get("optional")}
        shape["required"] = sorted(always)
        return shape

    def schema2jsonschema(self, schema: Any) -> JsonSchema:
        if isinstance(schema, MapSchema):
            return self._map(schema)
        around, self.partial = self.partial, bool(schema.partial)
        shape = dict(super().schema2jsonschema(schema))
        self.partial = around
        if self.outward:
            shape.pop("additionalProperties", None)  # what goes out may be part of a larger answer, and may grow
        elif self.modern and not schema.partial and isinstance(schema, StrictSchema):
            # In `allOf`, for generators of clients: a schema with an `anyOf` or `oneOf` of its own is no class to them.
            shape |= {"allOf": found} if (found := schema.conditions(shape["properties"])) else {}
        for name, value in getattr(schema.Meta, "example", {}).items():
            shape["properties"][name] |= self._exemplified(value)
        if not self.outward and hasattr(schema.Meta, "whole_example"):
            shape |= self._exemplified(schema.Meta.whole_example)
        return {"description": words.about(schema), **shape}

    def _map(self, schema: MapSchema) -> JsonSchema:
        """An object with any keys."""
        shape = {"type": "object", "additionalProperties": self.resolve_nested_schema(schema.values(many=schema.lists))}
        # Made here: `exemplify` makes examples of named properties.
        one = {name: self.vocabulary.example(field, name) for name, field in schema.values().fields.items()}
        return {
            "description": words.about(schema),
            **shape,
            **self._exemplified({schema.example_key: [one] if schema.lists else one}),
        }

    def resolve_nested_schema(self, schema: Any) -> JsonSchema:
        instance = schema() if isinstance(schema, type) else schema
        if self.partial and not self.outward:
            instance = copy(instance)
            instance.partial = True  # marshmallow passes it on when it loads
        reference = self.component(
            schema_name(instance, outward=self.outward), lambda: self.schema2jsonschema(instance)
        )
        return {"type": "array", "items": reference} if instance.many else reference

    def component(self, name: str, write: Any) -> JsonSchema:
        """Reference to the component of this name, which is created if it does not exist."""
        if name not in self.spec.components.schemas:
            self.spec.components.schemas[name] = {}  # a placeholder, so that a schema may refer to itself
            self.spec.components.schemas[name] = write()
        reference: JsonSchema = self.spec.components.get_ref("schema", name)
        return reference

    def field2property(self, field: fields.Field[Any]) -> JsonSchema:
        shape = dict(super().field2property(field))
        if "pattern" in field.metadata:
            shape["pattern"] = field.metadata["pattern"]  # in ECMAScript syntax, not Python's
        if isinstance(field, EnumByValue):
            shape = self._enum(field, shape)
        elif isinstance(field, AnyCurrency):
            shape.pop("enum")
        elif isinstance(field, ExactDecimal) and not self.outward and self.modern:
            shape = self._exact(field, shape)
        return self._explained(field, shape) if isinstance(field.parent, Schema) else shape

    def parameters(self, schema: Schema, place: str) -> list[JsonSchema]:
        """Query parameters or, in Swagger 2.0, form parameters."""
        self.outward = False
        return [dict(parameter) for parameter in self.schema2parameters(schema, location=place)]

    def _enum(self, field: EnumByValue, shape: JsonSchema) -> JsonSchema:
        """Reference to a named enum; inline for a constant, and in Swagger 2.0, where parameters can't refer."""
        only = self.field2choices(field).get("enum")
        if only is not None:
            shape.pop("enum")
            return {**shape, **({"const": only[0]} if self.modern and len(only) == 1 else {"enum": only})}
        taken = [one.value for one in field.among]
        if not self.modern:
            return {**shape, "enum": taken}
        listed = {
            "type": "string",
            "description": words.about_enum(field.enum),
            "enum": taken,
        }
        return self._referring(self.component(field.type_name, lambda: listed), field, shape, drop={"enum", "type"})

    def _exact(self, field: ExactDecimal, shape: JsonSchema) -> JsonSchema:
        """A number, or its decimal string, which is exact also in languages with binary numbers only."""
        bounds = {"minimum", "maximum"}
        number = {"type": "number", **{name: shape[name] for name in sorted(bounds & set(shape))}}
        numbers = [{**number, "multipleOf": step} for step in field.steps] or [number]
        text = {"type": "string", "pattern": field.pattern}
        both = {"description": field.description, "anyOf": [*numbers, text]}
        return self._referring(self.component(field.type_name, lambda: both), field, shape, drop={"type", *bounds})

    @staticmethod
    def _referring(reference: JsonSchema, field: fields.Field[Any], shape: JsonSchema, *, drop: set[str]) -> JsonSchema:
        rest = {name: value for name, value in shape.items() if name not in drop}
        return {"anyOf": [reference, {"type": "null"}], **rest} if field.allow_none else {**reference, **rest}

    def _explained(self, field: fields.Field[Any], shape: JsonSchema) -> JsonSchema:
        """The schema with a description, and an example unless its parts have examples."""
        name = field.data_key or str(field.name)
        shape.pop("example", None)
        try:
            shape["description"] = self.vocabulary.description(field, name)
        except MissingWords as error:
            self.missing |= dict.fromkeys(error.problems)
            return shape
        example = self.vocabulary.example(field, name)
        if isinstance(field, fields.List) and example is not None and not isinstance(example, list):
            example = [example]  # words of a name are those of one of its values
        if example is not None and not isinstance(getattr(field, "inner", field), fields.Nested):
            shape |= self._exemplified(example)
        return shape

    def _exemplified(self, value: Any) -> JsonSchema:
        return {"examples": [value]} if self.modern else {"example": value}


class Plugin(MarshmallowPlugin):
    """apispec with our converter."""

    Converter = SchemaConverter


def schema_name(schema: Schema, *, outward: bool) -> str:
    """Component name of a schema as input or output."""
    name = type(schema).__name__.removesuffix("Schema")
    if outward:
        return name
    if schema.partial:
        return f"{name.removesuffix('Changes')}Changes"
    return f"{name}In"


def exemplify(shapes: dict[str, JsonSchema], *, modern: bool) -> list[str]:
    """Add an example to every component that is an object, made of those of its parts; returns problems."""
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


def _takes_file(shape: JsonSchema) -> bool:
    return any(part.get("format") == "binary" for part in shape.get("properties", {}).values())


def _sample(name: str, shape: JsonSchema, shapes: dict[str, JsonSchema]) -> Any:
    """Example of the schema of this name."""
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
