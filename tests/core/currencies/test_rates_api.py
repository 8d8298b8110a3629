"""Exchange rates over the API."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from app.kernel.money import Currency
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
            *("1e3", "1_000", "4,000", "٤٠٠٠", "0.0000000000001", "4000.1234567890123", 10**16, "1" * 17),
            *("4000\x00", "1" * 5000),
        )
    ]
    + [
        ("date", None),
        ("date", "2026-02-29"),
        ("date", "infinity"),
        ("date", "1899-12-31"),
        ("date", 20260302),
        ("base", "XAU"),
        ("base", "eur"),
        ("base", None),
        ("quote", "USD"),
        ("quote", "cop"),
        ("kind", "ask"),
        ("kind", None),
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
    [
        (4000, "4000"),
        (4000.5, "4000.5"),
        ("0.000000000001", "0.000000000001"),
        ("9999999999999999.999999999999", "9999999999999999.999999999999"),
    ],
)
def test_a_rate_is_kept_to_the_last_decimal(admin: Caller, given: object, stored: str) -> None:
    response = admin.send("POST", PATH, json={**NEW, "rate": given})
    assert Decimal(response.get_data(as_text=True).split('"rate":')[1].split(",")[0]) == Decimal(stored)


def test_dollars_are_priced_in_pesos_and_not_the_other_way_round(admin: Caller) -> None:
    turned = {**NEW, "base": "COP", "quote": "USD", "rate": "0.00025"}
    assert admin.post(PATH, turned, expect=409)["code"] == "inverse_rate"
    admin.post(PATH, NEW)
    assert admin.post(PATH, turned, expect=409)["code"] == "inverse_rate"
    assert len(admin.get(PATH)["data"]) == 1


def test_a_pair_is_entered_in_the_direction_of_its_first_rate_until_the_last_is_deleted(admin: Caller) -> None:
    there = {"date": "2026-03-02", "base": "EUR", "quote": "PEN", "rate": "4"}
    back = {"date": "2026-03-09", "base": "PEN", "quote": "EUR", "rate": "0.25"}
    first = admin.send("POST", PATH, json=there).headers["Location"]
    second = admin.send("POST", PATH, json={**there, "date": "2026-03-03"}).headers["Location"]
    assert admin.post(PATH, back, expect=409)["code"] == "inverse_rate"
    admin.delete(first)
    assert admin.post(PATH, back, expect=409)["code"] == "inverse_rate"
    admin.delete(second)
    assert admin.post(PATH, back)["data"]["base"] == "PEN"
    assert admin.post(PATH, there, expect=409)["code"] == "inverse_rate"


def test_each_side_of_a_day_has_a_rate_of_its_own(admin: Caller) -> None:
    for kind, rate in ((None, "4000"), ("buy", "3900"), ("sell", "4100")):
        created = admin.post(PATH, {**NEW, "rate": rate} | ({"kind": kind} if kind else {}))["data"]
        assert created["kind"] == (kind or "mid")
    assert admin.post(PATH, {**NEW, "kind": "buy", "rate": 3950}, expect=200)["data"]["rate"] == 3950
    query = {"amount": 10, "from": "USD", "to": "COP", "date": "2026-03-02"}
    worths = [admin.get(f"{PATH}/convert", **query, kind=kind)["data"]["converted_amount"] for kind in ("buy", "sell")]
    assert worths == [39500, 41000]
    assert admin.get(f"{PATH}/convert", **query)["data"]["converted_amount"] == 40000
    turned = query | {"amount": 4100, "from": "COP", "to": "USD", "kind": "buy"}  # who buys pesos sells dollars
    assert admin.get(f"{PATH}/convert", **turned)["data"]["converted_amount"] == 1


def test_rates_are_filtered_by_their_currencies(admin: Caller) -> None:
    for base, quote in (("USD", "COP"), ("EUR", "COP"), ("EUR", "JPY")):
        admin.post(PATH, {**NEW, "base": base, "quote": quote})

    def listed(**query: str) -> set[tuple[str, str]]:
        return {(row["base"], row["quote"]) for row in admin.get(PATH, **query)["data"]}

    assert listed(base="EUR") == {("EUR", "COP"), ("EUR", "JPY")}
    assert listed(quote="COP") == {("USD", "COP"), ("EUR", "COP")}
    assert listed(base="EUR", quote="COP") == {("EUR", "COP")}
    assert listed(base="GBP") == set()


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
            "via": None,
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
    query = {"amount": 5, "from": source, "to": target, "date": "2026-03-01"}
    problem = viewer.get(f"{PATH}/convert", expect=409, **query)
    assert problem["code"] == "exchange_rate_missing"
    assert all(word in problem["detail"] for word in (f"from {source} to {target}", "2026-03-01", PATH))


def test_a_cross_names_its_pivot_and_the_older_day(viewer: Caller) -> None:
    RateFactory(date=date(2026, 3, 2), base=Currency.USD, quote=Currency.JPY, rate=Decimal(150))
    RateFactory(date=date(2026, 3, 5), base=Currency.KWD, quote=Currency.USD, rate=Decimal("3.25"))
    query = {"amount": "1.005", "from": "KWD", "to": "JPY", "date": "2026-03-06"}
    answer = viewer.get(f"{PATH}/convert", **query)["data"]
    assert (answer["rate"], answer["rate_date"], answer["via"]) == (Decimal("487.5"), "2026-03-02", "USD")
    assert answer["converted_amount"] == 490  # 489.9375
    back = viewer.get(f"{PATH}/convert", **(query | {"amount": "490", "from": "JPY", "to": "KWD"}))["data"]
    assert (back["rate"], back["converted_amount"]) == (Decimal("0.002051282051"), Decimal("1.005"))


@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", "1.5"), ("USD", "1.005"), ("KWD", "1.0005"), ("CLF", "1.00005")]
)
def test_an_amount_has_no_more_decimals_than_its_currency(viewer: Caller, currency: str, amount: str) -> None:
    query = {"amount": amount, "from": currency, "to": currency}
    assert list(viewer.get(f"{PATH}/convert", expect=400, **query)["errors"]) == ["amount"]


@pytest.mark.parametrize("currency", ["COP", "USD"])
def test_the_same_currency_needs_no_rate(viewer: Caller, currency: str) -> None:
    data = viewer.get(f"{PATH}/convert", **{"amount": "5.25", "from": currency, "to": currency})["data"]
    assert (data["rate"], data["rate_date"], data["converted_amount"]) == (1, None, 5.25)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("amount", value) for value in ("", "0", "-1", "1.005", "NaN", "1e3", "10000000000")),
        *(("from", value) for value in ("", "XXX", "usd")),
        ("to", "EURO"),
        ("kind", "mean"),
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
    assert required == {"amount": True, "from": True, "to": True, "date": False, "kind": False}


def _days(answer: Any) -> list[int]:
    return [int(row["date"][-2:]) for row in answer["data"]]
