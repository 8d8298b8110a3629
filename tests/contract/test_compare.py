"""Breaking changes are found and named; compatible changes are accepted."""

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from contract.compare import breaks
from contract.document import binding, of_code

JsonSchema = dict[str, Any]

CLIENT = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "email": {"type": ["string", "null"]},
        "since": {"type": "string", "format": "date"},
        "status": {"$ref": "#/components/schemas/Status"},
        "parent": {"anyOf": [{"$ref": "#/components/schemas/Client"}, {"type": "null"}]},
        "amounts": {"type": "object", "additionalProperties": {"type": "number"}},
        "buyer": {"$ref": "#/components/schemas/Contact"},
        "payer": {"$ref": "#/components/schemas/Contact"},
    },
}
CLIENT_IN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 200},
        "email": {"type": ["string", "null"]},
        "age": {"type": "number", "minimum": 0},
        "status": {"$ref": "#/components/schemas/Status"},
        "former": {"anyOf": [{"$ref": "#/components/schemas/Status"}, {"type": "null"}]},
        "limit": {"anyOf": [{"type": "number", "maximum": 10}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
ONE = {"$ref": "#/components/schemas/Client"}
MADE = {
    "allOf": [ONE, {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}],
}
OLD: JsonSchema = {
    "paths": {
        "/clients": {
            "get": {
                "operationId": "listClients",
                "security": [],
                "parameters": [
                    {"in": "query", "name": "q", "required": False, "schema": {"type": "string", "maxLength": 200}},
                    {"in": "query", "name": "page", "required": False, "schema": {"type": "integer", "maximum": 100}},
                ],
                "responses": {
                    "200": {
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"type": "array", "items": ONE}},
                            "text/csv": {"schema": {"type": "string"}},
                        },
                    },
                    "400": {"content": {"application/problem+json": {"schema": {"type": "object"}}}},
                },
            },
            "post": {
                "operationId": "createClient",
                "security": [{"Bearer": []}],
                "parameters": [],
                "requestBody": {
                    "required": False,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/ClientIn"}},
                        "multipart/form-data": {"schema": {"type": "object"}},
                    },
                },
                "responses": {"201": {"content": {"application/json": {"schema": MADE}}}},
            },
        }
    },
    "components": {
        "schemas": {
            "Client": CLIENT,
            "ClientIn": CLIENT_IN,
            "Contact": {"type": "object", "required": [], "properties": {"phone": {"type": "string"}}},
            "Status": {"type": "string", "enum": ["Activo", "Inactivo"]},
        }
    },
}
Change = Callable[[JsonSchema], Any]


def shape(document: JsonSchema, name: str) -> JsonSchema:
    found: JsonSchema = document["components"]["schemas"][name]
    return found


def member(document: JsonSchema, name: str, field: str) -> JsonSchema:
    found: JsonSchema = shape(document, name)["properties"][field]
    return found


def listing(document: JsonSchema) -> JsonSchema:
    found: JsonSchema = document["paths"]["/clients"]["get"]
    return found


def creating(document: JsonSchema) -> JsonSchema:
    found: JsonSchema = document["paths"]["/clients"]["post"]
    return found


def made(document: JsonSchema) -> JsonSchema:
    found: JsonSchema = creating(document)["responses"]["201"]["content"]["application/json"]["schema"]
    return found


def renamed(document: JsonSchema) -> None:
    """The document with one schema renamed, references included."""
    schemas = document["components"]["schemas"]
    schemas["State"] = schemas.pop("Status")
    for name in ("Client", "ClientIn"):
        member(document, name, "status")["$ref"] = "#/components/schemas/State"
    member(document, "ClientIn", "former")["anyOf"][0]["$ref"] = "#/components/schemas/State"


