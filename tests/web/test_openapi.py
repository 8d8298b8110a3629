"""The documents say what a person wants to know, and nothing that is not so."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from random import Random
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from marshmallow import Schema, fields

from app import registry
from app.core.files.rules import KINDS
from app.infra.contents.media_types import ZIP
from app.kernel.money import MAX_AMOUNT
from app.manifest import Manifest
from app.web.api import Operation
from app.web.fields import Text
from app.web.json import decode, encode
from app.web.monitoring import MONITORING_ROUTES
from app.web.openapi import MissingWords, document, operations, words
from app.web.openapi.vocabulary import Vocabulary
from tests.conftest import DEMO_DAY, demo_on
from tests.examples import EXAMPLES
from tests.factories.audit import add_refusal
from tests.factories.documents import add_document
from tests.factories.personal_payees import choose_often
from tests.soak import SOAK
from tests.support import Caller, sign_in

pytestmark = pytest.mark.long

JsonSchema = dict[str, Any]
JSON = "application/json"
VERBS = ("list", "get", "create", "update", "delete", "change", "download", "upload", "generate", "convert", "pay")
SECOND_FACTOR_VERBS = ("setUp", "confirm", "disable", "renew", "remove")
OWN_VERBS = ("login", "logout", "refresh", "enter", "preview", "retry", "cancel", "merge", "undo", *SECOND_FACTOR_VERBS)
OWN_VERBS += ("import", "invite", "link", "mark", "register", "request", "reset", "send", "unlink", "verify")
OWN_VERBS += ("apply", "rename")
OWN_VERBS += ("erase", "restore")
OWN_VERBS += ("contribute", "skip", "post", "pause", "resume")
OWN_VERBS += ("close", "reopen", "resend", "accept", "add", "duplicate", "refund", "split")
OWN_VERBS += ("apply", "assign", "copy", "cover", "move")
OWN_VERBS += ("aprobar", "cotizar", "desembolsar", "rechazar", "renovar", "transferir", "validar")
OWN_VERBS += ("agregar", "castigar", "condonar", "deshacer", "reestructurar")
OWN_VERBS += ("abonar", "aceptar", "anular", "borrar", "dar", "entregar", "pagar")
OWN_VERBS += ("justificar", "liquidar", "registrar", "resolver", "reversar", "sincronizar")
RECEIPT = "/api/payments/<id:payment_id>/receipts/<id:receipt_id>"
MEMBER = "/api/personal/books/<id:book_id>/members/<id:member_id>"
EMPTY_FOR_DEMO = {
    "/api/credito/promesas",  # of today alone
    "/api/credito/reportes/avales",
    "/api/credito/reportes/bonos",
    "/api/credito/reportes/buro",
    "/api/credito/reportes/cartera",
    "/api/credito/reportes/cobranza",
    "/api/credito/reportes/cortes",
    "/api/credito/reportes/cosechas",
    "/api/credito/reportes/faltas",
    "/api/credito/reportes/flujo",
    "/api/credito/reportes/general",
    "/api/credito/reportes/par",
    "/api/credito/reportes/proyeccion",
    "/api/credito/reportes/recibos",
    "/api/credito/reportes/renovaciones",
    "/api/jobs/{name}/runs",
    "/api/personal/subscriptions",
    "/api/users/{user_id}/scopes",
}
RECONCILIATIONS = "/api/personal/accounts/{account_id}/reconciliations"
VALUATIONS = "/api/personal/accounts/{account_id}/valuations"
GASTO = "/api/credito/cortes/{corte_id}/gastos/{gasto_id}"
DEVOLUCION = "/api/credito/prestamos/{prestamo_id}/devoluciones/{devolucion_id}"
ENTREGA = "/api/credito/cortes/{corte_id}/entregas/{entrega_id}"
CLIENTE = "/api/credito/clientes/{cliente_id}"
PRESTAMO = "/api/credito/prestamos/{prestamo_id}"
ATTACHMENTS = "/api/personal/transactions/{transaction_id}/attachments"
WITH_FIGURES = {
    "/api/credito/cortes/{corte_id}",
    "/api/credito/dias-inhabiles/{dia_id}",
    "/api/credito/grupos/{grupo_id}",
    "/api/credito/prestamos/{prestamo_id}",
    "/api/credito/prestamos/{prestamo_id}/cuotas",
    "/api/credito/semanas-sin-cobro/{semana_id}",
    "/api/projects/{project_id}",
    "/api/cash-accounts/{account_id}",
    "/api/personal/accounts/{account_id}",
    "/api/personal/accounts/{account_id}/reconciliations/{reconciliation_id}",
    "/api/personal/books/{book_id}",
    "/api/personal/budgets/{budget_id}",
    "/api/personal/envelopes/{month}",
    "/api/personal/categories/{category_id}",
    "/api/personal/payees/{payee_id}",
    "/api/personal/goals/{goal_id}",
    "/api/personal/recurring/{recurring_id}",
    "/api/personal/transactions/{transaction_id}",
}
"""Records with values of other rows, which may differ while their `ETag` is the same."""


@pytest.fixture(scope="module")
def documented_api(app: Flask) -> JsonSchema:
    """The modern document, as it is sent."""
    found: JsonSchema = json.loads(encode(document(app, "3.1.0")))
    return found


@pytest.fixture
def demo(cluster: str, template: str) -> Iterator[Caller]:
    """An admin of the demo company."""
    with demo_on(DEMO_DAY, cluster, template) as made:
        yield sign_in(Caller(made.test_client()), "admin")


def validator(documented_api: JsonSchema, shape: JsonSchema) -> Draft202012Validator:
    """Checks values against a shape of the document, formats of dates included."""
    whole = {"components": documented_api["components"], "allOf": [shape]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def each(documented_api: JsonSchema) -> Iterator[tuple[str, str, JsonSchema]]:
    """(path, method, operation) of the document."""
    for path, methods in documented_api["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def parts(value: Any) -> Iterator[JsonSchema]:
    """Every object within."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from parts(one)
    if isinstance(value, list):
        for one in value:
            yield from parts(one)


