"""Exchange rates over the API."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from tests.factories.currencies import RateFactory
from tests.support import Caller

PATH = "/api/exchange-rates"
NEW = {"date": "2026-03-02", "rate": "4012.345678"}


def test_a_new_rate_is_created_in_pesos_for_a_dollar(admin: Caller) -> None:
    response = admin.send("POST", PATH, json=NEW)
    created = response.get_json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"{PATH}/{created['id']}"
    expected = {"date": "2026-03-02", "base": "USD", "quote": "COP", "rate": Decimal("4012.345678"), "source": "manual"}
    assert {name: created[name] for name in expected} == expected
    assert admin.get(response.headers["Location"])["data"] == created


def test_a_rate_of_a_day_that_has_one_takes_its_place(admin: Caller) -> None:
    first = admin.send("POST", PATH, json=NEW)
    second = admin.send("POST", PATH, json={**NEW, "rate": 4100})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.get_json()["data"]["id"] == first.get_json()["data"]["id"]
    assert second.headers["ETag"] != first.headers["ETag"]
    assert "Location" not in second.headers
    assert [row["rate"] for row in admin.get(PATH)["data"]] == [4100]


def test_a_replacement_repeated_under_its_key_is_answered_with_the_same_status(admin: Caller) -> None:
    RateFactory(date=date(2026, 3, 2))
    keyed = admin.with_headers(Idempotency_Key="again")
    answers = [keyed.send("POST", PATH, json=NEW) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert answers[1].headers["ETag"] == answers[0].headers["ETag"]


def test_a_response_may_be_sent_back(admin: Caller) -> None:
    created = admin.post(PATH, NEW)["data"]
    assert admin.post(PATH, created, expect=200)["data"]["rate"] == created["rate"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate", value)
        for value in (
            *(0, "0", "0.000000", -4000, "-4000", "+4000", True, None, [], {}, "", " 4000", "4000 ", "NaN", "Infinity"),
            *("1e3", "1_000", "4,000", "٤٠٠٠", 0.0000001, "0.0000001", 4000.1234567, 1000000000000, "1" * 13),
            *("4000\x00", "1" * 5000),
        )
    ]
    + [
        ("date", None),
        ("date", "2026-02-29"),
        ("date", "infinity"),
        ("date", "1899-12-31"),
        ("date", 20260302),
        ("base", "COP"),
        ("base", "EUR"),
        ("base", None),
        ("quote", "USD"),
        ("quote", "cop"),
        ("tasa", 4000),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(admin: Caller, field: str, value: object) -> None:
    problem = admin.post(PATH, {**NEW, field: value}, expect=400)
    assert list(problem["errors"]) == [field]
    assert admin.get(PATH)["data"] == []


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "1e400", "-1e400", "1e-400", "9" * 99])
def test_a_number_that_is_no_rate_is_refused(admin: Caller, raw: str) -> None:
    body = f'{{"date": "2026-03-02", "rate": {raw}}}'
    assert admin.send("POST", PATH, data=body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("given", "stored"),
    [(4000, "4000"), (4000.5, "4000.5"), ("0.000001", "0.000001"), ("999999999999.999999", "999999999999.999999")],
)
def test_a_rate_is_kept_to_the_last_decimal(admin: Caller, given: object, stored: str) -> None:
    response = admin.send("POST", PATH, json={**NEW, "rate": given})
    assert Decimal(response.get_data(as_text=True).split('"rate":')[1].split(",")[0]) == Decimal(stored)


def test_a_rate_the_wrong_way_round_is_refused_and_not_turned_round(admin: Caller) -> None:
    problem = admin.post(PATH, {**NEW, "base": "COP", "quote": "USD", "rate": "0.00025"}, expect=400)
    assert set(problem["errors"]) == {"base", "quote"}


def test_rates_are_listed_newest_first_and_filtered_by_day(viewer: Caller) -> None:
    for day in (2, 3, 1, 4):
        RateFactory(date=date(2026, 3, day))
    assert _days(viewer.get(PATH)) == [4, 3, 2, 1]
    assert _days(viewer.get(PATH, date_from="2026-03-02", date_to="2026-03-03")) == [3, 2]
    assert _days(viewer.get(PATH, sort="date", per_page=2, page=2)) == [3, 4]
    assert viewer.get(PATH, per_page=3)["pagination"] == {"page": 1, "per_page": 3, "total": 4, "pages": 2}


@pytest.mark.parametrize("query", [{"from": "2026-01-01"}, {"date_from": "x"}, {"sort": "version"}, {"page": 0}])
def test_a_wrong_parameter_is_refused(viewer: Caller, query: dict[str, Any]) -> None:
    assert set(viewer.get(PATH, expect=400, **query)["errors"]) == set(query)


def test_a_range_that_ends_before_it_begins_is_refused(viewer: Caller) -> None:
    assert "date_to" in viewer.get(PATH, expect=400, date_from="2026-03-02", date_to="2026-03-01")["errors"]


def test_a_deleted_rate_is_gone(admin: Caller) -> None:
    rate = RateFactory(date=date(2026, 3, 2))
    assert admin.delete(f"{PATH}/{rate.id}") == {"message": "Exchange rate deleted"}
    assert admin.get(f"{PATH}/{rate.id}", expect=404)["code"] == "not_found"
    admin.delete(f"{PATH}/{rate.id}", expect=404)


def test_a_rate_that_was_replaced_meanwhile_is_not_deleted_by_who_saw_the_old_one(admin: Caller) -> None:
    seen = admin.send("POST", PATH, json=NEW)
    address = seen.headers["Location"]
    admin.post(PATH, {**NEW, "rate": 4100}, expect=200)
    assert admin.delete(address, expect=412, If_Match=seen.headers["ETag"])["code"] == "stale_version"
    fresh = admin.send("GET", address).headers["ETag"]
    admin.delete(address, If_Match=fresh)


@pytest.mark.parametrize("role", ["user", "viewer"])
def test_only_an_admin_writes_rates_and_everybody_reads_them(request: pytest.FixtureRequest, role: str) -> None:
    caller: Caller = request.getfixturevalue(role)
    rate = RateFactory(date=date(2026, 3, 2))
    caller.get(f"{PATH}/{rate.id}")
    caller.get(f"{PATH}/convert", **{"amount": 1, "from": "USD", "to": "COP"})
    caller.post(PATH, NEW, expect=403)
    caller.delete(f"{PATH}/{rate.id}", expect=403)


def test_an_amount_is_converted_at_the_rate_of_the_day_and_rounded_once(viewer: Caller) -> None:
    RateFactory(date=date(2026, 3, 2), rate=Decimal("4000.125"))
    RateFactory(date=date(2026, 3, 9), rate=Decimal(5000))
    answer = viewer.get(f"{PATH}/convert", **{"amount": "100.20", "from": "USD", "to": "COP", "date": "2026-03-08"})
    assert answer == {
        "data": {
            "amount": Decimal("100.20"),
            "from": "USD",
            "to": "COP",
            "date": "2026-03-08",
            "rate": 4000.125,
            "rate_date": "2026-03-02",
            "converted_amount": Decimal("400812.53"),  # 400812.525
        }
    }


def test_before_the_first_rate_the_first_holds(viewer: Caller) -> None:
    RateFactory(date=date(2026, 3, 2), rate=Decimal(4000))
    answer = viewer.get(f"{PATH}/convert", **{"amount": 1000, "from": "COP", "to": "USD", "date": "1999-01-01"})
    assert (answer["data"]["rate_date"], answer["data"]["converted_amount"]) == ("2026-03-02", 0.25)


def test_the_day_is_today_unless_given(viewer: Caller) -> None:
    RateFactory(date=date(2026, 3, 2), rate=Decimal(4000))
    RateFactory(date=date(2026, 3, 3), rate=Decimal(5000))
    with clock.frozen(datetime(2026, 3, 3, 4, 59, tzinfo=UTC)):  # still the second in Bogotá
        answer = viewer.get(f"{PATH}/convert", **{"amount": 1, "from": "USD", "to": "COP"})
    assert (answer["data"]["date"], answer["data"]["converted_amount"]) == ("2026-03-02", 4000)


@pytest.mark.parametrize(("source", "target"), [("USD", "COP"), ("COP", "USD")])
def test_without_any_rate_there_is_no_conversion(viewer: Caller, source: str, target: str) -> None:
    problem = viewer.get(f"{PATH}/convert", expect=409, **{"amount": 5, "from": source, "to": target})
    assert problem["code"] == "exchange_rate_missing"


@pytest.mark.parametrize("currency", ["COP", "USD"])
def test_the_same_currency_needs_no_rate(viewer: Caller, currency: str) -> None:
    data = viewer.get(f"{PATH}/convert", **{"amount": "5.25", "from": currency, "to": currency})["data"]
    assert (data["rate"], data["rate_date"], data["converted_amount"]) == (1, None, 5.25)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("amount", value) for value in ("", "0", "-1", "1.005", "NaN", "1e3", "10000000000")),
        *(("from", value) for value in ("", "EUR", "usd")),
        ("to", "EUR"),
        ("date", "tomorrow"),
        ("day", "2026-01-01"),
        ("currency", "COP"),
    ],
)
def test_a_conversion_required_for_wrongly_names_what_is_wrong(viewer: Caller, field: str, value: str) -> None:
    query = {"amount": "1", "from": "USD", "to": "COP", field: value}
    assert list(viewer.get(f"{PATH}/convert", expect=400, **query)["errors"]) == [field]


def test_a_conversion_needs_an_amount_and_both_currencies(viewer: Caller) -> None:
    assert set(viewer.get(f"{PATH}/convert", expect=400)["errors"]) == {"amount", "from", "to"}


@pytest.mark.parametrize("document", ["swagger", "openapi"])
def test_both_statuses_of_entering_a_rate_are_documented(anonymous: Caller, document: str) -> None:
    operation = anonymous.get(f"/api/{document}.json")["paths"][PATH]["post"]
    assert {"200", "201"} <= set(operation["responses"])


def test_the_documents_show_the_parameters_by_their_names(anonymous: Caller) -> None:
    paths = anonymous.get("/api/openapi.json")["paths"]
    required = {parameter["name"]: parameter["required"] for parameter in paths[f"{PATH}/convert"]["get"]["parameters"]}
    assert required == {"amount": True, "from": True, "to": True, "date": False}


def _days(answer: Any) -> list[int]:
    return [int(row["date"][-2:]) for row in answer["data"]]
