"""Imports over the API: preview, commit, duplicates, undo."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.clients import ClientFactory
from tests.factories.files import with_receipt
from tests.factories.imports import HEADINGS, INCOME, ImportFactory, csv_of, form, xlsx_of
from tests.factories.incomes import IncomeFactory
from tests.factories.periods import close_next
from tests.factories.projects import ProjectFactory
from tests.factories.suppliers import SupplierFactory
from tests.statements import counted
from tests.support import Caller, sign_in

RENT = ("date", "description", "amount", "currency", "category", "payment_method")


def sent(
    caller: Caller, kind: str, content: bytes, name: str = "ingresos.csv", expect: int = 200, **fields: str
) -> Any:
    response = caller.send("POST", f"/api/imports/{kind}", **form(content, name, **fields))
    assert response.status_code == expect, response.get_data(as_text=True)
    return response.get_json()


def committed(caller: Caller, kind: str, content: bytes, **options: Any) -> Any:
    return sent(caller, kind, content, **{"expect": 201, "mode": "commit", **options})["data"]


def test_a_preview_shows_what_a_commit_makes_and_changes_nothing(user: Caller) -> None:
    file = csv_of(HEADINGS, INCOME, ("31/02/2025", "Otra", "12,5", "EUR", "X", "", "Efectivo"))
    shown = sent(user, "incomes", file)["data"]
    assert (shown["id"], shown["rows"], shown["created"], shown["invalid"]) == (None, 2, 1, 1)
    new, wrong = shown["lines"]
    assert (new["row"], new["state"], new["values"]["amount"]) == (2, "new", Decimal("1500000.50"))
    assert (wrong["row"], wrong["state"], set(wrong["errors"])) == (3, "invalid", {"date", "currency"})
    assert user.get("/api/incomes")["data"] == []
    assert user.get("/api/imports")["data"] == []


def test_a_commit_is_all_or_nothing_and_a_failed_one_is_seen(user: Caller) -> None:
    bad = csv_of(HEADINGS, INCOME, ("16/01/2025", "Otra", "x", "COP", "X", "", "Efectivo"))
    problem = sent(user, "incomes", bad, expect=400, mode="commit")
    assert problem["code"] == "import_failed"
    assert problem["errors"] == {"rows": {"3": {"amount": ["Not an amount with at most two decimals."]}}}
    assert user.get("/api/incomes")["data"] == []
    [failed] = user.get("/api/imports", state="failed")["data"]
    assert (failed["first_day"], failed["last_day"]) == ("2025-01-15", "2025-01-16")
    assert [one["row"] for one in failed["problems"]] == [3]
    committed(user, "incomes", csv_of(HEADINGS, INCOME))
    assert user.get(f"/api/imports/{failed['id']}")["data"]["state"] == "superseded"


def test_a_failed_import_can_be_dismissed(user: Caller) -> None:
    failed = ImportFactory()
    assert user.delete(f"/api/imports/{failed.id}")["message"] == "Import dismissed"
    assert user.get(f"/api/imports/{failed.id}")["data"]["state"] == "dismissed"


def test_a_file_sent_twice_is_shown_as_duplicates(user: Caller) -> None:
    file = csv_of(HEADINGS, INCOME, INCOME)  # two equal rows are two incomes
    first = committed(user, "incomes", file)
    assert (first["created"], first["duplicates"]) == (2, 0)
    again = committed(user, "incomes", csv_of(HEADINGS, INCOME, INCOME, INCOME))
    assert (again["created"], again["duplicates"]) == (1, 2)
    assert [line["duplicate_of"] for line in again["lines"][:2]] == [line["id"] for line in first["lines"]]
    assert user.get("/api/incomes")["total"] == Decimal("4500001.50")


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_incomes_of_a_spreadsheet_in_any_usual_notation(user: Caller, delimiter: str, encoding: str) -> None:
    committed(user, "incomes", csv_of(HEADINGS, INCOME, delimiter=delimiter, encoding=encoding))
    [income] = user.get("/api/incomes")["data"]
    assert (income["date"], income["amount"], income["type"]) == ("2025-01-15", Decimal("1500000.50"), "Consultoría")


def test_incomes_of_an_excel_file_know_their_client(user: Caller) -> None:
    client = ClientFactory(name="Café  Altura", tax_id="900.412.338-1")
    row = (date(2025, 1, 15), "Asesoría", 1500000.5, "cop", "Consultoría", "cafe altura", "Transferencia")
    tax = (date(2025, 1, 16), "Asesoría", 20, "COP", "Consultoría", "", "Efectivo", 900412338)
    committed(user, "incomes", xlsx_of((*HEADINGS, "NIT"), row, tax), name="ingresos.xlsx")
    incomes = user.get("/api/incomes", sort="date")["data"]
    assert [(one["date"], one["amount"], one["client_id"]) for one in incomes] == [
        ("2025-01-15", Decimal("1500000.5"), client.id),
        ("2025-01-16", 20, client.id),
    ]


def test_names_are_resolved_and_unknown_ones_are_errors_of_their_row(user: Caller) -> None:
    ours, theirs = ProjectFactory(name="Tienda"), ProjectFactory(name="Tienda")
    name = user.get(f"/api/clients/{theirs.client_id}")["data"]["name"]
    head = ("Proyecto", "Cliente", "Valor", "Moneda", "Fecha", "Tipo", "Pagado el", "Estado")
    rest = ("100", "COP", "01/02/2025", "recurrente")
    shown = sent(
        user,
        "payments",
        csv_of(head, ("tienda", name, *rest), ("Tienda", "", *rest), ("X", "", *rest), ("Tienda", "Y", *rest)),
    )["data"]
    assert shown["lines"][0]["values"]["project_id"] == theirs.id != ours.id
    assert [list(line["errors"] or ()) for line in shown["lines"]] == [
        [],
        ["project_name"],
        ["project_name"],
        ["client_name"],
    ]


def test_paid_and_unpaid_payments_have_their_status_by_the_dates(user: Caller) -> None:
    project = ProjectFactory(name="Tienda")
    head = ("Proyecto", "Valor", "Moneda", "Fecha", "Tipo", "Pagado el", "Estado", "Cuota")
    paid = ("Tienda", "100", "COP", "01/02/2025", "Recurrente", "05/02/2025", "Pagado", "1")
    stale = ("Tienda", "100", "COP", "01/03/2025", "Recurrente", "", "Pendiente", "2")
    made = committed(user, "payments", csv_of(head, paid, stale))
    rows = [user.get(f"/api/payments/{line['id']}")["data"] for line in made["lines"]]
    assert [(one["status"], one["paid_date"], one["client_id"]) for one in rows] == [
        ("Pagado", "2025-02-05", project.client_id),
        ("Vencido", None, project.client_id),
    ]
    taken = sent(user, "payments", csv_of(head, (*stale[:1], "99", *stale[2:]), paid, paid))["data"]
    assert [line["state"] for line in taken["lines"]] == ["invalid", "duplicate", "invalid"]
    assert list(taken["lines"][0]["errors"]) == ["installment_number"]


def test_clients_and_projects_are_there_once(user: Caller) -> None:
    committed(user, "clients", csv_of(("Nombre", "NIT", "Inicio"), ("Ñandú", "900.1-2", "1/2/2025")))
    again = csv_of(("name", "tax_id", "start_date"), ("NANDU", "9001-2", "2025-02-01"), ("A", "", "2025-01-01"))
    assert committed(user, "clients", again)["duplicates"] == 1
    twice = csv_of(("name", "start_date"), ("B", "2025-01-01"), ("b", "2025-01-01"))
    assert [line["repeats"] for line in committed(user, "clients", twice)["lines"]] == [None, 2]
    plan = ("Plan de pago: Tipo", "Plan de pago: Cuota recurrente", "Plan de pago: Moneda de la cuota recurrente")
    head = ("Cliente", "Nombre", "Descripción", "Inicio", *plan, "Plan de pago: Frecuencia de cobro")
    row = ("nandu", "Tienda", "", "2025-01-01", "Suscripción periódica", "100,5", "COP", "Mensual")
    lacking = ("nandu", "Otra", "", "2025-01-01", "Mixto", "100,5", "COP", "Mensual")
    wrong = sent(user, "projects", csv_of(head, row, lacking))["data"]["lines"][1]["errors"]
    assert set(wrong["payment_plan"]) >= {"implementation_fee_total"}
    made = committed(user, "projects", csv_of(head, row))["lines"][0]["id"]
    project = user.get(f"/api/projects/{made}")["data"]
    assert project["payment_plan"]["recurring_fee_amount"] == Decimal("100.5")
    assert committed(user, "projects", csv_of(head, row))["duplicates"] == 1
    generated = user.post("/api/payments/generate", {"project_id": made, "from": "2025-01-01", "months": 2})
    assert len(generated["data"]) == 2


def test_an_undo_takes_back_what_nobody_changed_or_uses_and_names_the_rest(user: Caller) -> None:
    head = ("Nombre", "Inicio")
    made = committed(user, "clients", csv_of(head, *((name, "2025-01-01") for name in "ABCD")))
    free, changed, used, deleted = (line["id"] for line in made["lines"])
    user.put(f"/api/clients/{changed}", {"notes": "Nuevo"})
    user.post("/api/projects", {"client_id": used, "name": "P", "description": "", "start_date": "2025-01-01"})
    user.delete(f"/api/clients/{deleted}")
    answer = user.delete(f"/api/imports/{made['id']}")
    assert answer["left"] == [
        {"row": 3, "id": changed, "reason": "changed"},
        {"row": 4, "id": used, "reason": "in_use"},
    ]
    assert answer["removed"] == 2
    assert [one["id"] for one in user.get("/api/clients", sort="id")["data"]] == [changed, used]
    user.get(f"/api/parties/{free}", expect=404)
    user.delete(f"/api/projects/{user.get('/api/projects')['data'][0]['id']}")
    assert user.delete(f"/api/imports/{made['id']}")["removed"] == 1


def test_an_undone_import_can_be_imported_again_and_is_not_undone_twice(user: Caller) -> None:
    file = csv_of(HEADINGS, INCOME)
    first = committed(user, "incomes", file)
    assert user.delete(f"/api/imports/{first['id']}")["removed"] == 1
    assert user.delete(f"/api/imports/{first['id']}", expect=409)["code"] == "import_undone"
    assert committed(user, "incomes", file)["created"] == 1


def test_an_undo_needs_the_permission_of_its_kind(
    anonymous: Caller, admin: Caller, user: Caller, viewer: Caller
) -> None:
    made = committed(user, "incomes", csv_of(HEADINGS, INCOME))
    viewer.delete(f"/api/imports/{made['id']}", expect=403)
    role = {"code": "imports", "name": "Importa", "permissions": ["imports:read", "imports:write"]}
    admin.post("/api/roles", role)
    sign_in(anonymous, "imports").delete(f"/api/imports/{made['id']}", expect=403)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (("Fecha", "Descripcion", "Ciudad"), "Unknown column: Ciudad."),
        (("Fecha", "date"), "Given by more than one column: date."),
        (("ID", "Creado"), "None of the headings is known."),
    ],
)
def test_wrong_headings_are_named(user: Caller, head: tuple[str, ...], message: str) -> None:
    problem = sent(user, "incomes", csv_of(head, ("2025-01-01", "a", "b")[: len(head)]), expect=400)
    assert message in problem["errors"]["rows"]["1"]["_headings"]


def test_unknown_columns_are_left_out_if_asked(user: Caller) -> None:
    file = csv_of((*HEADINGS, "Ciudad", "ID"), (*INCOME, "Cali", "7"))
    made = committed(user, "incomes", file, ignore_unknown="true")
    assert (made["created"], made["ignored_columns"]) == (1, ["Ciudad", "ID"])


def test_the_mode_may_be_in_the_address(user: Caller) -> None:
    file = csv_of(HEADINGS, INCOME)
    path = "/api/imports/incomes?mode=commit"
    response = user.send("POST", path, **form(file))
    assert response.status_code == 201
    assert user.get(response.headers["Location"])["data"]["created"] == 1
    assert user.send("POST", path, **form(file, mode="preview")).status_code == 400


def test_the_same_rules_as_of_a_single_post_count(user: Caller) -> None:
    wrong = {"date": "2025-02-29", "amount": "1.005", "currency": "EUR", "category": "x" * 101, "client_id": "0"}
    given = {"description": "Algo", "payment_method": "Efectivo", **wrong}
    single = user.post("/api/expenses", given, expect=400)["errors"]
    file = csv_of(list(given), list(given.values()), delimiter=",")
    [line] = sent(user, "expenses", file)["data"]["lines"]
    ambiguous = line["errors"].pop("amount")
    single.pop("amount")
    assert "ambiguous" in ambiguous[0]
    assert line["errors"] == single


def test_a_receipt_that_is_attached_later_keeps_an_imported_income(user: Caller) -> None:
    made = committed(user, "incomes", csv_of(HEADINGS, INCOME))
    income = made["lines"][0]["id"]
    user.send("PUT", f"/api/incomes/{income}", **with_receipt({"notes": "con recibo"}))
    assert [one["reason"] for one in user.delete(f"/api/imports/{made['id']}")["left"]] == ["changed"]


def test_commit_costs_few_statements_however_many_rows(user: Caller) -> None:
    rows = [(*INCOME[:1], f"Asesoría {number}", *INCOME[2:]) for number in range(500)]
    committed(user, "incomes", csv_of(HEADINGS, INCOME))
    with counted() as one:
        committed(user, "incomes", csv_of(HEADINGS, INCOME))
    with counted() as many:
        committed(user, "incomes", csv_of(HEADINGS, *rows))
    assert len(many) <= len(one) + 3


def test_every_imported_record_is_audited_and_moves_cash(admin: Caller, user: Caller) -> None:
    made = committed(user, "incomes", csv_of(HEADINGS, INCOME, INCOME))
    entries = admin.get("/api/audit", table="incomes")["data"]
    assert {(one["row_id"], one["operation"]) for one in entries} == {
        (line["id"], "incomes:write") for line in made["lines"]
    }
    assert user.get("/api/cashflow")["total_income"] == Decimal("3000001.00")


def test_a_tax_beyond_the_amount_is_an_error_of_its_row(user: Caller) -> None:
    file = csv_of((*HEADINGS, "tax_amount"), (*INCOME, "9.999.999,00"), (*INCOME, "10,00"))
    lines = sent(user, "incomes", file)["data"]["lines"]
    assert [list(line["errors"] or ()) for line in lines] == [["tax_amount"], []]


SPENT = ("Fecha", "Concepto", "Valor", "Moneda", "Categoría", "Medio de pago", "Proveedor")


def test_a_row_of_a_closed_month_is_an_error_of_it_unless_it_is_there_already(user: Caller) -> None:
    known = ("15/01/1950", "Asesoría", "10", "COP", "Consultoría", "", "Efectivo")
    made = IncomeFactory(
        date=date(1950, 1, 15),
        description="Asesoría",
        amount=Decimal(10),
        type="Consultoría",
        payment_method="Efectivo",
        client=None,
    )
    assert str(close_next()) == "1950-01"
    file = csv_of(HEADINGS, known, ("31/01/1950", *INCOME[1:]), ("01/02/1950", *INCOME[1:]))
    lines = sent(user, "incomes", file)["data"]["lines"]
    assert [(line["state"], line["errors"]) for line in lines] == [
        ("duplicate", None),
        ("invalid", {"date": ["1950-01 is closed."]}),
        ("new", None),
    ]
    assert lines[0]["duplicate_of"] == made.id
    problem = sent(user, "incomes", file, expect=400, mode="commit")
    assert problem["errors"] == {"rows": {"3": {"date": ["1950-01 is closed."]}}}


def test_a_payment_of_a_closed_month_is_named_by_the_day_that_lies_in_it(user: Caller) -> None:
    ProjectFactory(name="Tienda")
    close_next()
    head = ("Proyecto", "Valor", "Moneda", "Fecha", "Tipo", "Pagado el", "Estado")
    rest = ("Recurrente", "05/01/1950", "Pagado")
    file = csv_of(head, ("Tienda", "1", "COP", "01/02/1950", *rest), ("Tienda", "1", "COP", "01/01/1950", *rest))
    lines = sent(user, "payments", file)["data"]["lines"]
    assert [sorted(line["errors"]) for line in lines] == [["paid_date"], ["date", "paid_date"]]


def test_suppliers_are_known_by_their_names_and_unknown_ones_are_errors_of_their_row(user: Caller) -> None:
    paper, _, _ = SupplierFactory(name="Papelería Ñandú"), SupplierFactory(name="Dos"), SupplierFactory(name="dos")
    row = ("15/01/2025", "Papel", "1.000,00", "COP", "Oficina", "Efectivo")
    names = ("papeleria  nandu", "Otra", "Dos", "")
    lines = sent(user, "expenses", csv_of(SPENT, *((*row, name) for name in names)))["data"]["lines"]
    assert [list(line["errors"] or ()) for line in lines] == [[], ["supplier_name"], ["supplier_name"], []]
    made = committed(user, "expenses", csv_of(SPENT, (*row, names[0])))["lines"][0]["id"]
    assert user.get(f"/api/expenses/{made}")["data"]["supplier_id"] == paper.id
    by_id = csv_of((*SPENT[:-1], "supplier_id"), (*row, "999999"), (*row, str(paper.id)))
    lines = sent(user, "expenses", by_id)["data"]["lines"]
    assert [line["errors"] for line in lines] == [{"supplier_id": ["The supplier does not exist."]}, None]
