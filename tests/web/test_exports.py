"""Exports of all lists and reports equal their JSON, and contain no formulas."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import psutil
import psycopg2
import pytest
from flask import Flask
from marshmallow import Schema, fields
from openpyxl import load_workbook
from openpyxl.cell import Cell
from sqlalchemy import Engine, event, text

from app import registry
from app.core.cashflow.rules import BreakEven, Source
from app.core.movements.rules import Kind, Nature
from app.infra import clock
from app.infra.db import db
from app.suites.fresco.projects.rules import PlanType
from app.suites.fresco.reports.rules import Basis, EntryKind, Side
from app.web.api import Operation
from app.web.exports import report_tables
from app.web.exports.headings import HEADINGS
from app.web.exports.tables import columns
from app.web.openapi import document, operations
from app.web.responses import Listed, Report, ResponseSpec, Summed
from tests import conftest
from tests.examples import EXAMPLES
from tests.factories.audit import add_refusal
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.personal_payees import choose_often
from tests.factories.projects import ProjectFactory, plan
from tests.statements import counted
from tests.support import LEAVE_BOOKS, Caller

pytestmark = pytest.mark.long

NOW = datetime(2025, 6, 15, 15, tzinfo=UTC)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_STREAMED = {
    "/api/credito/clientes/<id:cliente_id>/avales-sugeridos",
    "/api/jobs",
    "/api/permissions",
    "/api/personal/books",
    "/api/personal/books/<id:book_id>/members",
    "/api/personal/budget-templates",
    "/api/personal/budgets",
    "/api/personal/categories",
    "/api/personal/goals",
    "/api/personal/privacy/shares",
    "/api/personal/shared/<id:share_id>/months",
    "/api/personal/recurring/upcoming",
    "/api/personal/reports/monthly",
    "/api/personal/rules/suggestions",
    "/api/personal/tags",
    "/api/personal/transfers/suggestions",
    "/api/personal/reports/payees",
    "/api/personal/reports/tags",
    "/api/personal/targets",
}
"""Lists that are no rows, or few."""
STATEMENTS = {
    "/api/personal/accounts/<id:account_id>/reconciliations": 16,
    "/api/personal/budgets": 14,
    "/api/personal/categories": 14,
    "/api/personal/imports/<id:import_id>/lines": 14,
    "/api/personal/insights": 43,
    "/api/personal/privacy/shares": 25,
    "/api/personal/recurring": 16,
    "/api/personal/recurring/upcoming": 14,
    "/api/personal/rules/suggestions": 15,
    "/api/personal/shared/<id:share_id>/months": 24,
    "/api/personal/subscriptions": 42,
    "/api/personal/transactions": 18,
}
"""Number of statements of lists whose chunks have parts in other tables."""
FOUND = {
    "/api/credito/promesas",
    "/api/credito/reportes/avales",
    "/api/credito/reportes/bonos",
    "/api/credito/reportes/buro",
    "/api/credito/reportes/cartera",
    "/api/credito/reportes/cobranza",
    "/api/credito/reportes/cortes",
    "/api/credito/reportes/cosechas",
    "/api/credito/reportes/faltas",
    "/api/credito/reportes/flujo",
    "/api/credito/reportes/par",
    "/api/credito/reportes/proyeccion",
    "/api/credito/reportes/recibos",
    "/api/credito/reportes/renovaciones",
    "/api/personal/subscriptions",
    "/api/personal/transfers/suggestions",
}
"""Lists of what the program finds in many rows, which the examples are not."""
A_JOB = "/api/jobs/mark-overdue/runs"


def exportable(app: Flask, kind: type[ResponseSpec]) -> list[tuple[str, Operation]]:
    """(rule, operation) of all that has files and answers so."""
    found = [(rule, view.operation) for rule, _, view in operations(app)]
    return [(rule, declared) for rule, declared in found if isinstance(declared.response, kind)]


@pytest.fixture
def caller(app: Flask, admin: Caller) -> Iterator[Caller]:
    """An admin of a company that has two of everything, some of it in dollars, in June 2025."""
    for own in (
        "/api/auth/tokens/<id:token_id>",
        "/api/notifications/<id:notification_id>",
        "/api/personal/books/<id:book_id>",
        "/api/personal/payees/<id:payee_id>",
        "/api/personal/rules/<id:rule_id>",
        "/api/personal/tags/<string:name>",
        "/api/personal/budgets/<id:budget_id>",
        "/api/personal/import-mappings/<id:mapping_id>",
        "/api/personal/reports/saved/<id:saved_id>",
        "/api/personal/targets/<id:target_id>",
        "/api/personal/transactions/<id:transaction_id>",
        "/api/personal/recurring/<id:recurring_id>",
        "/api/personal/goals/<id:goal_id>",
        "/api/personal/shared/<id:share_id>/months",
        "/api/personal/rates/<id:rate_id>",
    ):
        EXAMPLES.existing[own](admin)
    choose_often(admin)
    EXAMPLES.own_posts["/api/personal/transfers/match"](admin)
    EXAMPLES.own_posts["/api/personal/changes/<id:change_set_id>/undo"](admin)
    with clock.frozen(NOW):
        RateFactory(date=date(2025, 1, 1))
        for currency, day in (("COP", date(2025, 6, 20)), ("USD", date(2025, 6, 1))):
            project = ProjectFactory(name='Diseño; años "ñandú", 1ª fase\nsegunda línea')
            PaymentFactory(project=project, currency=currency, date=day, amount=Decimal("1234567.50"))
            PaymentFactory(project=project, currency=currency, date=day, status="Pagado", paid_date=date(2025, 6, 2))
            for factory in (ExpenseFactory, IncomeFactory):
                factory(currency=currency, date=date(2025, 6, 3))
            AccruedExpenseFactory(currency=currency)
            RecurringExpenseFactory(currency=currency)
        add_runs(app, 2)
        add_refusal(app)
        for make in EXAMPLES.rows.values():
            make()
        yield admin


def add_runs(app: Flask, count: int) -> None:
    """Create runs of a job."""
    statement = text(
        "INSERT INTO job_runs (job, slot, started_at, finished_at, outcome, counts)"
        " SELECT 'mark-overdue', now() - n * interval '1 hour', now(), now(), 'done', '{\"marked\": 3}'"
        " FROM generate_series(1, :count) n"
    )
    with app.app_context():
        db.session.execute(statement, {"count": count})
        db.session.commit()


def address(caller: Caller, rule: str) -> str:
    """Path of a list with an item."""
    return EXAMPLES.existing[rule](caller) if "<" in rule else rule


def exported(caller: Caller, path: str, form: str, **query: Any) -> bytes:
    with caller.send("GET", path, query_string={**query, "format": form}) as response:
        assert response.status_code == 200, response.text
        assert int(response.headers["Content-Length"]) == len(response.data)
        return bytes(response.data)


def lines_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def book_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def rows_of(sheet: Any) -> list[tuple[Cell, ...]]:
    return list(sheet.iter_rows())


_WORDS: tuple[Kind | Nature | Source | BreakEven | Basis | Side | EntryKind, ...] = (
    *Kind,
    *Nature,
    *Source,
    *BreakEven,
    *Basis,
    *Side,
    *EntryKind,
)
SPANISH = {word.value: word.spanish for word in _WORDS}
"""Words that files have in Spanish, by those of the JSON."""


def same(value: Any, shown: Any) -> bool:
    """Whether a cell shows what the JSON says."""
    if value is None:
        return shown in ("", None)
    if isinstance(value, bool):
        return bool(shown == ("Sí" if value else "No"))
    if isinstance(value, int | Decimal):
        return Decimal(str(shown)) == value
    if isinstance(value, list | dict):
        return isinstance(shown, str)
    if isinstance(shown, datetime):
        return value in (f"{shown:%Y-%m-%d}", None) or _instant(value, shown)
    if value.endswith("Z") and "T" in value:
        return datetime.fromisoformat(shown) == datetime.fromisoformat(value)
    return bool(shown.replace("\r\n", "\n") in (value.replace("\r\n", "\n"), SPANISH.get(value)))


def _instant(value: str, shown: datetime) -> bool:
    """Time as in a spreadsheet: with milliseconds, in the company's zone."""
    meant = datetime.fromisoformat(value).astimezone(clock_zone())
    return abs(meant.replace(tzinfo=None) - shown).total_seconds() < 0.01