def test_operations_are_named_as_a_program_would_call_them(documented_api: JsonSchema) -> None:
    names = [operation["operationId"] for _, _, operation in each(documented_api)]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not re.fullmatch("[a-z]+([A-Z][a-z]+)*", name)] == []
    assert [name for name in names if not name.startswith(VERBS + OWN_VERBS)] == []
    assert {"listClients", "createClient", "getClient", "updateClient", "deleteClient", "login"} <= set(names)


def test_every_part_is_described(documented_api: JsonSchema) -> None:
    assert [tag["name"] for tag in documented_api["tags"] if not tag["description"]] == []
    assert {tag for _, _, operation in each(documented_api) for tag in operation["tags"]} == {
        tag["name"] for tag in documented_api["tags"]
    }
    for path, method, operation in each(documented_api):
        for part in [operation, *operation["parameters"], *operation["responses"].values()]:
            assert part.get("description"), (path, method, part)
        assert operation["summary"], (path, method)
    for name, shape in documented_api["components"]["schemas"].items():
        assert shape["description"], name
    untold = {
        (name, member)
        for name, shape in documented_api["components"]["schemas"].items()
        for member, part in shape.get("properties", {}).items()
        if not part.get("description") and "$ref" not in part
    }
    assert untold == set()
    assert [name for name, shape in documented_api["components"]["schemas"].items() if not shape["description"]] == []


def test_every_vocabulary_entry_is_used(documented_api: JsonSchema) -> None:
    members = {name for part in parts(documented_api["components"]["schemas"]) for name in part.get("properties", {})}
    asked = {parameter["name"] for _, _, operation in each(documented_api) for parameter in operation["parameters"]}
    assert set(words.WORDS) - members - asked == set()
    tags = {tag for manifest in registry.MANIFESTS.values() for tag in manifest.tags}
    assert set(words.TAGS) | tags == {tag["name"] for tag in documented_api["tags"]}
    assert set(words.TAGS) & tags == set()


def declared(app: Flask, package: str) -> set[str]:
    """Names of fields and parameters that a domain's own schemas and routes declare."""
    classes = {cls for module in modules_of(package) for cls in vars(module).values() if isinstance(cls, type)}
    schemas = [cls for cls in classes if issubclass(cls, Schema) and cls.__module__.startswith(f"{package}.")]
    rules = {rule for rule, place in places(app) if place.startswith(f"{package}.")}
    parameters = {parameter for rule in rules for parameter in re.findall(r"<\w+:(\w+)>", rule)}
    return {field.data_key or key for cls in schemas for key, field in cls().fields.items()} | parameters


@cache
def places(app: Flask) -> set[tuple[str, str]]:
    """Every address, and the module of its routes."""
    return {(rule, view.__module__) for rule, _, view in operations(app)}


