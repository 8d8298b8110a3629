"""Descriptions, payees and what repeats them are nowhere in the database where ENCRYPT_TEXT is on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Enum, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, act_as, db
from app.infra.owner import owner_session
from app.infra.texts import PREFIX
from app.suites.personal.books.models import PersonalBook
from app.suites.personal.books.service import (
    REQUEST_OF_TEXTS,
    broken_texts,
    encrypt_texts,
    reencrypt,
    unready,
)
from app.suites.personal.recurring.service import post_due
from tests.factories.personal import Household, Person, household, person
from tests.suites.personal.everywhere import rows_with
from tests.suites.personal.exports.test_documents import require_equal
from tests.suites.personal.exports.test_export_api import exported
from tests.suites.personal.imports.bringing import account, bring, enter, ofx
from tests.suites.personal.privacy.test_privacy_api import archive_of
from tests.suites.personal.transactions.test_transactions_api import category
from tests.support import Caller

PERSONAL = "/api/personal"
TRANSACTIONS, PAYEES, RULES, RECURRING, CHANGES, IMPORTS = (
    f"{PERSONAL}/{name}" for name in ("transactions", "payees", "rules", "recurring", "changes", "imports")
)
MARK = "zafir"
"""Beginning of all marked words."""
NOW = datetime(2026, 3, 20, 17, tzinfo=UTC)
CSV = "date,amount,description,payee\n2026-03-02,-40,zafircsv compra,Zafirtienda\n2026-03-03,zafirmal,zafirfila,x\n"
PLAIN = """
book_imports.date_format book_imports.decimal book_imports.encoding book_imports.file_name book_imports.sha256
book_imports.warnings book_invitations.email book_invitations.token_hash book_keys.wrapped budget_templates.name
budgets.name budgets.tags categories.color categories.flags categories.icon goals.name import_lines.content_key
import_lines.fitid import_mappings.date_format import_mappings.decimal import_mappings.signature
insight_states.book_version insights.period note_words.word personal_accounts.account_number_index
personal_accounts.color personal_accounts.institution recurring_occurrences.refusal recurring_splits.tags
recurring_transactions.payment_method recurring_transactions.tags saved_reports.name saved_reports.params
subscriptions.price_history summary_shares.email transaction_attachments.content_type transaction_attachments.name
transaction_splits.tags transactions.external_id transactions.payment_method transactions.tags
"""
"""Columns whose texts are stored as they are: they are no descriptions, nor names of payees."""
QIF = "!Type:Bank\nD03/15/2026\nT-33.00\nPZafirqif\nMzafirmemo\n^\n"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def encrypting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ENCRYPT_TEXT", True)


@pytest.fixture
def eva(encrypting: None, anonymous: Caller) -> Person:
    """Somebody whose texts are encrypted."""
    return person(anonymous)


def readable_places(session: Session) -> set[str]:
    """Tables of the database that have a marked word anywhere, with the first row that has one."""
    found = rows_with(MARK)
    session.rollback()
    return found


def post(who: Person, path: str, body: Any, expect: int = 201) -> Any:
    return who.caller.post(path, body, expect=expect).get("data")


def live(who: Person, app: Flask) -> dict[str, Any]:
    """A life with marked words in all that takes words; returns ids."""
    bank, other = account(who), account(who, name="Other")
    shop = post(who, PAYEES, {"name": "Zafirtienda", "aliases": ["Zafir Alias", "zafirotro"]})["id"]
    gone = post(who, PAYEES, {"name": "Zafirviejo"})["id"]
    made = [
        enter(who, account_id=bank, description=f"zafirpan Numero{n}", payee_id=shop, notes="zafirnota", tags=["x"])
        for n in range(3)
    ]
    refund = enter(who, account_id=bank, description="zafirvuelta", is_refund=True, refund_of_id=made[0], payee_id=gone)
    post(who, f"{PAYEES}/{gone}/merge", {"into": shop}, 200)
    who.caller.put(f"{TRANSACTIONS}/{made[1]}", {"description": "zafircambio médico", "notes": "zafirotra"})
    who.caller.put(f"{TRANSACTIONS}/{made[1]}", {"category_id": category(who, "Groceries")})  # learned by hand
    rule = post(
        who,
        RULES,
        {
            "name": "Zafirregla",
            "conditions": [{"field": "description", "op": "contains", "value": "zafirpan"}],
            "actions": [{"type": "note", "value": "zafirnota"}],
        },
        201,
    )["id"]
    applied = post(who, f"{RULES}/{rule}/apply", {"from": "2026-01-01"}, 200)
    changed = post(who, f"{TRANSACTIONS}/bulk", {"ids": made, "changes": {"add_tags": ["y"]}}, 200)
    post(who, f"{CHANGES}/{changed['change_set']}/undo", None, 200)
    data = {"type": "expense", "amount": "12", "account_id": bank, "description": "zafirrenta", "payee_id": shop}
    plan = {"template_name": "Zafirplan", "frequency": "monthly", "start_date": "2026-01-05", "transaction_data": data}
    recurring = post(who, RECURRING, plan)["id"]
    with app.app_context():
        post_due(make_context(db.session()), date(2026, 3, 20))
        db.session.commit()
    brought = bring(who, CSV, account_id=bank)
    bring(who, QIF, name="statement.qif", account_id=bank)
    bring(who, ofx(("F1", "2026-03-06", "-21.00", "ZAFIROFX"), account="777"), name="s.ofx", account_id=bank)
    preview = bring(who, CSV.replace("-40", "-41"), 200, account_id=bank, options={"mode": "preview"})
    sent, taken = (enter(who, type=kind, amount="77", account_id=on, description=f"zafir{kind}") for kind, on in
                   (("expense", bank), ("income", other)))  # fmt: skip
    post(who, f"{PERSONAL}/transfers/match", {"ids": [sent, taken]}, 200)
    for month in (1, 2, 3):
        enter(who, account_id=bank, amount="9.99", date=f"2026-0{month}-07", description="zafirflix")
    who.caller.get(f"{PERSONAL}/insights")
    who.caller.get(f"{PERSONAL}/subscriptions")
    return {"shop": shop, "made": made, "refund": refund, "recurring": recurring, "rule": rule,
            "brought": brought["import_id"], "preview": preview["import_id"], "applied": applied}  # fmt: skip


def found(who: Person, q: str) -> set[int]:
    return {one["id"] for one in who.caller.get(TRANSACTIONS, q=q, per_page=100)["data"]}


def test_marked_words_are_nowhere_in_the_database_and_the_api_shows_them(
    eva: Person, app: Flask, session: Session
) -> None:
    ids = live(eva, app)
    assert readable_places(session) == set()
    shown = json.dumps(
        [
            eva.caller.get(f"{PERSONAL}/{path}", per_page=100)["data"]
            for path in ("transactions", "payees", "rules", "recurring", "changes", "subscriptions", "insights")
        ]
        + [eva.caller.get(f"{IMPORTS}/{ids['brought']}/lines")["data"], eva.caller.get(eva.path("audit"))["data"]]
        + [eva.caller.get(f"{PERSONAL}/reports/payees", period="all", currency="USD")["data"]],
        default=str,
    )
    assert PREFIX not in shown
    for word in ("zafirpan Numero0", "Zafirtienda", "Zafir Alias", "Zafirregla", "Zafirplan", "zafirrenta", "zafirflix",
                 "zafircsv", "Zafirqif", "ZAFIROFX"):  # fmt: skip
        assert word in shown, word
    files = [exported(eva, format="json"), exported(eva, format="csv", include="transactions")]
    assert [PREFIX.encode() in one for one in (*files, exported(eva, format="ledger"))] == [False] * 3
    assert [b"Zafirtienda" in one for one in files] == [True] * 2
    archived = str(archive_of(eva))
    assert PREFIX not in archived
    assert "zafirpan Numero0" in archived


def test_a_text_of_a_book_is_encrypted_unless_it_is_listed() -> None:
    book = PersonalBook.__table__.c.id
    tables = [one for one in Base.metadata.sorted_tables if "book_id" in one.c and one.c.book_id.references(book)]
    plain = {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if isinstance(getattr(column.type, "item_type", column.type), String | JSONB)
        and not isinstance(column.type, Enum)
        and ENCRYPTED not in column.info
    }
    assert plain == set(PLAIN.split())


def test_transactions_and_payees_are_found_by_whole_words_without_accents(eva: Person, session: Session) -> None:
    first = enter(eva, description="Consulta médica, zafiro")
    enter(eva, description="otra consulta")
    assert found(eva, "MEDICA") == {first}
    assert found(eva, "zafiro consulta") == {first}
    assert found(eva, "medic") == set()
    assert found(eva, "...") == set()
    body = {"q": "medica"}
    assert eva.caller.get(TRANSACTIONS, **body)["totals"]["count"] == 1
    made = post(eva, PAYEES, {"name": "Café Élite", "aliases": ["Bar Sol"]})["id"]
    post(eva, PAYEES, {"name": "CAFE  elite"}, 409)
    post(eva, PAYEES, {"name": "Otro"})
    names = {q: [one["id"] for one in eva.caller.get(PAYEES, q=q)["data"]] for q in ("cafe", "sol bar", "caf", "!")}
    assert names == {"cafe": [made], "sol bar": [made], "caf": [], "!": []}


@pytest.mark.parametrize("path", ["payees", "rules"])
def test_lists_are_not_sorted_by_encrypted_names(eva: Person, path: str) -> None:
    refused = eva.caller.get(f"{PERSONAL}/{path}", sort="name", expect=400)
    assert "name" in refused["errors"]["sort"][0]
    eva.caller.get(f"{PERSONAL}/{path}", sort="-created_at")


def test_two_payees_of_one_name_are_refused_by_the_database_too(eva: Person, session: Session) -> None:
    post(eva, PAYEES, {"name": "Zafír  uno"})
    post(eva, PAYEES, {"name": "ZAFIR uno"}, 409)
    same = text("INSERT INTO payees (book_id, name) SELECT book_id, name || 'A' FROM payees WHERE book_id = :b")
    with pytest.raises(IntegrityError, match="uq_payees_name"), owner_session() as owner:
        owner.execute(same, {"b": eva.book_id})


def test_new_keys_are_for_texts_too_and_what_was_learned_stays(eva: Person, app: Flask, session: Session) -> None:
    ids = live(eva, app)
    before = eva.caller.get(f"{TRANSACTIONS}", per_page=100)["data"]
    history = eva.caller.get(eva.path("audit"), table="payees", per_page=100)["data"]
    reencrypt(lambda: nullcontext(make_context(session)))
    session.commit()
    with owner_session() as owner:
        [key] = owner.scalars(text("SELECT id FROM book_keys WHERE book_id = :b"), {"b": eva.book_id}).all()
        used = owner.scalars(
            text(
                "SELECT DISTINCT split_part(value, ':', 3) FROM (SELECT description AS value FROM transactions"
                " UNION ALL SELECT token FROM learned_tokens UNION ALL SELECT name FROM payees) stored"
            )
        ).all()
        assert [one for one in used if one] == [str(key)]
    session.rollback()
    assert eva.caller.get(f"{TRANSACTIONS}", per_page=100)["data"] == before
    shown = eva.caller.get(eva.path("audit"), table="payees", per_page=100)["data"]
    assert {one["after"]["name"] for one in history if one["after"]} == {
        one["after"]["name"] for one in shown if one["after"]
    }
    assert ids["made"][1] in found(eva, "medico")
    assert readable_places(session) == set()


def changes(who: Person) -> list[tuple[Any, ...]]:
    """The last changes of rows with texts."""
    found = who.caller.get(who.path("audit"), per_page=100)["data"]
    return [(one["action"], one["row_id"], one["after"]) for one in found if one["table"] in {"transactions", "payees"}]


@contextmanager
def as_owner() -> Iterator[Context]:
    with owner_session() as owner:
        act_as(owner, user_id=None, request_id=REQUEST_OF_TEXTS)
        yield make_context(owner)


def test_a_book_from_before_is_encrypted_with_its_history(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    monkeypatch.setitem(app.config, "ENCRYPT_TEXT", False)
    ana = person(anonymous)
    live(ana, app)
    assert any(one.startswith("public.book_audit") for one in readable_places(session))
    before = ana.caller.get(TRANSACTIONS, per_page=100)["data"]
    history = changes(ana)
    monkeypatch.setitem(app.config, "ENCRYPT_TEXT", True)
    assert len(unready(make_context(session))) == 1
    session.rollback()
    assert encrypt_texts(as_owner) > 0
    assert encrypt_texts(as_owner) == 0
    assert unready(make_context(session)) == []
    assert broken_texts(make_context(session)) == []
    session.rollback()
    assert readable_places(session) == set()
    assert ana.caller.get(TRANSACTIONS, per_page=100)["data"] == before
    after = changes(ana)
    assert after == history[: len(after)]
    assert len(after) > 1
    assert found(ana, "medico") != set()
    monkeypatch.setitem(app.config, "ENCRYPT_TEXT", False)
    assert "set it to true" in unready(make_context(session))[0]


def test_texts_of_two_books_are_each_encrypted_by_the_key_of_their_book(
    encrypting: None, anonymous: Caller, session: Session
) -> None:
    home: Household = household(anonymous)
    sides = {"from": {"book_id": home.editor.book_id}, "to": {"book_id": home.book_id}}
    body = {**sides, "amount": "250", "date": "2026-03-02", "description": "zafirmarzo"}
    post(home.editor, f"{PERSONAL}/contributions", body)
    enter(home.editor, description="zafirpropio")
    with owner_session() as owner:
        wrong = owner.scalar(
            text(
                "SELECT count(*) FROM transactions t JOIN book_keys k ON k.id = split_part(description, ':', 3)::bigint"
                " WHERE k.book_id <> t.book_id AND description <> ''"
            )
        )
        used = owner.scalar(text("SELECT count(DISTINCT split_part(description, ':', 3)) FROM transactions"))
    assert (wrong, used) == (0, 2)
    for who in (home.owner, home.viewer):
        shown = who.caller.get(TRANSACTIONS, book_id=home.book_id)["data"]
        assert [one["description"] for one in shown] == ["zafirmarzo"]


def test_a_document_of_a_book_comes_back_into_another(eva: Person, app: Flask, session: Session) -> None:
    live(eva, app)
    require_equal(eva.caller, eva.book_id)
    assert readable_places(session) == set()
