"""Lists of payments: filters, order and totals in one currency."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.payments import PaymentFactory, receive
from tests.factories.projects import ProjectFactory
from tests.statements import counted
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2025, 3, 10)
PAID, PENDING, OVERDUE = "Pagado", "Pendiente", "Vencido"
ALL = "/api/payments"


@pytest.fixture(autouse=True)
def _in_march() -> Any:
    with on(TODAY):
        yield


def away(days: int) -> date:
    return TODAY + timedelta(days=days)


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["id"] for row in answer["data"]]


def test_payments_are_filtered_by_each_of_their_filters(user: Caller) -> None:
    ferry = ProjectFactory(name="Ferry", client_id=ClientFactory(name="Muelle Ñuñoa").id)
    old = PaymentFactory(project=ferry, date=date(2025, 1, 1), status=OVERDUE, type="Implementación")
    paid = PaymentFactory(project=ferry, date=date(2025, 2, 1), status=PAID, paid_date=TODAY, invoice_number="FV-77")
    other = PaymentFactory(date=date(2025, 4, 1), notes="Segunda cuota")
    for query, found in (
        ({}, [old, paid, other]),
        ({"project_id": ferry.id}, [old, paid]),
        ({"client_id": other.client_id}, [other]),
        ({"status": PAID}, [paid]),
        ({"status": f"{OVERDUE},{PAID}"}, [old, paid]),
        ({"status": f"{PENDING},{OVERDUE}"}, [old, other]),
        ({"type": "Implementación"}, [old]),
        ({"type": "Implementación,Recurrente"}, [old, paid, other]),
        ({"amount_min": old.amount, "amount_max": old.amount}, [old, paid, other]),
        ({"amount_min": old.amount + 1}, []),
        ({"date_from": "2025-02-01"}, [paid, other]),
        ({"date_to": "2025-02-01"}, [old, paid]),
        ({"date_from": "2025-02-01", "date_to": "2025-02-01"}, [paid]),
        ({"q": "FERRY"}, [old, paid]),
        ({"q": "nunoa"}, [old, paid]),
        ({"q": "fv-7"}, [paid]),
        ({"q": "SEGUNDA"}, [other]),
        ({"q": "ferry", "status": PAID}, [paid]),
        ({"q": "%"}, []),
        ({"project_id": 999_999}, []),
    ):
        assert ids(user.get(ALL, sort="date", **query)) == [one.id for one in found], query
        assert ids(user.get(ALL, **query)) == [one.id for one in reversed(found)], query


def test_payments_are_found_by_the_method_of_one_of_their_receipts(user: Caller) -> None:
    both, cash, _unpaid = (PaymentFactory(amount=Decimal(100)) for _ in range(3))
    for payment, amount, method in (
        (both, "40.00", "Nequi"),
        (both, "20.00", "Efectivo"),
        (cash, "100.00", "Efectivo"),
    ):
        receive(user, payment.id, amount, payment_method=method, date="2025-03-09")
    assert ids(user.get(ALL, sort="id", payment_method="Efectivo")) == [both.id, cash.id]
    found = user.get(ALL, payment_method="Nequi")
    assert (ids(found), found["pagination"]["total"]) == ([both.id], 1)
    assert found["totals"] == {"pagado": 60, "pendiente": 40, "vencido": 0}


def test_lists_name_client_and_project(user: Caller) -> None:
    project = ProjectFactory(name="Ferry", client_id=ClientFactory(name="Muelle Ñuñoa").id)
    PaymentFactory(project=project, date=date(2025, 1, 1))
    for path in (ALL, f"{ALL}/overdue"):
        [found] = user.get(path)["data"]
        assert (found["client_name"], found["project_name"]) == ("Muelle Ñuñoa", "Ferry")
    assert "Muelle Ñuñoa" in user.send("GET", f"{ALL}?format=csv").text
    user.put(f"{ALL}/{found['id']}", {**found, "status": OVERDUE})  # what is read may be sent back


@pytest.mark.parametrize(
    "query",
    [
        {"date_from": "2025-03-02", "date_to": "2025-03-01"},
        {"date_from": "yesterday"},
        {"currency": "EUR"},
        {"status": "pagado"},
        {"status": f"{PAID},"},
        {"amount_min": "x"},
        {"type": "Otro"},
        {"sort": "notes"},
        {"per_page": 101},
        {"projectid": 1},
    ],
)
def test_a_wrong_parameter_is_refused(user: Caller, query: dict[str, Any]) -> None:
    user.get(ALL, expect=400, **query)


def test_payments_sort_by_several_keys_and_end_with_the_id(user: Caller) -> None:
    first, second, third = (PaymentFactory(amount=Decimal(amount)) for amount in (5, 7, 5))
    assert ids(user.get(ALL, sort="amount")) == [first.id, third.id, second.id]
    assert ids(user.get(ALL, sort="-amount,-id")) == [second.id, third.id, first.id]


def test_totals_cover_all_that_match_and_not_the_page(user: Caller) -> None:
    for amount in ("1.10", "2.20", "3.30"):
        PaymentFactory(amount=Decimal(amount))
    PaymentFactory(amount=Decimal(40), status=PAID, paid_date=TODAY)
    answer = user.get(ALL, per_page=1, page=2, status=PENDING)
    assert answer["pagination"] == {"page": 2, "per_page": 1, "total": 3, "pages": 3}
    assert answer["totals"] == {"pagado": 0, "pendiente": Decimal("6.60"), "vencido": 0}
    assert user.get(ALL, page=9)["totals"]["pagado"] == 40
    assert user.get(ALL, q="nobody")["totals"] == {"pagado": 0, "pendiente": 0, "vencido": 0}


def test_without_a_currency_totals_are_in_pesos_and_items_stay_as_they_are(user: Caller) -> None:
    PaymentFactory(currency="USD", amount=Decimal(2))
    RateFactory(date=TODAY, rate=Decimal(4000))
    answer = user.get(ALL)
    assert (answer["currency"], answer["totals"]["pendiente"]) == ("COP", 8000)
    assert not {"converted_amount", "converted_currency", "exchange_rate"} & answer["data"][0].keys()
    assert (answer["data"][0]["amount"], answer["data"][0]["currency"]) == (2, "USD")


RATES = {date(2025, 3, 1): Decimal("4000.5"), date(2025, 3, 5): Decimal(4100)}


@pytest.mark.parametrize(
    ("payment", "rate"),
    [
        ({"date": date(2025, 2, 1)}, "4000.5"),  # before the first known: the first
        ({"date": date(2025, 3, 1)}, "4000.5"),
        ({"date": date(2025, 3, 4)}, "4000.5"),
        ({"date": date(2025, 3, 5)}, "4100"),
        ({"date": date(2026, 1, 1)}, "4100"),
        ({"date": date(2025, 3, 1), "paid_date": date(2025, 3, 6), "status": PAID}, "4100"),
        ({"date": date(2025, 3, 6), "paid_date": date(2025, 3, 1), "status": PAID}, "4000.5"),
    ],
)
def test_an_amount_is_converted_at_the_rate_of_the_day_it_was_paid_or_is_due(
    user: Caller, payment: dict[str, Any], rate: str
) -> None:
    for day, known in RATES.items():
        RateFactory(date=day, rate=known)
    PaymentFactory(currency="USD", amount=Decimal("10.01"), **payment)
    answer = user.get(ALL, currency="COP")
    item, worth = answer["data"][0], (Decimal("10.01") * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert item["exchange_rate"] == Decimal(rate)
    assert (item["converted_amount"], item["converted_currency"]) == (worth, "COP")
    assert sum(answer["totals"].values()) == worth


def test_pesos_become_dollars_and_dollars_stay_what_they_are(user: Caller) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    PaymentFactory(currency="COP", amount=Decimal(1000))
    PaymentFactory(currency="USD", amount=Decimal(3))
    answer = user.get(ALL, currency="USD", sort="id")
    assert [item["converted_amount"] for item in answer["data"]] == [Decimal("0.25"), 3]
    assert [item["exchange_rate"] for item in answer["data"]] == [4000, 1]
    assert (answer["currency"], answer["totals"]["pendiente"]) == ("USD", Decimal("3.25"))


@pytest.mark.parametrize(
    ("path", "status", "day"), [(ALL, PENDING, 1), ("/overdue", OVERDUE, -1), ("/upcoming", PENDING, 1)]
)
def test_a_sum_is_rounded_once_at_the_end(user: Caller, path: str, status: str, day: int) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    for _ in range(3):
        PaymentFactory(currency="COP", amount=Decimal(18), status=status, date=away(day))  # 0.0045 dollars each
    answer = user.get(path if path == ALL else ALL + path, currency="USD")
    total = answer["total"] if "total" in answer else answer["totals"][status.lower()]
    assert [item["converted_amount"] for item in answer["data"]] == [0, 0, 0]
    assert total == Decimal("0.01")  # 0.0135; the rounded items would make nothing


def test_a_sum_of_several_statuses_is_rounded_once(user: Caller) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    for status in (OVERDUE, PENDING):
        PaymentFactory(currency="COP", amount=Decimal(18), status=status, date=away(-1))
    assert user.get(f"{ALL}/overdue", currency="USD")["total"] == Decimal("0.01")  # 0.0045 twice


def test_half_a_cent_rounds_up(user: Caller) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    PaymentFactory(currency="COP", amount=Decimal(20))
    answer = user.get(ALL, currency="USD")
    assert (answer["data"][0]["converted_amount"], answer["totals"]["pendiente"]) == (Decimal("0.01"), Decimal("0.01"))


@pytest.mark.parametrize("path", [ALL, f"{ALL}/overdue", f"{ALL}/upcoming"])
def test_without_a_rate_a_list_answers_with_the_total_of_each_currency(user: Caller, path: str) -> None:
    day, status = (away(-1), OVERDUE) if path.endswith("overdue") else (away(1), PENDING)
    PaymentFactory(currency="COP", date=day, status=status)
    assert "COP" in (user.get(path)["currency"], user.get(path, currency="COP")["currency"])
    assert warned(user.get(path, currency="USD")) == (None, {"COP": 100}, ["COP"])
    PaymentFactory(currency="USD", date=day, status=status, amount=Decimal(7))
    assert warned(user.get(path)) == (None, {"COP": 100, "USD": 7}, ["USD"])
    assert warned(user.get(path, currency="COP", page=5)) == (None, {"COP": 100, "USD": 7}, ["USD"])


def warned(shown: Any) -> tuple[Any, Any, list[str]]:
    totals = shown["totals"] if "totals" in shown else shown["total"]
    return totals, shown["totals_by_currency"], [one["base"] for one in shown["warnings"]]


def test_a_rate_is_not_needed_for_what_does_not_match(user: Caller) -> None:
    PaymentFactory(currency="USD")
    kept = PaymentFactory(currency="COP")
    assert ids(user.get(ALL, project_id=kept.project_id)) == [kept.id]


def test_overdue_lists_what_is_marked_and_what_is_late_but_not_marked_yet(user: Caller) -> None:
    marked = PaymentFactory(date=away(-2), status=OVERDUE, amount=Decimal(1))
    unmarked = PaymentFactory(date=away(-1), status=PENDING, amount=Decimal(2))
    oldest = PaymentFactory(date=away(-40), status=OVERDUE, amount=Decimal(4))
    PaymentFactory(date=TODAY, status=PENDING)
    PaymentFactory(date=away(-5), status=PAID, paid_date=TODAY)
    answer = user.get(f"{ALL}/overdue")
    assert [(row["id"], row["days_overdue"]) for row in answer["data"]] == [
        (oldest.id, 40),
        (marked.id, 2),
        (unmarked.id, 1),
    ]
    assert (answer["total"], answer["currency"]) == (7, "COP")
    assert ids(user.get(f"{ALL}/overdue", sort="-amount")) == [oldest.id, unmarked.id, marked.id]


def test_upcoming_counts_from_today_to_so_many_days_both_included(user: Caller) -> None:
    made = {day: PaymentFactory(date=away(day)).id for day in (31, 30, 7, 1, 0)}
    PaymentFactory(date=away(-1), status=OVERDUE)
    PaymentFactory(date=away(1), status=PAID, paid_date=TODAY)

    def upcoming(**query: Any) -> list[int]:
        return ids(user.get(f"{ALL}/upcoming", **query))

    assert upcoming() == [made[0], made[1], made[7], made[30]]
    assert upcoming(days=1) == [made[0], made[1]]
    assert upcoming(days=7) == [made[0], made[1], made[7]]
    assert len(upcoming(days=3650)) == 5
    assert user.get(f"{ALL}/upcoming", days=1)["total"] == 200


@pytest.mark.parametrize("days", [0, -1, 3651, "x", "1.5", ""])
def test_upcoming_looks_1_to_3650_days_ahead(user: Caller, days: Any) -> None:
    user.get(f"{ALL}/upcoming", expect=400, days=days)


@pytest.mark.parametrize("path", ["overdue", "upcoming"])
def test_lists_that_are_wanted_whole_give_100_and_at_most_1000(user: Caller, path: str) -> None:
    answer = user.get(f"{ALL}/{path}")
    assert answer["pagination"] == {"page": 1, "per_page": 100, "total": 0, "pages": 0}
    assert (answer["total"], answer["currency"]) == (0, "COP")
    assert user.get(f"{ALL}/{path}", per_page=1000)["pagination"]["per_page"] == 1000
    user.get(f"{ALL}/{path}", per_page=1001, expect=400)
    user.get(f"{ALL}/{path}", status=PAID, expect=400)


@pytest.fixture
def statements(database: None) -> Iterator[list[str]]:
    """Record the statements that are sent to the database, savepoints excepted."""
    with counted() as seen:
        yield seen


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (ALL, {"currency": "USD", "q": "proyecto", "sort": "-date"}),
        (f"{ALL}/overdue", {"currency": "COP"}),
        (f"{ALL}/upcoming", {"days": 60, "currency": "USD"}),
        ("/api/projects", {"q": "proyecto"}),
    ],
)
def test_a_list_takes_four_statements_however_long(
    user: Caller, statements: list[str], path: str, query: dict[str, Any]
) -> None:
    RateFactory(date=TODAY)
    for day in (-1, 1) * 5:
        PaymentFactory(currency="USD", date=away(day), status=OVERDUE if day < 0 else PENDING)
    statements.clear()
    assert len(user.get(path, **query)["data"]) >= 5
    assert len(statements) <= 4, statements
