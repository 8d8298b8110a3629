"""Closing and reopening months over the API."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from app.kernel.money import Currency
from tests.factories.currencies import RateFactory
from tests.factories.incomes import IncomeFactory
from tests.support import Caller

PERIODS = "/api/periods"


def states(caller: Caller) -> dict[str, str]:
    return {one["month"]: one["state"] for one in caller.get(PERIODS, per_page=100)["data"]}


def test_the_months_from_the_first_row_to_this_one_are_listed(boss: Caller, rows: dict[str, Any]) -> None:
    IncomeFactory(date=date(2026, 3, 31))
    assert list(states(boss)) == ["2026-06", "2026-05", "2026-04", "2026-03"]
    assert set(states(boss).values()) == {"open"}


def test_without_rows_there_is_this_month(boss: Caller) -> None:
    assert states(boss) == {"2026-06": "open"}


def test_a_month_is_closed_and_reopened_in_order(boss: Caller, rows: dict[str, Any]) -> None:
    closing = boss.post(f"{PERIODS}/2026-04/close", expect=200)["data"]
    assert closing["warnings"] == []
    assert closing["period"] | {"closed_by": 0} == {
        "month": "2026-04",
        "state": "closed",
        "closed_by": 0,
        "closed_at": "2026-06-15T17:00:00Z",
        "reason": None,
    }
    assert closing["period"]["closed_by"] == boss.get("/api/auth/me")["data"]["id"]
    boss.post(f"{PERIODS}/2026-05/close", expect=200)
    assert states(boss) == {"2026-06": "open", "2026-05": "closed"}
    reason = {"reason": "Factura tardía"}
    assert boss.post(f"{PERIODS}/2026-04/reopen", reason, expect=409)["code"] == "period_order"
    assert boss.post(f"{PERIODS}/2026-05/reopen", {}, expect=400)["errors"].keys() == {"reason"}
    assert boss.post(f"{PERIODS}/2026-05/reopen", {"reason": " "}, expect=400)["errors"].keys() == {"reason"}
    reopened = boss.post(f"{PERIODS}/2026-05/reopen", reason, expect=200)["data"]
    assert (reopened["state"], reopened["reason"]) == ("open", "Factura tardía")


@pytest.mark.parametrize(
    ("month", "status", "code"),
    [
        ("2026-06", 409, "period_current"),
        ("2027-01", 409, "period_current"),
        ("2026-04", 409, "period_closed"),
        ("2026-13", 404, "not_found"),
        ("0000-01", 404, "not_found"),
        ("1800-01", 404, "not_found"),
        ("2026-5", 404, "not_found"),
    ],
)
def test_another_month_is_not_closed(boss: Caller, month: str, status: int, code: str) -> None:
    boss.post(f"{PERIODS}/2026-04/close", expect=200)
    assert boss.post(f"{PERIODS}/{month}/close", expect=status)["code"] == code


def test_amounts_without_a_rate_keep_a_month_open_with_a_list(boss: Caller, june: None) -> None:
    IncomeFactory(date=date(2026, 5, 20), currency=Currency.USD)
    IncomeFactory(date=date(2026, 5, 20), currency=Currency.USD)
    IncomeFactory(date=date(2026, 4, 2), currency=Currency.USD)
    refused = boss.post(f"{PERIODS}/2026-05/close", expect=409)
    assert refused["code"] == "period_not_ready"
    assert refused["errors"] == {
        "exchange_rate_missing": [
            "1 in USD on 2026-04-02: no exchange rate up to 2026-05.",
            "2 in USD on 2026-05-20: no exchange rate up to 2026-05.",
        ]
    }
    RateFactory(date=date(2026, 6, 1))  # may still change, and with it the figures of May
    assert boss.post(f"{PERIODS}/2026-05/close", expect=409)["code"] == "period_not_ready"
    RateFactory(date=date(2026, 5, 31))
    boss.post(f"{PERIODS}/2026-05/close", expect=200)


def test_an_import_that_failed_keeps_its_months_open(boss: Caller, june: None) -> None:
    file = b"date,description,amount,currency,type,payment_method\n2026-05-03,Algo,nada,COP,Intereses,Efectivo\n"
    data = {"file": (BytesIO(file), "mayo.csv")}
    path = "/api/imports/incomes?mode=commit"
    assert boss.send("POST", path, data=data, content_type="multipart/form-data").status_code == 400
    boss.post(f"{PERIODS}/2026-04/close", expect=200)
    refused = boss.post(f"{PERIODS}/2026-05/close", expect=409)
    [failed] = boss.get("/api/imports")["data"]
    assert refused["errors"]["import_failed"] == [
        f"The import {failed['id']} of mayo.csv failed: correct the file and import it, then delete this one."
    ]
    boss.delete(f"/api/imports/{failed['id']}")
    boss.post(f"{PERIODS}/2026-05/close", expect=200)
