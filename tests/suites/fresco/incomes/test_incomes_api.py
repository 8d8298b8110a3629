"""Incomes over the API."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.suites.fresco.incomes.models import Income
from tests.factories.clients import ClientFactory
from tests.factories.incomes import IncomeFactory
from tests.statements import counted
from tests.support import Caller

NEW = {
    "description": "Aporte de capital",
    "date": "2025-03-01",
    "amount": 1500000.5,
    "currency": "COP",
    "type": "Aporte de socio",
    "payment_method": "Transferencia",
}


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer["data"]]


def test_an_income_is_created_with_a_location(user: Caller) -> None:
    response = user.send("POST", "/api/incomes", json=NEW)
    created = response.get_json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/incomes/{created['id']}"
    assert {name: created[name] for name in NEW} == NEW
    assert (created["client"], created["client_id"], created["receipt_path"]) == (None, None, None)
    assert user.get(response.headers["Location"])["data"] == created


def test_a_response_may_be_sent_back(user: Caller) -> None:
    created = user.post("/api/incomes", NEW)["data"]
    changed = user.put(f"/api/incomes/{created['id']}", {**created, "id": 999, "notes": "Acta 12"})["data"]
    assert (changed["id"], changed["notes"]) == (created["id"], "Acta 12")


def test_a_put_changes_the_fields_that_are_sent_and_no_others(user: Caller) -> None:
    income = IncomeFactory(notes="a", client="Banco")
    changed = user.put(f"/api/incomes/{income.id}", {"notes": None})["data"]
    assert (changed["notes"], changed["client"], changed["amount"]) == (None, "Banco", 1000)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", ""),
        ("description", " "),
        ("description", "x" * 501),
        ("date", "2025-02-29"),
        ("date", None),
        ("amount", 0),
        ("amount", "-1"),
        ("amount", "1.005"),
        ("amount", "1e400"),
        ("amount", "NaN"),
        ("amount", True),
        ("amount", "10000000000"),
        ("currency", "EUR"),
        ("type", ""),
        ("type", "x" * 101),
        ("client", "x" * 201),
        ("client_id", 0),
        ("client_id", "x"),
        ("payment_method", None),
        ("payment_method", "x" * 101),
        ("receipt_path", "2025/01/nobody.pdf"),
        ("receipt_path", "../../etc/passwd"),
        ("receipt_path", "x" * 101),
        ("notes", "x" * 10_001),
        ("monto", 5),
    ],
)
def test_a_wrong_field_is_named(user: Caller, field: str, value: object) -> None:
    problem = user.post("/api/incomes", {**NEW, field: value}, expect=400)
    assert list(problem["errors"]) == [field]


def test_missing_required_fields_are_named(user: Caller) -> None:
    problem = user.post("/api/incomes", {}, expect=400)
    assert set(problem["errors"]) == {"description", "date", "amount", "currency", "type", "payment_method"}


@pytest.mark.parametrize("client_id", [987654321, 2**63])
def test_an_unknown_client_is_not_found(user: Caller, client_id: int) -> None:
    user.post("/api/incomes", {**NEW, "client_id": client_id}, expect=404)
    user.put(f"/api/incomes/{IncomeFactory().id}", {"client_id": client_id}, expect=404)


def test_an_income_names_its_client(user: Caller) -> None:
    client = ClientFactory()
    created = user.post("/api/incomes", {**NEW, "client_id": client.id})["data"]
    assert created["client_id"] == client.id


def test_a_client_with_incomes_is_not_deleted(user: Caller) -> None:
    client = ClientFactory()
    IncomeFactory(client_id=client.id)
    user.delete(f"/api/clients/{client.id}", expect=409)


def test_a_deleted_income_is_gone(user: Caller) -> None:
    income = IncomeFactory()
    assert user.delete(f"/api/incomes/{income.id}") == {"message": "Income deleted"}
    user.get(f"/api/incomes/{income.id}", expect=404)
    user.delete(f"/api/incomes/{income.id}", expect=404)


def test_a_change_of_an_older_version_is_refused(user: Caller) -> None:
    income = IncomeFactory()
    etag = user.send("GET", f"/api/incomes/{income.id}").headers["ETag"]
    user.put(f"/api/incomes/{income.id}", {"notes": "first"}, If_Match=etag)
    user.put(f"/api/incomes/{income.id}", {"notes": "second"}, expect=412, If_Match=etag)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"type": "Intereses"}, [1]),
        ({"type": "intereses"}, []),
        ({"type": ["Intereses", "Consultoría"]}, [1]),
        ({"payment_method": "Efectivo"}, [1]),
        ({"amount_min": "7000.01"}, [1]),
        ({"amount_max": 7000}, [0, 2]),
        ({"date_from": "2025-02-01"}, [1, 2]),
        ({"date_to": "2025-02-01"}, [0, 1]),
        ({"date_from": "2025-02-01", "date_to": "2025-02-01"}, [1]),
        ({"q": "BANCO"}, [1]),
        ({"q": "nandu"}, [2]),
        ({"q": "acta"}, [0]),
        ({"q": "%"}, []),
    ],
)
def test_incomes_are_filtered(user: Caller, filters: dict[str, Any], found: list[int]) -> None:
    client = ClientFactory(name="Hacienda Ñandú")
    made = [
        IncomeFactory(date=date(2025, 1, 1), notes="Acta 7", type="Otros"),
        IncomeFactory(
            date=date(2025, 2, 1),
            type="Intereses",
            client="Banco de Bogotá",
            payment_method="Efectivo",
            amount=Decimal("7000.01"),
        ),
        IncomeFactory(date=date(2025, 3, 1), client_id=client.id, type="Otros"),
    ]
    assert ids(user.get("/api/incomes", sort="date", **filters)) == [made[number].id for number in found]
    assert ids(user.get("/api/incomes", **filters)) == [made[number].id for number in reversed(found)]


def test_incomes_are_filtered_by_client(user: Caller) -> None:
    income = IncomeFactory(client_id=ClientFactory().id)
    IncomeFactory()
    assert ids(user.get("/api/incomes", client_id=income.client_id)) == [income.id]


@pytest.mark.parametrize("query", [{"tipo": "x"}, {"sort": "notes"}, {"currency": "EUR"}, {"page": 0}])
def test_a_wrong_parameter_is_named(user: Caller, query: dict[str, Any]) -> None:
    assert list(user.get("/api/incomes", expect=400, **query)["errors"]) == list(query)


def test_a_range_that_ends_before_it_begins_is_refused(user: Caller) -> None:
    problem = user.get("/api/incomes", expect=400, date_from="2025-02-02", date_to="2025-02-01")
    assert list(problem["errors"]) == ["date_to"]


def test_the_total_is_of_all_that_match_in_the_companys_currency(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    admin.post("/api/exchange-rates", {"date": "2025-02-01", "rate": 4100.5})
    IncomeFactory(date=date(2025, 1, 15), amount=Decimal("10.01"), currency="USD")
    IncomeFactory(date=date(2025, 2, 15), amount=Decimal("10.01"), currency="USD")
    IncomeFactory(date=date(2025, 2, 15), amount=Decimal("500.25"))
    answer = admin.get("/api/incomes", per_page=1)
    assert answer["total"] == Decimal("81586.26")  # 10.01 * (4000 + 4100.5) + 500.25, rounded half up
    assert (answer["currency"], answer["pagination"]["total"], len(answer["data"])) == ("COP", 3, 1)
    assert "converted_amount" not in answer["data"][0]


def test_an_income_is_converted_at_the_rate_of_its_own_day(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    admin.post("/api/exchange-rates", {"date": "2025-02-01", "rate": 5000})
    for day in (date(2024, 6, 1), date(2025, 1, 31), date(2025, 2, 1)):
        IncomeFactory(date=day, amount=Decimal("20000"))
    IncomeFactory(date=date(2025, 3, 1), amount=Decimal("7"), currency="USD")
    answer = admin.get("/api/incomes", currency="USD", sort="date")
    assert [(row["converted_amount"], row["exchange_rate"]) for row in answer["data"]] == [
        (5, 4000),  # before the first known rate, the first
        (5, 4000),
        (4, 5000),
        (7, 1),
    ]
    assert {row["converted_currency"] for row in answer["data"]} == {"USD"}
    assert (answer["total"], answer["currency"]) == (21, "USD")


def test_a_sum_is_rounded_once_at_the_end(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 3})
    for _ in range(3):
        IncomeFactory(amount=Decimal("1.00"))
    answer = admin.get("/api/incomes", currency="USD")
    assert [row["converted_amount"] for row in answer["data"]] == [Decimal("0.33")] * 3
    assert answer["total"] == 1


def test_a_missing_rate_leaves_the_total_out_only_where_one_is_needed(user: Caller) -> None:
    IncomeFactory()
    shown = user.get("/api/incomes", currency="COP")
    assert (shown["total"], shown.keys() & {"warnings", "totals_by_currency"}) == (1000, set())
    IncomeFactory(currency="USD", date=date(2025, 3, 12))  # has a worth in dollars, which must not pass for the whole
    shown = user.get("/api/incomes", currency="USD")
    assert (shown["total"], shown["totals_by_currency"]) == (None, {"COP": 1000, "USD": 1000})
    [warning] = shown["warnings"]
    known = ("exchange_rate_missing", "COP", "USD", "2025-03-10")
    assert (warning["code"], warning["base"], warning["quote"], warning["date"]) == known
    assert "from COP to USD for 2025-03-10" in warning["detail"]
    assert [row["converted_amount"] for row in shown["data"]] == [1000, None]
    assert user.get("/api/incomes", currency="USD", type="none")["total"] == 0


def test_a_list_costs_few_statements(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    for _ in range(20):
        IncomeFactory(currency="USD")
    with counted() as sent:
        admin.get("/api/incomes", currency="USD", q="ingreso")
    assert len(sent) <= 4, sent


def test_a_viewer_reads_and_does_not_write(viewer: Caller) -> None:
    income = IncomeFactory()
    viewer.get("/api/incomes")
    viewer.post("/api/incomes", NEW, expect=403)
    viewer.put(f"/api/incomes/{income.id}", {"notes": "x"}, expect=403)
    viewer.delete(f"/api/incomes/{income.id}", expect=403)


def test_the_text_limits_are_the_columns_own(user: Caller) -> None:
    columns = Income.__table__.c
    longest = {name: "x" * columns[name].type.length for name in ("description", "type", "client", "payment_method")}
    created = user.post("/api/incomes", {**NEW, **longest, "notes": "x" * 10_000})["data"]
    assert {name: created[name] for name in longest} == longest