def clock_zone() -> Any:
    return conftest.testing_config("").timezone


def at(item: Mapping[str, Any] | None, path: tuple[str, ...]) -> Any:
    for key in path:
        item = None if item is None else item[key]  # type: ignore[assignment]
    return item


def asked_in(declared: Operation) -> dict[str, str]:
    """Query with a currency, which adds the optional fields to the response, and the year of the examples."""
    known = declared.query.load_fields
    query = {"currency": "USD"} if "currency" in known else {}
    return {**query, "date_from": "2026-01-01", "date_to": "2026-12-31"} if "accounts" in known else query


def test_every_list_says_the_same_in_every_format(app: Flask, caller: Caller) -> None:
    empty: list[str] = []
    for rule, declared in exportable(app, Listed):
        path, query = address(caller, rule), asked_in(declared)
        if "cursor" in declared.query.load_fields:  # the audit log has each export, too
            query["cursor"] = str(caller.get(path)["data"][0]["id"] + 1)
        if path == "/api/audit":  # of a book's 3,612 months each has an entry
            query["table"] = "users"
        first = {"per_page": 100} if "per_page" in declared.query.load_fields else {}
        page = json.loads(caller.send("GET", path, query_string={**query, **first}).data, parse_float=Decimal)
        with app.app_context():
            shown = columns(declared.response.schema)
        heads, *lines = lines_of(exported(caller, path, "csv", **query))
        sheet = rows_of(book_of(exported(caller, path, "xlsx", **query)).worksheets[0])
        assert heads == [cell.value for cell in sheet[0]] == [column.heading for column in shown], rule
        items = page["data"]
        total = page["pagination"]["total"] if "pagination" in page else len(items)
        assert total == len(lines) == len(sheet) - 1, rule
        assert len(items) == (min(total, 100) if first else total), rule
        empty += [rule] * (total == 0)
        for item, line, cells in zip(items, lines[: len(items)], sheet[1 : len(items) + 1], strict=True):
            for column, field, cell in zip(shown, line, cells, strict=True):
                assert same(at(item, column.path), field), (rule, column, field)
                assert same(at(item, column.path), cell.value), (rule, column, cell.value)
    assert set(empty) <= FOUND, empty


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    """Within the application, whose domains have the headings."""
    with app.app_context():
        yield