BREAKING: list[tuple[str, Change, list[str]]] = [
    ("an operation goes", lambda d: d["paths"]["/clients"].pop("post"), ["POST /clients: removed"]),
    ("an address goes", lambda d: d["paths"].pop("/clients"), ["GET /clients: removed", "POST /clients: removed"]),
    (
        "a function is renamed",
        lambda d: listing(d).update(operationId="clients"),
        ["GET /clients: called clients, was listClients"],
    ),
    ("a token is needed", lambda d: listing(d).update(security=[{"Bearer": []}]), ["GET /clients: needs a token"]),
    ("a parameter goes", lambda d: listing(d)["parameters"].pop(0), ["GET /clients query q: removed"]),
    (
        "a parameter is needed",
        lambda d: listing(d)["parameters"][0].update(required=True),
        ["GET /clients query q: newly required"],
    ),
    (
        "a parameter narrows",
        lambda d: listing(d)["parameters"][1]["schema"].update(maximum=50),
        ["GET /clients query page: maximum 50, was 100"],
    ),
    ("an input goes", lambda d: shape(d, "ClientIn")["properties"].pop("age"), ["POST /clients body age: removed"]),
    (
        "an input is needed",
        lambda d: shape(d, "ClientIn")["required"].append("email"),
        ["POST /clients body email: newly required"],
    ),
    (
        "a new input is needed",
        lambda d: shape(d, "ClientIn").update(
            required=["name", "nit"], properties=shape(d, "ClientIn")["properties"] | {"nit": {"type": "string"}}
        ),
        ["POST /clients body nit: newly required"],
    ),
    (
        "an input is not null any more",
        lambda d: member(d, "ClientIn", "email").update(type="string"),
        ["POST /clients body email: no longer takes null"],
    ),
    (
        "an input's type narrows",
        lambda d: member(d, "ClientIn", "age").update(type="integer"),
        ["POST /clients body age: no longer takes number"],
    ),
    (
        "an input's length narrows",
        lambda d: member(d, "ClientIn", "name").update(maxLength=100),
        ["POST /clients body name: maxLength 100, was 200"],
    ),
    (
        "an input's bound rises",
        lambda d: member(d, "ClientIn", "age").update(minimum=18),
        ["POST /clients body age: minimum 18, was 0"],
    ),
    (
        "an input gets a pattern",
        lambda d: member(d, "ClientIn", "name").update(pattern="^A"),
        ["POST /clients body name: pattern ^A, was free"],
    ),
    (
        "an input gets listed values",
        lambda d: member(d, "ClientIn", "name").update(enum=["Ana"]),
        ["POST /clients body name: takes listed values only"],
    ),
    (
        "an input becomes a constant",
        lambda d: member(d, "ClientIn", "name").update(const="Ana"),
        ["POST /clients body name: takes listed values only"],
    ),
    (
        "an input that may be null narrows",
        lambda d: member(d, "ClientIn", "limit")["anyOf"][0].update(maximum=5),
        ["POST /clients body limit: maximum 5, was 10"],
    ),
    (
        "items narrow",
        lambda d: member(d, "ClientIn", "tags")["items"].update(maxLength=5),
        ["POST /clients body tags []: maxLength 5, was free"],
    ),
    (
        "an input has to have one of several forms",
        lambda d: shape(d, "ClientIn").update(allOf=[{"oneOf": [{"required": ["age"]}, {"required": ["email"]}]}]),
        ["POST /clients body: takes one of 2 forms only"],
    ),
    ("a body goes", lambda d: creating(d).pop("requestBody"), ["POST /clients body: removed"]),
    (
        "a body is needed",
        lambda d: creating(d)["requestBody"].update(required=True),
        ["POST /clients body: newly required"],
    ),
    (
        "a kind of body goes",
        lambda d: creating(d)["requestBody"]["content"].pop("multipart/form-data"),
        ["POST /clients body multipart/form-data: removed"],
    ),
    (
        "unknown names are refused",
        lambda d: creating(d)["requestBody"]["content"]["multipart/form-data"]["schema"].update(
            additionalProperties=False
        ),
        ["POST /clients body: refuses unknown names"],
    ),
    (
        "an output goes",
        lambda d: shape(d, "Client")["properties"].pop("since"),
        ["GET /clients 200 [] since: removed", "POST /clients 201 since: removed"],
    ),
    (
        "an output goes that is there twice",
        lambda d: shape(d, "Contact")["properties"].pop("phone"),
        [
            "GET /clients 200 [] buyer phone: removed",
            "GET /clients 200 [] payer phone: removed",
            "POST /clients 201 buyer phone: removed",
            "POST /clients 201 payer phone: removed",
        ],
    ),
    (
        "an output of a part goes",
        lambda d: made(d)["allOf"][1]["properties"].pop("message"),
        ["POST /clients 201 message: removed"],
    ),
    (
        "an output of a part may be missing",
        lambda d: made(d)["allOf"][1]["required"].clear(),
        ["POST /clients 201 message: may be missing"],
    ),
    (
        "an output may be missing",
        lambda d: shape(d, "Client")["required"].remove("name"),
        ["GET /clients 200 [] name: may be missing", "POST /clients 201 name: may be missing"],
    ),
    (
        "an output may be null",
        lambda d: member(d, "Client", "name").update(type=["string", "null"]),
        ["GET /clients 200 [] name: may be null", "POST /clients 201 name: may be null"],
    ),
    (
        "an output that is within itself widens",
        lambda d: member(d, "Client", "parent").update(anyOf=[ONE, {"type": "null"}, {"type": "string"}]),
        ["GET /clients 200 [] parent: may be string", "POST /clients 201 parent: may be string"],
    ),
    (
        "an output within an object widens",
        lambda d: member(d, "Client", "amounts")["additionalProperties"].update(type=["number", "string"]),
        ["GET /clients 200 [] amounts {}: may be string", "POST /clients 201 amounts {}: may be string"],
    ),
    (
        "an output's format changes",
        lambda d: member(d, "Client", "since").update(format="date-time"),
        [
            "GET /clients 200 [] since: format date-time, was date",
            "POST /clients 201 since: format date-time, was date",
        ],
    ),
    (
        "a value goes, which is sent",
        lambda d: shape(d, "Status")["enum"].remove("Inactivo"),
        ["POST /clients body former: no longer takes Inactivo", "POST /clients body status: no longer takes Inactivo"],
    ),
    (
        "a value comes, which is received",
        lambda d: shape(d, "Status")["enum"].append("Nuevo"),
        ["GET /clients 200 [] status: may be Nuevo", "POST /clients 201 status: may be Nuevo"],
    ),
    (
        "a list of values ends",
        lambda d: shape(d, "Status").pop("enum"),
        ["GET /clients 200 [] status: may be anything", "POST /clients 201 status: may be anything"],
    ),
    ("a status goes", lambda d: creating(d)["responses"].pop("201"), ["POST /clients 201: removed"]),
    (
        "a kind of answer goes",
        lambda d: listing(d)["responses"]["200"]["content"].pop("text/csv"),
        ["GET /clients 200 text/csv: removed"],
    ),
    (
        "a header goes",
        lambda d: listing(d)["responses"]["200"].pop("headers"),
        ["GET /clients 200 header ETag: removed"],
    ),
]

