"""Members and invitations: who joins, what roles may, and what stays when somebody leaves."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.infra.db import db, every_book
from app.suites.personal.books.models import PersonalBook
from tests.factories.auth import UserFactory
from tests.factories.personal import BOOKS, Household, Person, open_book
from tests.support import Caller, sign_in

ME, INVITATIONS = "/api/auth/me", "/api/personal/invitations"


def invited(owner: Person, email: str, role: str = "editor") -> str:
    """Token of an invitation into the owner's first book."""
    made: dict[str, Any] = owner.caller.post(owner.path("invitations"), {"email": email, "role": role})["data"]
    return str(made["token"])


def address_of(person: Person) -> str:
    return str(person.caller.get(ME)["data"]["email"])


def member(home: Household, person: Person) -> dict[str, Any]:
    """The person in the shared book, as its owner sees it."""
    [found] = [one for one in home.owner.caller.get(home.path("members"))["data"] if one["user_id"] == person.user_id]
    return dict(found)


def test_an_invitation_is_accepted_once_by_the_person_with_its_address(ana: Person, bob: Person) -> None:
    token = invited(ana, address_of(bob).upper())
    ana.caller.post(f"{INVITATIONS}/{token}/accept", expect=404)
    joined = bob.caller.post(f"{INVITATIONS}/{token}/accept")["data"]
    assert (joined["id"], joined["role"]) == (ana.book_id, "editor")
    assert [one["id"] for one in bob.caller.get(BOOKS)["data"]] == [bob.book_id, ana.book_id]
    bob.caller.post(f"{INVITATIONS}/{token}/accept", expect=404)
    assert ana.caller.get(ana.path("invitations"))["data"] == []


def test_a_token_is_enough_where_no_mail_verifies_the_address(ana: Person, anonymous: Caller) -> None:
    stranger = sign_in(anonymous, "person", email="stranger@brisa.example")
    token = invited(ana, "stranger@brisa.example")
    assert stranger.get(ME)["data"]["email_verified_at"] is None
    stranger.post(f"{INVITATIONS}/{token}/accept")
    assert [one["id"] for one in stranger.get(BOOKS)["data"]] == [ana.book_id]


def test_an_invitation_ends_after_seven_days_with_a_newer_one_or_when_it_is_withdrawn(ana: Person, bob: Person) -> None:
    older, email = invited(ana, address_of(bob)), address_of(bob)
    newer = invited(ana, email)
    bob.caller.post(f"{INVITATIONS}/{older}/accept", expect=404)
    [waiting] = ana.caller.get(ana.path("invitations"))["data"]
    ana.caller.delete(ana.path("invitations", waiting["id"]))
    bob.caller.post(f"{INVITATIONS}/{newer}/accept", expect=404)
    with clock.frozen(clock.now() - timedelta(days=7, minutes=1)):
        last = invited(ana, email)
    bob.caller.post(f"{INVITATIONS}/{last}/accept", expect=404)


def test_a_token_is_stored_as_a_hash_and_is_in_no_log(ana: Person, admin: Caller) -> None:
    token = invited(ana, "eva@brisa.example")
    shown = ana.caller.send("GET", ana.path("audit")).get_data(as_text=True)
    shown += ana.caller.send("GET", ana.path("invitations")).get_data(as_text=True)
    assert token not in shown
    assert "token_hash" not in shown


def test_a_user_of_a_shared_book_is_added_at_once_and_nobody_else(home: Household, ana: Person) -> None:
    book = open_book(home.owner.user_id).id
    add = {"user_id": home.editor.user_id, "role": "viewer"}
    home.owner.caller.post(f"{BOOKS}/{book}/members", add)
    assert home.owner.caller.post(f"{BOOKS}/{book}/members", add, 409)["code"] == "already_member"
    for stranger in (ana.user_id, UserFactory().id, 987654321):
        home.owner.caller.post(f"{BOOKS}/{book}/members", {**add, "user_id": stranger}, 404)
    home.editor.caller.post(home.path("members"), {"user_id": home.viewer.user_id, "role": "owner"}, 403)


def test_a_removed_member_is_out_from_the_next_request_on(home: Household) -> None:
    home.viewer.caller.get(home.path())
    home.owner.caller.delete(home.path("members", member(home, home.viewer)["id"]))
    home.viewer.caller.get(home.path(), 404)
    assert [one["id"] for one in home.viewer.caller.get(BOOKS)["data"]] == [home.viewer.book_id]


def test_members_leave_themselves_and_remove_nobody_else(home: Household) -> None:
    editor, viewer = (member(home, one)["id"] for one in (home.editor, home.viewer))
    assert home.viewer.caller.delete(home.path("members", editor), 403)["code"] == "owner_only"
    home.viewer.caller.delete(home.path("members", viewer))
    home.editor.caller.delete(home.path("members", editor))
    assert len(home.owner.caller.get(home.path("members"))["data"]) == 1


def test_the_last_owner_stays_until_there_is_another(home: Household) -> None:
    owner, editor = (member(home, one) for one in (home.owner, home.editor))
    own = home.path("members", owner["id"])
    assert home.owner.caller.delete(own, 409)["code"] == "transfer_ownership_first"
    assert home.owner.caller.put(own, {"role": "viewer"}, 409)["code"] == "transfer_ownership_first"
    home.owner.caller.put(home.path("members", editor["id"]), {"role": "owner"})
    home.owner.caller.delete(own)
    home.owner.caller.get(home.path(), 404)
    home.editor.caller.put(home.path(), {"name": "Nuestra"})


def test_the_only_member_deletes_the_book_instead_of_leaving(ana: Person) -> None:
    [alone] = ana.caller.get(ana.path("members"))["data"]
    assert ana.caller.delete(ana.path("members", alone["id"]), 409)["code"] == "only_member"


def test_a_stale_role_is_not_changed(home: Household) -> None:
    path = home.path("members", member(home, home.editor)["id"])
    before = home.owner.caller.send("GET", path).headers["ETag"]
    home.owner.caller.put(path, {"role": "viewer"}, If_Match=before)
    home.owner.caller.put(path, {"role": "owner"}, 412, If_Match=before)
    home.owner.caller.delete(path, 412, If_Match=before)


def test_rows_of_a_former_member_stay_and_name_them_no_more(app: Flask, home: Household) -> None:
    home.owner.caller.put(home.path("members", member(home, home.editor)["id"]), {"role": "owner"})
    home.owner.caller.post(home.path("invitations"), {"email": "eva@brisa.example", "role": "viewer"})
    home.owner.caller.delete(home.path("members", member(home, home.owner)["id"]))
    assert home.editor.caller.get(home.path())["data"]["created_by"] is None
    assert len(home.editor.caller.get(home.path("invitations"))["data"]) == 1
    with app.app_context(), every_book(db.session()):
        own = db.session.get(PersonalBook, home.owner.book_id)
        assert own is not None
        assert own.created_by == home.owner.user_id


@pytest.mark.parametrize("path", [(), ("audit",), ("invitations",)])
def test_editors_are_refused_the_owners_own_verbs(home: Household, path: tuple[str, ...]) -> None:
    if path:
        assert home.editor.caller.get(home.path(*path), 403)["code"] == "owner_only"
    else:
        assert home.editor.caller.put(home.path(), {"name": "Mía"}, 403)["code"] == "owner_only"
        home.editor.caller.delete(home.path(), 403)