def leaves(value: Any) -> Iterator[Any]:
    """Everything that a report says, keys of dictionaries aside."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def test_every_report_says_the_same_in_every_format(app: Flask, caller: Caller) -> None:
    for rule, _ in exportable(app, Report):
        path = address(caller, rule)
        said = [value for value in leaves(json.loads(caller.send("GET", path).data, parse_float=Decimal)) if value]
        lines = lines_of(exported(caller, path, "csv"))
        book = book_of(exported(caller, path, "xlsx"))
        titled = [above for above, line in pairwise([[], *lines, []]) if not above and line]
        assert len(book.sheetnames) == len(titled) or len(titled) == 1, rule
        in_csv = [field for line in lines for field in line if field]
        in_xlsx = [cell.value for sheet in book for row in rows_of(sheet) for cell in row if cell.value is not None]
        for value in said:
            assert any(_like(value, field) for field in in_csv), (rule, value, in_csv)
            assert any(_like(value, shown) for shown in in_xlsx), (rule, value, in_xlsx)


def _like(value: Any, shown: Any) -> bool:
    try:
        return same(value, shown)
    except (ArithmeticError, ValueError, AttributeError):
        return False


@pytest.mark.usefixtures("in_app")
def test_every_heading_is_spanish_known_and_its_own(app: Flask) -> None:
    for rule, declared in exportable(app, Listed):
        heads = [column.heading for column in columns(declared.response.schema)]
        assert len(set(heads)) == len(heads), rule
        if declared.response.extra is not None:
            assert report_tables(declared.response.extra, {}, "Totales"), rule
    for rule, declared in exportable(app, Report):
        assert report_tables(declared.response.schema, {}, declared.response.title), rule


def test_no_word_of_the_vocabulary_is_left_over(app: Flask) -> None:
    def names(schema: type[Schema]) -> Iterator[str]:
        for name, field in schema().dump_fields.items():
            yield field.data_key or name
            inner = field.inner if isinstance(field, fields.List) else field
            if isinstance(inner, fields.Nested):
                yield from names(type(inner.schema))

    shapes = [
        declared.response.schema for _, declared in exportable(app, ResponseSpec) if hasattr(declared.response, "title")
    ]
    extras = [declared.response.extra for _, declared in exportable(app, Listed) if declared.response.extra]
    own = {name for manifest in registry.MANIFESTS.values() for name in manifest.headings}
    assert {name for schema in [*shapes, *extras] for name in names(schema)} == set(HEADINGS) | own


@pytest.fixture
def hostile(admin: Caller) -> list[str]:
    """Clients whose names are formulas, in the order of their ids."""
    names = ["=cmd|' /C calc'!A0", "-2+3", "\t=1", "@SUM(1)", "Ñandú", "<r>&</r>"]
    for name in names:
        ClientFactory(name=name)
    return names


def test_no_name_of_a_client_runs_in_a_spreadsheet(admin: Caller, hostile: list[str]) -> None:
    names = [line[1] for line in lines_of(exported(admin, "/api/clients", "csv"))[1:]]
    assert names == [*(f"'{name}" for name in hostile[:4]), *hostile[4:]]
    cells = [row[1] for row in rows_of(book_of(exported(admin, "/api/clients", "xlsx")).active)[1:]]
    assert [(cell.value, cell.data_type) for cell in cells] == [(name, "s") for name in hostile]


def test_a_file_is_an_attachment_without_caching(admin: Caller) -> None:
    with clock.frozen(NOW), admin.send("GET", "/api/audit?format=xlsx") as response:
        assert response.mimetype == SHEET
        headers = response.headers
        named = "attachment; filename=\"auditor_a-2025-06-15.xlsx\"; filename*=UTF-8''auditor%C3%ADa-2025-06-15.xlsx"
        assert headers["Content-Disposition"] == named
        assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "private, no-store")
    with admin.send("HEAD", "/api/clients?format=csv") as response:
        assert (response.status_code, response.data, response.mimetype) == (200, b"", "text/csv")


def test_a_list_of_nothing_has_headings(admin: Caller) -> None:
    (heads,) = lines_of(exported(admin, "/api/payments", "csv", q="nobody"))
    assert heads[:2] == ["ID", "ID del proyecto"]
    assert book_of(exported(admin, "/api/payments", "xlsx", q="nobody")).sheetnames == ["Pagos", "Totales"]


def test_a_file_holds_all_that_match_as_sorted(app: Flask, admin: Caller) -> None:
    add_runs(app, 1234)
    ids = [int(line[0]) for line in lines_of(exported(admin, A_JOB, "csv", sort="-id"))[1:]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 1234
    ClientFactory.create_batch(3, status="Pausado")
    found = lines_of(exported(admin, "/api/clients", "csv", status="Pausado", sort="-name"))[1:]
    assert [line[1] for line in found] == sorted((line[1] for line in found), reverse=True)
    assert len(found) == 3


def test_every_project_comes_with_its_plan(app: Flask, admin: Caller) -> None:
    for _ in range(3):
        ProjectFactory(payment_plan=plan(PlanType.MIXED))
    with counted() as statements:
        plans = [line[9] for line in lines_of(exported(admin, "/api/projects", "csv"))[1:]]
    assert len(plans) == 3
    assert all(plans)
    assert len([statement for statement in statements if "payment_plans" in statement]) == 1


REFUSED = [
    *[("/api/clients", f"format={value}", "format") for value in ("xml", "", "CSV", "csv%20", "pdf", "%00")],
    ("/api/clients", "format=csv&format=csv", "format"),
    ("/api/clients", "format=csv&page=0", "page"),
    ("/api/clients", "format=xlsx&per_page=101", "per_page"),
    ("/api/clients", "format=csv&q=a&nope=1", "nope"),
    ("/api/reports/clients", "format=pdf", "format"),
    ("/api/reports/clients", "format=csv&page=1", "page"),
    ("/api/auth/me", "format=json", "format"),
    ("/api/clients/1", "format=csv", "format"),
]


def test_a_format_that_there_is_not_is_400_and_named(admin: Caller) -> None:
    for path, query, named in REFUSED:
        response = admin.send("GET", f"{path}?{query}")
        assert (response.status_code, response.mimetype) == (400, "application/problem+json"), (path, query)
        assert list(response.json["errors"]) == [named], (path, query)


def test_the_file_of_a_list_ignores_pages(admin: Caller) -> None:
    for _ in range(3):
        ClientFactory()
    whole = exported(admin, "/api/clients", "csv")
    assert len(lines_of(whole)) == 1 + 3
    assert exported(admin, "/api/clients", "csv", page=1, per_page=20) == whole
    assert exported(admin, "/api/clients", "csv", page=2, per_page=1) == whole


def test_files_have_spanish_words_and_people_in_colombia_may_have_their_numbers(admin: Caller) -> None:
    AccruedExpenseFactory(paid_date=date(2025, 3, 12), status="pagado", paid_amount=Decimal("998.50"))
    content = exported(admin, "/api/cashflow", "csv", locale="es").decode("utf-8-sig")
    heads, line = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    shown = dict(zip(heads, line, strict=True))
    assert (shown["Clase"], shown["Origen"], shown["Fecha"], shown["Valor"]) == (
        "gasto",
        "gasto causado",
        "12/03/2025",
        "998,50",
    )


def test_files_of_reports_write_days_as_people_do_and_name_what_they_list(admin: Caller) -> None:
    days = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
    statement = lines_of(exported(admin, "/api/reports/statement", "csv", **days))
    assert ["Periodo", "2026-01-01/2026-12-31"] in statement
    spanish = exported(admin, "/api/reports/statement", "csv", locale="es", **days).decode("utf-8-sig")
    assert "Periodo;01/01/2026 a 31/12/2026" in spanish.splitlines()
    ageing = lines_of(exported(admin, "/api/reports/ageing", "csv"))
    assert ["Saldos por edades"] in ageing


@pytest.mark.parametrize("query", ["format=csv&locale=en", "format=xlsx&locale=es", "locale=es", "locale="])
def test_a_wrong_locale_is_named(admin: Caller, query: str) -> None:
    response = admin.send("GET", f"/api/payments?{query}")
    assert (response.status_code, list(response.json["errors"])) == (400, ["locale"])


def test_json_may_be_requested_by_name(admin: Caller) -> None:
    assert admin.get("/api/clients", format="json", page=1) == admin.get("/api/clients")


@pytest.mark.parametrize("path", ["/api/payments", "/api/expenses", "/api/cashflow"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_lists_are_files_without_a_rate_too(admin: Caller, path: str, file_format: str) -> None:
    PaymentFactory(status="Pagado", paid_date=date(2025, 6, 2))
    ExpenseFactory()
    content = exported(admin, path, file_format, currency="USD")
    if file_format == "xlsx":
        assert book_of(content).sheetnames[1:] == ["Totales", "Totales por moneda", "Advertencias"]


@pytest.mark.parametrize("path", ["/api/cashflow/metrics"])
def test_a_missing_rate_is_a_problem_and_no_file(admin: Caller, path: str) -> None:
    PaymentFactory(status="Pagado", paid_date=date(2025, 6, 2))
    ExpenseFactory()
    response = admin.send("GET", f"{path}?format=csv&currency=USD")
    assert (response.status_code, response.mimetype) == (409, "application/problem+json")
    assert response.json["code"] == "exchange_rate_missing"
    assert "Content-Disposition" not in response.headers


@contextmanager
def reading_text(app: Flask, read: Callable[[str | None, Any], str | None]) -> Iterator[None]:
    """Each text that comes from the database passes through `read`."""
    with app.app_context():
        connection: Any = db.session.connection().connection.dbapi_connection
    usual = psycopg2.extensions.UNICODE
    psycopg2.extensions.register_type(psycopg2.extensions.new_type(usual.values, "READ", read), connection)
    try:
        yield
    finally:
        psycopg2.extensions.register_type(usual, connection)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_database_that_is_lost_between_two_rows_is_a_problem(app: Flask, admin: Caller, form: str) -> None:
    seen: list[Any] = []

    def lost(value: str | None, _cursor: Any) -> str | None:
        seen.append(value)
        if len(seen) == 3:
            raise psycopg2.OperationalError("server closed the connection")
        return value

    add_runs(app, 5)
    with reading_text(app, lost):
        response = admin.send("GET", f"{A_JOB}?format={form}")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")


def test_every_list_is_read_through_a_cursor_of_the_server(app: Flask, caller: Caller) -> None:
    names: list[str | None] = []
    misses: list[tuple[str, object]] = []
    keys = 2 if app.config["ENCRYPT_TEXT"] else 0  # reading the keys of a book, and holding one

    def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if statement != LEAVE_BOOKS:
            names.append(getattr(cursor, "name", None))

    for rule, declared in exportable(app, Listed):
        path = address(caller, rule)
        names.clear()
        event.listen(Engine, "after_cursor_execute", note)
        try:
            exported(caller, path, "csv")
        finally:
            event.remove(Engine, "after_cursor_execute", note)
        if not any(names) and rule not in NOT_STREAMED and not isinstance(declared.response, Summed):
            misses.append((rule, "not streamed"))
        if len(names) > STATEMENTS.get(rule, 13) + keys:  # four of them record the export
            misses.append((rule, len(names)))
    assert misses == []


def test_a_long_list_takes_no_more_memory_than_a_short_one(app: Flask, admin: Caller) -> None:
    add_runs(app, 20_000)
    exported(admin, "/api/clients", "csv")
    memory = psutil.Process().memory_info
    before, most, values = memory().rss, 0, 0

    def measure(value: str | None, _cursor: Any) -> str | None:
        nonlocal most, values
        values += 1
        if values % 2000 == 0:
            most = max(most, memory().rss)
        return value

    with reading_text(app, measure), counted() as statements, admin.send("GET", f"{A_JOB}?format=csv") as response:
        sent = len(statements)
        assert sum(map(len, response.response)) == response.content_length > 2_000_000
        assert len(statements) == sent, "a reader holds no connection"
    assert most > 0, "it was measured"
    assert most - before < 12_000_000


def test_the_documents_tell_the_formats(app: Flask) -> None:
    modern, swagger = document(app, "3.1.0"), document(app, "2.0")
    told = modern["paths"]["/api/payments"]["get"]
    assert list(told["responses"]["200"]["content"]) == ["application/json", "text/csv", SHEET]
    (parameter,) = [one for one in told["parameters"] if one["name"] == "format"]
    assert parameter["schema"] == {"$ref": "#/components/schemas/TableFormat", "default": "json"}
    assert modern["components"]["schemas"]["TableFormat"]["enum"] == ["json", "csv", "xlsx"]
    assert swagger["paths"]["/api/payments"]["get"]["produces"] == ["application/json", "text/csv", SHEET]
    single = modern["paths"]["/api/clients/{client_id}"]["get"]
    assert "format" not in {one["name"] for one in single["parameters"]}
    assert list(single["responses"]["200"]["content"]) == ["application/json"]
