"""The company's settings over the API."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.company.models import Company
from app.core.company.service import FirstValues, SettingsReader
from app.infra import clock
from app.infra.db import db
from app.kernel.money import Currency
from tests.factories.currencies import RateFactory
from tests.factories.expenses import ExpenseFactory
from tests.factories.files import SAMPLES
from tests.factories.incomes import IncomeFactory
from tests.statements import counted
from tests.support import Caller, logs_kept, sign_in

COMPANY = "/api/company"


def upload(caller: Caller, name: str) -> dict[str, Any]:
    data = {"file": (io.BytesIO(SAMPLES[name]), name)}
    response = caller.send("POST", "/api/upload", data=data, content_type="multipart/form-data")
    assert response.status_code == 201
    answer: dict[str, Any] = response.get_json()
    return answer


def test_a_new_company_has_the_values_of_the_environment_and_defaults(viewer: Caller) -> None:
    shown = viewer.get(COMPANY)["data"]
    del shown["updated_at"]
    assert shown == {
        "name": "Control Fresco",
        "legal_name": None,
        "tax_id": None,
        "country": "CO",
        "timezone": "America/Bogota",
        "base_currency": "COP",
        "billing_currencies": ["COP", "USD"],
        "locale": "es-CO",
        "logo": None,
        "opening_balance": 0,
        "opening_date": None,
        "tax_rate": Decimal("0.35"),
        "marketing_categories": ["Marketing", "Publicidad"],
        "capital_income_types": ["Aporte de socio", "Préstamo"],
        "capital_expense_categories": ["Abono a préstamo", "Dividendos", "Retiro de socio"],
        "cashflow_suites": ["fresco"],
    }


def test_only_admins_change_the_company(admin: Caller, user: Caller, viewer: Caller) -> None:
    user.put(COMPANY, {"name": "Otra"}, expect=403)
    viewer.put(COMPANY, {"name": "Otra"}, expect=403)
    assert admin.put(COMPANY, {"name": "Brisa S.A.S."})["data"]["name"] == "Brisa S.A.S."


def test_a_response_may_be_sent_back(admin: Caller) -> None:
    shown = admin.get(COMPANY)["data"]
    changed = admin.put(COMPANY, {**shown, "legal_name": "Brisa S.A.S."})["data"]
    assert {**changed, "updated_at": None} == {**shown, "legal_name": "Brisa S.A.S.", "updated_at": None}


def test_a_change_of_an_older_version_is_refused(admin: Caller) -> None:
    etag = admin.send("GET", COMPANY).headers["ETag"]
    admin.put(COMPANY, {"name": "Brisa"}, If_Match=etag)
    admin.put(COMPANY, {"name": "Viento"}, expect=412, If_Match=etag)
    assert admin.get(COMPANY)["data"]["name"] == "Brisa"


def test_a_change_is_audited(admin: Caller) -> None:
    admin.put(COMPANY, {"tax_rate": "0.3"})
    entry = admin.get("/api/audit", table="company")["data"][0]
    assert (entry["action"], entry["after"]["tax_rate"]) == ("update", Decimal("0.3"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", None),
        ("country", "co"),
        ("country", "XX"),
        ("timezone", "Bogota"),
        ("timezone", "../etc/passwd"),
        ("base_currency", "XAU"),
        ("billing_currencies", []),
        ("billing_currencies", ["USD"]),
        ("billing_currencies", ["COP", "COP"]),
        ("billing_currencies", "COP"),
        ("locale", "es_CO"),
        ("locale", "español"),
        ("logo", 99_999),
        ("opening_balance", "1.005"),
        ("opening_balance", "1.00001"),
        ("opening_balance", "1e3"),
        ("opening_balance", "1000000000000000"),
        ("opening_date", "2026-02-30"),
        ("tax_rate", 1.01),
        ("tax_rate", -0.1),
        ("tax_rate", 0.1234567),
        ("marketing_categories", ["Pauta", "pauta"]),
        ("marketing_categories", ["Pauta", " "]),
        ("capital_income_types", ["x" * 201]),
        ("cashflow_suites", ["erp"]),
        ("nombre", "typo"),
    ],
)
def test_a_wrong_field_is_named(admin: Caller, field: str, value: object) -> None:
    problem = admin.put(COMPANY, {field: value}, expect=400)
    assert list(problem["errors"]) == [field]


def test_the_logo_is_shown_to_everybody(admin: Caller, anonymous: Caller) -> None:
    anonymous.get(f"{COMPANY}/logo", expect=404)
    admin.put(COMPANY, {"logo": upload(admin, "logo.png")["id"]})
    response = anonymous.send("GET", f"{COMPANY}/logo")
    assert (response.mimetype, response.data) == ("image/png", SAMPLES["logo.png"])


def test_a_logo_must_be_a_picture(admin: Caller) -> None:
    problem = admin.put(COMPANY, {"logo": upload(admin, "contrato.pdf")["id"]}, expect=400)
    assert list(problem["errors"]) == ["logo"]


def test_a_replaced_logo_is_removed(admin: Caller) -> None:
    first = upload(admin, "logo.png")["id"]
    admin.put(COMPANY, {"logo": first})
    admin.put(COMPANY, {"logo": upload(admin, "foto.jpg")["id"]})
    admin.get(f"/api/files/{first}", expect=404)
    admin.put(COMPANY, {"logo": None})
    admin.get(f"{COMPANY}/logo", expect=404)


@pytest.mark.parametrize("factory", [IncomeFactory, ExpenseFactory])
def test_the_base_currency_is_fixed_once_there_are_movements(admin: Caller, factory: Any) -> None:
    assert admin.put(COMPANY, {"base_currency": "USD"})["data"]["base_currency"] == "USD"
    factory()
    assert admin.put(COMPANY, {"base_currency": "COP"}, expect=409)["code"] == "company_has_movements"
    admin.put(COMPANY, {"base_currency": "USD", "name": "Brisa"})  # is no change


def test_the_base_currency_may_be_any_and_the_opening_balance_has_its_decimals(admin: Caller) -> None:
    yen = {"base_currency": "JPY", "billing_currencies": ["JPY", "USD"]}
    admin.put(COMPANY, {"opening_balance": "10.5"})
    assert list(admin.put(COMPANY, yen, expect=400)["errors"]) == ["opening_balance"]
    admin.put(COMPANY, {**yen, "opening_balance": "1000"})
    answer = admin.get("/api/cashflow")
    assert (answer["currency"], answer["closing_balance"]) == ("JPY", 1000)
    assert admin.get("/api/meta")["data"]["currencies"] == ["JPY", "USD", "COP"]
    dinars = {"base_currency": "KWD", "billing_currencies": ["KWD"], "opening_balance": "0.125"}
    assert admin.put(COMPANY, dinars)["data"]["opening_balance"] == Decimal("0.125")


def test_totals_may_be_requested_in_each_currency_that_has_a_rate(admin: Caller) -> None:
    ExpenseFactory(date=date(2026, 1, 15), amount=Decimal(9000))
    for path in ("/api/expenses", "/api/cashflow", "/api/cashflow/metrics", "/api/reports/summary"):
        assert list(admin.get(path, currency="EUR", expect=400)["errors"]) == ["currency"]
        assert list(admin.get(path, currency="XAU", expect=400)["errors"]) == ["currency"]
    RateFactory(date=date(2026, 1, 1), base=Currency.EUR, quote=Currency.COP, rate=Decimal(4500))
    for path in ("/api/expenses", "/api/cashflow", "/api/cashflow/metrics", "/api/reports/summary"):
        assert admin.get(path, currency="EUR")["currency"] == "EUR"
    [item] = admin.get("/api/expenses", currency="EUR")["data"]
    assert (item["converted_amount"], item["converted_currency"], item["exchange_rate"]) == (2, "EUR", 4500)
    assert admin.get("/api/meta")["data"]["currencies"] == ["COP", "USD", "EUR"]


def test_an_expense_without_a_way_to_the_currency_is_named(admin: Caller) -> None:
    ExpenseFactory(date=date(2026, 1, 15), amount=Decimal(9000))
    RateFactory(date=date(2026, 1, 1), base=Currency.EUR, quote=Currency.JPY, rate=Decimal(150))
    problem = admin.get("/api/cashflow/metrics", currency="EUR", expect=409)
    assert problem["code"] == "exchange_rate_missing"
    assert "from COP to EUR for 2026-01-15" in problem["detail"]
    for path in ("/api/expenses", "/api/cashflow"):
        [warning] = admin.get(path, currency="EUR")["warnings"]
        assert "from COP to EUR for 2026-01-15" in warning["detail"], path


def test_amounts_are_in_the_new_base_currency_at_once(admin: Caller) -> None:
    assert admin.get("/api/cashflow")["currency"] == "COP"
    admin.put(COMPANY, {"base_currency": "USD"})
    assert admin.get("/api/cashflow")["currency"] == "USD"


def test_today_is_the_day_of_the_new_zone_at_once(admin: Caller) -> None:
    ExpenseFactory(date=date(2026, 1, 15), amount=Decimal(10))
    with clock.frozen(datetime(2026, 1, 15, 3, tzinfo=UTC)):  # in Bogota it is still the 14th
        admin = sign_in(Caller(admin.client), "admin")
        before = admin.get("/api/cashflow/metrics")["current_balance"]
        admin.put(COMPANY, {"timezone": "Asia/Tokyo"})
        after = admin.get("/api/cashflow/metrics")["current_balance"]
    assert (before, after) == (0, -10)


def test_the_opening_balance_counts_from_the_opening_date(admin: Caller) -> None:
    admin.put(COMPANY, {"opening_balance": 1000, "opening_date": "2026-02-01"})
    for day, amount in ((date(2026, 1, 31), 5), (date(2026, 2, 1), 30), (date(2026, 3, 2), 7)):
        IncomeFactory(date=day, amount=Decimal(amount))
    expected = {
        (None, None): (0, 1037),
        (None, "2026-01-31"): (0, 0),
        ("2026-01-01", "2026-02-01"): (0, 1030),
        ("2026-02-01", "2026-02-28"): (1000, 1030),
        ("2026-03-01", "2026-03-31"): (1030, 1037),
    }
    for (first, last), balances in expected.items():
        query = {name: day for name, day in (("date_from", first), ("date_to", last)) if day}
        shown = admin.get("/api/cashflow", **query)
        assert (shown["opening_balance"], shown["closing_balance"]) == balances
    trend = admin.get("/api/reports/summary", date_from="2026-01-01", date_to="2026-03-31")["cash_flow_trend"]
    assert [month["balance"] for month in trend] == [0, 1030, 1037]


def reader(app: Flask, **config: object) -> SettingsReader:
    return SettingsReader(FirstValues.of({**app.config, **config}), frozenset({"name"}))


@pytest.fixture
def stored(app: Flask, database: None) -> Iterator[Session]:
    """A session."""
    with app.app_context():
        yield db.session()


def test_the_environment_gives_first_values_only(app: Flask, stored: Session, caplog: pytest.LogCaptureFixture) -> None:
    with logs_kept() as root:
        root.propagate = True
        assert reader(app).read(stored, None).name == "Control Fresco"
        assert not caplog.messages
        assert reader(app, COMPANY_NAME="Brisa").read(stored, None).name == "Control Fresco"
    assert set(caplog.messages) == {"the environment's name is not used: the company's settings have another value"}


def test_settings_of_a_known_revision_are_not_read_again(app: Flask, stored: Session) -> None:
    settings = reader(app)
    first = settings.read(stored, None)
    with counted() as statements:
        assert settings.read(stored, first.revision) is first
    assert statements == []


def test_settings_of_another_revision_are_read_anew(app: Flask, stored: Session) -> None:
    settings = reader(app)
    first = settings.read(stored, None)
    stored.execute(update(Company).values(name="Brisa"))
    assert settings.read(stored, first.revision).name == "Control Fresco"  # what the caller saw when it began
    assert settings.read(stored, None).name == "Brisa"
