"""/api/personal/books: a person's own books, and nobody else's."""

from typing import Any

import pytest

from tests.factories.personal import BOOKS, Person, person
from tests.support import Caller


@pytest.fixture
def ana(anonymous: Caller) -> Person:
    """Somebody with a book."""
    return person(anonymous)


def test_a_new_book_is_as_its_owner_prefers(ana: Person) -> None:
    preferred: dict[str, Any] = {"currency": "EUR", "timezone": "Europe/Madrid", "week_start": 7, "locale": "es-ES"}
    ana.caller.put("/api/auth/user", {"preferences": preferred})
    made = ana.caller.post(BOOKS, {"name": "Piso", "timezone": "Europe/Lisbon"})["data"]
    assert made | {"created_at": None, "updated_at": None} == {
        **preferred,
        "id": made["id"],
        "name": "Piso",
        "timezone": "Europe/Lisbon",
        "month_start_day": 1,
        "budget_method": "limits",
        "card_handling": "payment",
        "role": "owner",
        "created_by": ana.user_id,
        "created_at": None,
        "updated_at": None,
        "version": 1,
    }
    assert ana.caller.get(f"{BOOKS}/{made['id']}")["data"] == made
    assert [one["id"] for one in ana.caller.get(BOOKS)["data"]] == [ana.book_id, made["id"]]


def test_a_change_of_any_setting_is_a_new_version(ana: Person) -> None:
    before = ana.caller.send("GET", ana.path()).headers["ETag"]
    changed = ana.caller.put(ana.path(), {"name": "Otra", "currency": "USD"}, If_Match=before)["data"]
    assert (changed["name"], changed["currency"]) == ("Otra", "USD")
    ana.caller.put(ana.path(), {"card_handling": "plain"}, 412, If_Match=before)
    assert ana.caller.get(ana.path())["data"] == changed


def test_preferences_change_no_book(ana: Person) -> None:
    before = ana.caller.get(ana.path())["data"]
    ana.caller.put("/api/auth/user", {"preferences": {"month_start_day": 25, "currency": "JPY"}})
    assert ana.caller.get(ana.path())["data"] == before


def test_a_book_is_deleted_with_all_that_is_in_it(ana: Person) -> None:
    ana.caller.post(ana.path("invitations"), {"email": "eva@brisa.example", "role": "viewer"})
    ana.caller.delete(ana.path())
    ana.caller.get(ana.path(), 404)
    assert ana.caller.get(BOOKS)["data"] == []