def modules_of(package: str) -> list[ModuleType]:
    """The modules of a package that are loaded."""
    return [module for name, module in sys.modules.items() if name.startswith(f"{package}.")]


@pytest.mark.parametrize("package", registry.MANIFESTS)
def test_a_domain_has_words_for_its_own_fields_only(app: Flask, package: str) -> None:
    manifest = registry.MANIFESTS[package]
    assert set(manifest.words) | set(manifest.headings) <= declared(app, package)


def test_a_word_of_the_domain_goes_before_a_shared_one() -> None:
    class Base(Schema):
        name = Text()
        nobody_knows = Text()

    class Own(Base):
        __module__ = "suite.jobs.schemas.runs"

    own = Manifest(words={"name": ("Name of the job", "x")}, headings={"name": "Tarea"})
    vocabulary = Vocabulary({"suite.jobs": own, "suite.job": Manifest(words={"name": ("Wrong", 1)})})
    shared, field = Base().fields["name"], Own().fields["name"]
    assert [vocabulary.description(one, "name") for one in (shared, field)] == ["Its name", "Name of the job"]
    assert [vocabulary.example(one, "name") for one in (shared, field)] == [words.WORDS["name"][1], "x"]
    assert [vocabulary.heading(one, "name") for one in (shared, field)] == ["Nombre", "Tarea"]
    with pytest.raises(MissingWords, match=r"Own.nobody_knows has no description: add it to `words` of suite/jobs/man"):
        vocabulary.description(Own().fields["nobody_knows"], "nobody_knows")
    with pytest.raises(MissingWords, match=r"Base.nobody_knows has no Spanish heading: add it to HEADINGS in app/web"):
        vocabulary.heading(Base().fields["nobody_knows"], "nobody_knows")


def test_an_id_in_an_address_needs_no_word_of_its_own() -> None:
    vocabulary = Vocabulary({})
    assert vocabulary.parameter(declared, "purchase_order_id") == "Id of the purchase order"
    with pytest.raises(MissingWords, match=r"declared.taste has no description"):
        vocabulary.parameter(declared, "taste")


def test_a_fields_own_description_takes_precedence() -> None:
    field = Text(metadata={"description": "Known", "example": "a", "heading": "Conocido"})
    vocabulary = Vocabulary({})
    found = [find(field, "name") for find in (vocabulary.description, vocabulary.example, vocabulary.heading)]
    assert found == ["Known", "a", "Conocido"]


def test_every_list_of_values_is_a_type_of_its_own(documented_api: JsonSchema) -> None:
    inline = [part for part in parts(documented_api["paths"]) if len(part.get("enum", ())) > 1]
    assert inline == []
    for name, shape in documented_api["components"]["schemas"].items():
        within = [part for part in parts(shape) if part is not shape and len(part.get("enum", ())) > 1]
        assert within == [], name


def test_every_object_that_is_sent_is_a_type_of_its_own(documented_api: JsonSchema) -> None:
    for path, method, operation in each(documented_api):
        for holder in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for media in holder.get("content", {}).values():
                shape = media["schema"].get("items", media["schema"])
                assert "$ref" in shape or shape["type"] == "string", (path, method)


def test_every_media_type_is_named(documented_api: JsonSchema) -> None:
    answers = [answer for _, _, operation in each(documented_api) for answer in operation["responses"].values()]
    assert {kind for answer in answers for kind in answer.get("content", {}) if "*" in kind} == set()
    download = documented_api["paths"]["/api/files/{file_id}"]["get"]["responses"]
    sent = {kind.content_type for kind in KINDS.values()} | {ZIP}
    assert set(download["200"]["content"]) == set(download["206"]["content"]) == sent


def test_every_refusal_is_a_problem_with_an_example(documented_api: JsonSchema) -> None:
    for path, method, operation in each(documented_api):
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        always = {"500", "503"} if path in {plain.path for plain in MONITORING_ROUTES} else {"400", "500", "503"}
        assert always <= set(refusals), (path, method)
        for status, answer in refusals.items():
            ((kind, media),) = answer["content"].items()
            assert kind == "application/problem+json"
            (example,) = media["examples"].values()
            value = documented_api["components"]["examples"][example["$ref"].rsplit("/", 1)[-1]]["value"]
            assert str(value["status"]) == status
            validator(documented_api, {"$ref": "#/components/schemas/Problem"}).validate(value)