HARMLESS: list[tuple[str, Change]] = [
    ("nothing", lambda d: d),
    ("a new operation", lambda d: d["paths"].update({"/new": {"get": {}}})),
    ("a new output", lambda d: shape(d, "Client")["properties"].update(phone={"type": "string"})),
    ("a new optional input", lambda d: shape(d, "ClientIn")["properties"].update(phone={"type": "string"})),
    ("an output is always there", lambda d: shape(d, "Client")["required"].append("since")),
    ("an input is not needed any more", lambda d: shape(d, "ClientIn")["required"].remove("name")),
    ("an output is never null", lambda d: member(d, "Client", "email").update(type="string")),
    ("an output is whole now", lambda d: member(d, "Client", "amounts")["additionalProperties"].update(type="integer")),
    ("an input may be longer", lambda d: member(d, "ClientIn", "name").update(maxLength=300)),
    ("an input is free", lambda d: member(d, "ClientIn", "name").pop("maxLength")),
    ("an input may be lower", lambda d: member(d, "ClientIn", "age").update(minimum=-1)),
    ("an input may have decimals", lambda d: listing(d)["parameters"][1]["schema"].update(type="number")),
    ("an input may be null", lambda d: member(d, "ClientIn", "name").update(type=["string", "null"])),
    ("a new optional parameter", lambda d: listing(d)["parameters"].append(dict(OPTIONAL))),
    ("a new refusal", lambda d: listing(d)["responses"].update({"429": {"content": {}}})),
    ("a refusal goes", lambda d: listing(d)["responses"].pop("400")),
    ("other words", lambda d: member(d, "Client", "name").update(description="Its name", examples=["Ana"])),
    ("another name of a shape", renamed),
]
OPTIONAL = {"in": "query", "name": "sort", "required": False, "schema": {"type": "string"}}


@pytest.mark.parametrize(("change", "told"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING])
def test_breaking_changes_are_named(change: Change, told: list[str]) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert breaks(OLD, new) == told


@pytest.mark.parametrize("change", [case[1] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_compatible_changes_are_accepted(change: Change) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert breaks(OLD, new) == []


@pytest.mark.parametrize(
    ("pattern", "told"), [("^[A-Z]{3}$", []), ("^[A-Z]{2}$", ["POST /clients body name: pattern ^[A-Z]{2}$, was free"])]
)
def test_listed_inputs_may_become_a_form_that_all_of_them_have(pattern: str, told: list[str]) -> None:
    old, new = copy.deepcopy(OLD), copy.deepcopy(OLD)
    member(old, "ClientIn", "name").update(enum=["COP", "USD"])
    member(new, "ClientIn", "name").update(pattern=pattern)
    assert breaks(old, new) == told


def test_an_answer_loses_no_field_unseen() -> None:
    """Every field of every shape that goes out, of the real document: some of them, others each time it changes."""
    old = of_code()
    schemas = old["components"]["schemas"]
    received = [name for name, found in schemas.items() if "properties" in found and goes_out(name)]
    places = [(name, field) for name in received for field in schemas[name]["properties"]]
    assert len(places) > 300
    for name, field in random.Random(8).sample(places, 15):
        kept = schemas[name]["properties"][field]
        rest = {other: part for other, part in schemas[name]["properties"].items() if other != field}
        changed = {**schemas, name: {**schemas[name], "properties": rest}}
        new = {**old, "components": {"schemas": changed}}
        assert any(line.endswith(f" {field}: removed") for line in breaks(old, new)), (name, field, kept)


def goes_out(name: str) -> bool:
    return not name.endswith(("In", "Changes", "Form")) and name not in {"Problem", "FieldErrors"}


def test_the_words_of_a_document_do_not_bind() -> None:
    whole = of_code()
    assert breaks(whole, binding(whole)) == []
    assert breaks(binding(whole), whole) == []
    assert "description" in binding(whole)["components"]["schemas"]["Income"]["properties"], "a field of that name"
    assert "description" not in binding(whole)["components"]["schemas"]["Income"]
