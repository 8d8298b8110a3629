"""Files that exports give, imported into an empty company: its figures are those of the other."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories.clients import ClientFactory
from tests.factories.expenses import ExpenseFactory
from tests.factories.imports import form
from tests.factories.incomes import IncomeFactory
from tests.support import Caller

pytestmark = pytest.mark.long

# An apostrophe is left out: before a sign it can't be told from the one that guards a cell of a CSV file.
WORDS = st.text('aeñÑÁ =+-@;,."\n1', min_size=1, max_size=12).filter(lambda text: text.strip() == text)
MONEY = st.tuples(
    st.dates(date(2020, 1, 1), date(2025, 12, 31)),
    st.decimals("0.01", "9999999.99", places=2),
    st.sampled_from(["COP", "USD"]),
    WORDS,
    WORDS,
)


def rows_of(user: Caller, path: str, *names: str) -> list[tuple[Any, ...]]:
    """The values of all records that do not depend on ids."""
    return sorted(tuple(row[name] for name in names) for row in user.get(path, per_page=100)["data"])


def figures(user: Caller) -> Any:
    totals = [user.get(f"/api/{kind}")["total"] for kind in ("incomes", "expenses")]
    flow = user.get("/api/cashflow", per_page=1000)
    money = ("date", "amount", "currency", "description", "payment_method")
    return (
        totals,
        flow["balance"],
        rows_of(user, "/api/incomes", *money, "type"),
        rows_of(user, "/api/expenses", *money, "category"),
        rows_of(user, "/api/clients", "name", "start_date"),
    )


def exported(user: Caller, kind: str, form_of: str) -> bytes:
    with user.send("GET", f"/api/{kind}", query_string={"format": form_of}) as response:
        return bytes(response.data)


def emptied(user: Caller) -> None:
    for kind in ("incomes", "expenses", "clients"):
        for row in user.get(f"/api/{kind}", per_page=100)["data"]:
            user.delete(f"/api/{kind}/{row['id']}")


@pytest.mark.parametrize("form_of", ["csv", "xlsx"])
@settings(max_examples=5, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_exported_company_has_the_same_figures_after_its_import(
    app: Flask, admin: Caller, form_of: str, data: st.DataObject
) -> None:
    emptied(admin)
    admin.send("POST", "/api/exchange-rates", json={"date": "2020-01-01", "rate": "4000.5"})
    names = data.draw(st.lists(WORDS, min_size=1, max_size=3, unique_by=lambda text: " ".join(text.lower().split())))
    clients = [ClientFactory(name=name) for name in names]
    for day, amount, currency, text, kind in data.draw(st.lists(MONEY, max_size=5)):
        client = data.draw(st.sampled_from([None, *clients]))
        whose = {} if client is None else {"client_id": client.id, "client": names[clients.index(client)]}
        IncomeFactory(date=day, amount=amount, currency=currency, description=text, type=kind, **whose)
    for day, amount, currency, text, kind in data.draw(st.lists(MONEY, max_size=5)):
        ExpenseFactory(date=day, amount=amount, currency=currency, description=text, category=kind)
    before = figures(admin)
    files = {kind: exported(admin, kind, form_of) for kind in ("clients", "incomes", "expenses")}
    emptied(admin)
    assert figures(admin)[0] == [Decimal(0), Decimal(0)]
    for kind, content in files.items():
        options = form(content, f"{kind}.{form_of}", mode="commit")
        response = admin.send("POST", f"/api/imports/{kind}", **options)
        assert response.status_code == 201, response.get_data(as_text=True)
    assert figures(admin) == before