def test_every_example_is_of_its_shape(documented_api: JsonSchema) -> None:
    found = 0
    for part in parts(documented_api["components"]["schemas"]):
        for example in part.get("examples", ()) if isinstance(part.get("examples"), list) else ():
            validator(documented_api, part).validate(example)
            found += 1
    assert found > 300


def test_every_example_of_a_body_is_taken(app: Flask, documented_api: JsonSchema) -> None:
    """Loaded by the schema that the route loads with."""
    taken = 0
    named = {operation["operationId"]: operation for _, _, operation in each(documented_api)}
    ids = {(path, method): operation["operationId"] for path, method, operation in each(documented_api)}
    for rule, method, view in operations(app):
        declared: Operation = view.operation
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        body = named.get(ids.get((path, method.lower()), ""), {}).get("requestBody", {}).get("content", {})
        if declared.body is None or JSON not in body:
            continue
        sent = body[JSON]["schema"]
        shape = documented_api["components"]["schemas"][sent.get("items", sent)["$ref"].rsplit("/", 1)[-1]]
        example = shape["examples"][0]
        with app.app_context():
            declared.body.load(decode(encode([example] if "items" in sent else example)))
        taken += 1
    assert taken > 15


def test_patterns_are_of_the_syntax_that_every_language_has(documented_api: JsonSchema) -> None:
    patterns = {part["pattern"] for part in parts(documented_api) if isinstance(part.get("pattern"), str)}
    assert len(patterns) > 5
    assert [pattern for pattern in patterns if re.search(r"\\[AZz]|\(\?P", pattern) or pattern[0] != "^"] == []


@pytest.mark.parametrize(
    ("pattern_of", "good", "bad"),
    [
        ("AmountIn", ["1", "0.01", "1500000.5", "9999999999.99"], ["0", "0.00", "-1", "1.005", "1e3", "12345678901"]),
        ("PercentageIn", ["0", "100", "100.00", "12.5"], ["101", "100.01", "-1", "1.005"]),
        ("RateIn", ["4150.25", "0.000000000001"], ["0", "0.0000000000001", "-1"]),
    ],
)
def test_decimal_strings_are_documented_as_they_are_taken(
    documented_api: JsonSchema, app: Flask, pattern_of: str, good: list[str], bad: list[str]
) -> None:
    (text,) = [
        part for part in documented_api["components"]["schemas"][pattern_of]["anyOf"] if part["type"] == "string"
    ]
    field = next(found for found in inward_fields(app) if getattr(found, "type_name", None) == pattern_of)
    for value in good:
        assert re.search(text["pattern"], value), value
        field.deserialize(value)
    for value in bad:
        assert not re.search(text["pattern"], value), value
        with pytest.raises(Exception, match=r".") as refused:
            field.deserialize(value)
        assert type(refused.value).__name__ == "ValidationError"


def validators_of(documented_api: JsonSchema, name: str) -> list[Any]:
    """Two validators of the shape of this name: one has exact decimals, the other divides binary numbers."""
    shape = documented_api["components"]["schemas"][name]
    return [jsonschema_rs.Draft202012Validator(shape), Draft202012Validator(shape)]


STEP = 1 if SOAK else 7
EXACT = [("AmountIn", 2, MAX_AMOUNT), ("PercentageIn", 2, Decimal(100))]
"""Documented numbers, their decimals, and up to where every validator counts these."""


