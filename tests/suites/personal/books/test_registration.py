"""Registration makes a book with defaults; accounts of people with books are theirs."""

from typing import Any

import pytest
from flask import Flask

from app.infra.context import Context
from app.suites.personal.books.events import BookOpened
from tests.factories.personal import BOOKS, Person
from tests.support import Caller

REGISTER, OWN = "/api/auth/register", "/api/auth/user"
NEW = {"username": "eva.luna", "email": "eva@brisa.example", "password": "una frase bien larga"}


@pytest.fixture
def opened(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[BookOpened]:
    """Events of books, while registration is open."""
    monkeypatch.setitem(app.config, "REGISTRATION", "open")
    monkeypatch.setitem(app.config, "REGISTRATION_LIMIT", None)
    found: list[BookOpened] = []

    def note(_context: Context, event: BookOpened) -> None:
        found.append(event)

    monkeypatch.setitem(app.extensions["event_handlers"], BookOpened, [note])
    return found


def test_a_registration_makes_one_book_with_defaults_in_the_given_currency(
    opened: list[BookOpened], anonymous: Caller
) -> None:
    given = {"currency_preference": "EUR", "timezone": "Europe/Madrid", "locale": "es-ES"}
    made = anonymous.post(REGISTER, {**NEW, **given})
    assert {name: made["book"][name] for name in ("currency", "timezone", "locale", "role")} == {
        "currency": "EUR",
        "timezone": "Europe/Madrid",
        "locale": "es-ES",
        "role": "owner",
    }
    own = anonymous.with_headers(Authorization=f"Bearer {made['access_token']}")
    assert own.get(BOOKS)["data"] == [made["book"]]
    preferences = own.get(OWN)["data"]["preferences"]
    assert (preferences["currency"], preferences["timezone"], preferences["monthly_income"]) == (
        "EUR",
        "Europe/Madrid",
        None,
    )
    assert [(one.book_id, one.with_defaults, one.settings.locale) for one in opened] == [
        (made["book"]["id"], True, "es-ES")
    ]


def test_without_wishes_the_first_book_is_as_the_company(opened: list[BookOpened], anonymous: Caller) -> None:
    made = anonymous.post(REGISTER, NEW)["book"]
    assert (made["currency"], made["timezone"], made["locale"]) == ("COP", "America/Bogota", None)


@pytest.mark.parametrize(
    "given", [{"currency_preference": "XXX"}, {"timezone": "Mars/Base"}, {"locale": "no language"}, {"role": "admin"}]
)
def test_a_registration_that_is_not_valid_makes_nothing(
    opened: list[BookOpened], anonymous: Caller, given: dict[str, str]
) -> None:
    assert list(anonymous.post(REGISTER, {**NEW, **given}, 400)["errors"]) == list(given)
    assert opened == []


def test_a_book_may_be_made_without_defaults(opened: list[BookOpened], ana: Person) -> None:
    ana.caller.post(BOOKS, {"name": "Vacía", "with_defaults": False})
    assert [one.with_defaults for one in opened] == [True, False]


@pytest.mark.parametrize(
    "given",
    [
        {"week_start": 8},
        {"month_start_day": 29},
        {"monthly_income": -1},
        {"currency": "XXX"},
        {"budget_method": "none"},
        {"secret": 1},
    ],
)
def test_preferences_that_are_not_valid_name_the_field(ana: Person, given: dict[str, Any]) -> None:
    assert list(ana.caller.put(OWN, {"preferences": given}, 400)["errors"]["preferences"]) == list(given)


def test_an_account_may_be_sent_back_and_changes_only_the_profile(ana: Person) -> None:
    shown = ana.caller.get(OWN)["data"]
    again = ana.caller.put(OWN, {**shown, "full_name": "Ana Ruiz", "email": "other@brisa.example", "role": "admin"})[
        "data"
    ]
    assert {**again, "updated_at": None} == {**shown, "full_name": "Ana Ruiz", "updated_at": None}


def test_the_account_of_somebody_with_a_book_is_nobody_elses(ana: Person, admin: Caller) -> None:
    address = f"/api/users/{ana.user_id}"
    assert admin.put(address, {"password": "another long password"}, 409)["code"] == "owned_account"
    assert admin.delete(address, 409)["code"] == "has_books"
    ana.caller.delete(ana.path())
    admin.delete(address)