@pytest.mark.parametrize(("name", "decimals", "limit"), EXACT)
def test_every_number_of_so_many_decimals_is_documented(
    documented_api: JsonSchema, name: str, decimals: int, limit: Decimal
) -> None:
    unit = 10**decimals
    few = range(1, int(min(limit * unit, 20_000)) + 1)
    around = (2**power * unit // 128 + step for power in range(14, 41) for step in range(-200, 200))
    random = Random(41)
    found = {*few, *around, *(random.randrange(1, int(limit) * unit) for _ in range(10_000)), int(limit * unit)}
    numbers = [json.loads(str(Decimal(one) / unit)) for one in sorted(found) if one <= limit * unit]
    assert len(numbers) >= 10_000
    for judge in validators_of(documented_api, name):
        assert [number for number in numbers if not judge.is_valid(number)] == []


@pytest.mark.parametrize(("name", "decimals", "limit"), EXACT)
def test_no_number_of_more_decimals_is_documented(
    documented_api: JsonSchema, name: str, decimals: int, limit: Decimal
) -> None:
    random, unit = Random(41), 10 ** (decimals + 1)
    found = {*range(1, 20_000, STEP), *(random.randrange(1, int(limit * unit)) for _ in range(10_000 // STEP))}
    numbers = [json.loads(str(Decimal(part) / unit)) for part in sorted(found) if part % 10]
    for judge in validators_of(documented_api, name):
        assert [number for number in [*numbers, 1 + 5 / unit, 100 / 3, -1] if judge.is_valid(number)] == []


def test_large_rates_are_documented(documented_api: JsonSchema) -> None:
    random = Random(41)
    rates = [round(random.uniform(1, 10 ** random.uniform(6, 12)), 6) for _ in range(10_000)]
    for judge in validators_of(documented_api, "RateIn"):
        assert [rate for rate in [*rates, 999_999_999_999.5] if not judge.is_valid(rate)] == []


def inward_fields(app: Flask) -> Iterator[fields.Field[Any]]:
    """Every field that comes in, nested ones too."""
    waiting = [view.operation.body for _, _, view in operations(app) if view.operation.body is not None]
    while waiting:
        schema: Schema = waiting.pop()
        for field in schema.load_fields.values():
            yield field
            if isinstance(field, fields.Nested):
                waiting.append(field.schema)


def test_responses_match_the_document(documented_api: JsonSchema, demo: Caller) -> None:
    """Every list and single thing of the demo company; neither undocumented nulls nor missing fields."""
    add_refusal(demo.client.application)
    first = {kind: demo.get(f"/api/{kind}", sort="id", per_page=1)["data"][0]["id"] for kind in ("clients", "projects")}
    upload = add_document(demo, f"clients/{first['clients']}")
    project = add_document(demo, f"projects/{first['projects']}")
    for make in EXAMPLES.rows.values():  # of domains without demo data, too
        make()
    EXAMPLES.existing["/api/auth/tokens/<id:token_id>"](demo)
    EXAMPLES.existing["/api/notifications/<id:notification_id>"](demo)
    EXAMPLES.existing["/api/personal/payees/<id:payee_id>"](demo)
    EXAMPLES.existing["/api/personal/rules/<id:rule_id>"](demo)
    choose_often(demo)
    EXAMPLES.existing["/api/personal/tags/<string:name>"](demo)
    EXAMPLES.existing["/api/personal/transactions/<id:transaction_id>"](demo)
    EXAMPLES.existing["/api/personal/recurring/<id:recurring_id>"](demo)
    EXAMPLES.existing["/api/personal/budgets/<id:budget_id>"](demo)
    EXAMPLES.own_posts["/api/personal/changes/<id:change_set_id>/undo"](demo)
    EXAMPLES.existing["/api/personal/rates/<id:rate_id>"](demo)
    EXAMPLES.existing["/api/personal/import-mappings/<id:mapping_id>"](demo)
    EXAMPLES.own_posts["/api/personal/transfers/match"](demo)
    EXAMPLES.existing["/api/personal/reports/saved/<id:saved_id>"](demo)
    EXAMPLES.existing["/api/personal/goals/<id:goal_id>/contributions"](demo)
    EXAMPLES.existing["/api/personal/targets/<id:target_id>"](demo)
    _, _, _, payment, _, receipt = EXAMPLES.existing[RECEIPT](demo).split("/")
    owed = demo.get("/api/payments", client_id=first["clients"], status="Pendiente", per_page=1)["data"][0]
    demo.post(f"/api/payments/{owed['id']}/receipts", {"amount": str(owed["balance"] + 1), "excess": "credit"})
    file_id = upload["file_url"].rpartition("/")[2]
    ids = {
        "client_id": first["clients"],
        "file_id": file_id,
        "name": "mark-overdue",
        "code": "viewer",
        "month": f"{DEMO_DAY:%Y-%m}",
    }
    ids |= {"payment_id": payment, "receipt_id": receipt}
    *_, ids["share_id"], _ = EXAMPLES.existing["/api/personal/shared/<id:share_id>/months"](demo).split("/")
    *_, ids["book_id"], _, ids["member_id"] = EXAMPLES.existing[MEMBER](demo).split("/")
    demo.post(f"/api/personal/books/{ids['book_id']}/invitations", {"email": "eva@brisa.example", "role": "viewer"})
    of_account = EXAMPLES.existing["/api/personal/accounts/<id:account_id>/reconciliations/<id:reconciliation_id>"](
        demo
    )
    of_transaction = EXAMPLES.existing["/api/personal/transactions/<id:transaction_id>/attachments/<id:attachment_id>"](
        demo
    )
    below = {
        f"{RECONCILIATIONS}/{{reconciliation_id}}": of_account,
        RECONCILIATIONS: of_account.rpartition("/")[0],
        VALUATIONS: EXAMPLES.existing["/api/personal/accounts/<id:account_id>/valuations"](demo),
        f"{ATTACHMENTS}/{{attachment_id}}": of_transaction,
        ATTACHMENTS: of_transaction.rpartition("/")[0],
        **{
            f"{PRESTAMO}/{part}": EXAMPLES.existing[f"/api/credito/prestamos/<id:prestamo_id>/{part}"](demo)
            for part in ("cuotas", "estado-cuenta", "faltas", "liquidacion", "pagos")
        },
        **{
            f"{CLIENTE}/{part}": EXAMPLES.existing[f"/api/credito/clientes/<id:cliente_id>/{part}"](demo)
            for part in ("avales-sugeridos", "historial")
        },
        GASTO: EXAMPLES.existing["/api/credito/cortes/<id:corte_id>/gastos/<id:gasto_id>"](demo),
        DEVOLUCION: EXAMPLES.existing["/api/credito/prestamos/<id:prestamo_id>/devoluciones/<id:devolucion_id>"](demo),
        ENTREGA: EXAMPLES.existing["/api/credito/cortes/<id:corte_id>/entregas/<id:entrega_id>"](demo),
    }
    seen, lies = set(), set()
    for path, method, operation in each(documented_api):
        content = operation["responses"].get("200", {}).get("content", {})
        if method != "get" or JSON not in content:
            continue
        ids |= {"document_id": (upload if "clients" in path else project)["id"], "project_id": first["projects"]}
        unknown = [name for name in re.findall(r"\{(\w+)\}", path) if name not in ids]
        address = below.get(path) or path.format(**ids, **{name: newest(demo, path) for name in unknown})
        query = QUERIES.get(path, {"currency": "USD"} if asks(operation, "currency") else {})
        answer = demo.get(address, **query)
        known = demo.send("GET", address, query_string=query, headers={"If-None-Match": "*"}).status_code
        assert known == (304 if "304" in operation["responses"] else 200), path
        tagged = "ETag" in operation["responses"]["200"].get("headers", ())
        assert ("304" in operation["responses"]) == (tagged and path not in WITH_FIGURES), path
        if path not in EMPTY_FOR_DEMO:
            assert answer.get("data", True), f"{path} shows nothing"
        wrong = validator(documented_api, content[JSON]["schema"]).iter_errors(answer)
        lies |= {(path, re.sub("[0-9]+", "N", error.json_path), error.message[:60]) for error in wrong}
        seen.add(path)
    assert lies == set()
    assert len(seen) > 30


QUERIES: dict[str, dict[str, Any]] = {
    "/api/personal/reports/payees": {"period": "all"},
    "/api/personal/reports/tags": {"period": "all"},
    "/api/categories": {"kind": "expense"},
    "/api/expenses/preview-recurring": {
        "start_date": "2026-01-31",
        "frequency": "Mensual",
        "amount": "10.50",
        "currency": "COP",
    },
    "/api/exchange-rates/convert": {"amount": "1", "from": "USD", "to": "COP"},
    "/api/audit": {"per_page": 100},
}


def asks(operation: JsonSchema, name: str) -> bool:
    return name in {parameter["name"] for parameter in operation["parameters"]}


def newest(caller: Caller, path: str) -> Any:
    """The id of the first of the list above."""
    above = path.split("/{", maxsplit=1)[0]
    return caller.get(above)["data"][0]["id"]


def test_both_documents_can_be_read_by_anybody(anonymous: Caller) -> None:
    assert anonymous.get("/api/openapi.json")["openapi"] == "3.1.0"
    swagger = anonymous.get("/api/swagger.json")
    assert swagger["swagger"] == "2.0"
    referred = {part["$ref"].rsplit("/", 1)[-1] for part in parts(swagger) if "$ref" in part}
    assert referred <= set(swagger["definitions"])
    created = swagger["paths"]["/api/clients"]["post"]
    assert created["operationId"] == "createClient"
    shown = {
        status: answer["examples"][JSON]["status"] for status, answer in created["responses"].items() if status >= "400"
    }
    assert shown == {status: int(status) for status in created["responses"] if status >= "400"}
