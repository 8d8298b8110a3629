"""Changes of many transactions at once, and undoing them."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.infra.context import make_context
from app.kernel.errors import Conflict
from app.suites.personal.books.service import program_access
from app.suites.personal.transactions.rules import ChangeOrigin, TransactionType
from app.suites.personal.transactions.service import BulkService, ChangeRecorder, ChangeSetService, Since
from tests.factories.personal import Household, Person
from tests.factories.personal_money import payee_of
from tests.statements import counted
from tests.suites.personal.transactions.test_transactions_api import account, balance, category, enter

TRANSACTIONS, CHANGES = "/api/personal/transactions", "/api/personal/changes"
BULK = f"{TRANSACTIONS}/bulk"


def shown(who: Person, transaction_id: int) -> dict[str, Any]:
    found: dict[str, Any] = who.caller.get(f"{TRANSACTIONS}/{transaction_id}")["data"]
    return found


def bulk(who: Person, **body: Any) -> dict[str, Any]:
    done: dict[str, Any] = who.caller.post(BULK, body, expect=200)["data"]
    return done


def values_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"updated_at", "version"}}


def test_many_transactions_get_a_category_and_undoing_gives_them_theirs_back(ana: Person) -> None:
    food, gifts = category(ana, "Groceries"), category(ana, "Gifts")
    splits = [{"amount": "60", "category_id": food, "notes": "pan"}, {"amount": "40", "category_id": gifts}]
    rows = [enter(ana, category_id=food), enter(ana, splits=splits), enter(ana, tags=["casa"])]
    ids = [one["id"] for one in rows]
    done = bulk(ana, ids=ids, changes={"category_id": gifts, "add_tags": ["regalo"]})
    assert (done["matched"], done["changed"], done["errors"]) == (3, 3, [])
    changed = [shown(ana, one) for one in ids]
    assert {one["category_id"] for one in changed} == {gifts}
    assert [one["tags"] for one in changed] == [["regalo"], ["regalo"], ["casa", "regalo"]]
    undone = ana.caller.post(f"{CHANGES}/{done['change_set']}/undo", expect=200)["data"]
    assert undone["undone_at"] is not None
    assert [values_of(shown(ana, one)) for one in ids] == [values_of(one) for one in rows]


def test_deleted_transactions_come_back_with_their_ids(ana: Person) -> None:
    bank, savings = account(ana), account(ana, name="Ahorro", type="savings")
    expense = enter(ana, account_id=bank, category_id=category(ana, "Groceries"), external_id="b-1")
    refund = ana.caller.post(f"{TRANSACTIONS}/{expense['id']}/refund", {"amount": "30", "date": "2026-03-04"})["data"]
    transfer = enter(ana, type="transfer", account_id=bank, to_account_id=savings, to_date="2026-03-05")
    before = (balance(ana, bank), balance(ana, savings))
    done = bulk(ana, filter={"account_id": bank}, delete=True)
    assert (done["matched"], done["deleted"], balance(ana, bank), balance(ana, savings)) == (3, 3, 0, 0)
    ana.caller.post(f"{CHANGES}/{done['change_set']}/undo", expect=200)
    assert (balance(ana, bank), balance(ana, savings)) == before
    rows = [expense, refund, transfer]
    assert [values_of(shown(ana, one["id"])) for one in rows] == [values_of(one) for one in rows]


def test_a_transaction_that_a_change_does_not_fit_stays_as_it_was(ana: Person) -> None:
    spent, earned, checked = enter(ana), enter(ana, type="income"), enter(ana, status="reconciled")
    ids = [spent["id"], earned["id"], checked["id"]]
    done = bulk(ana, ids=ids, changes={"category_id": category(ana, "Gifts"), "date": "2026-03-09"})
    assert (done["matched"], done["changed"]) == (3, 1)
    assert [(one["id"], one["code"]) for one in done["errors"]] == [
        (earned["id"], "wrong_category_type"),
        (checked["id"], "reconciled"),
    ]
    assert [shown(ana, one)["date"] for one in ids] == ["2026-03-09", "2026-03-02", "2026-03-02"]


def test_more_than_ten_tags_are_a_problem_of_one_transaction(ana: Person) -> None:
    made = enter(ana, tags=[f"t{number}" for number in range(10)])
    done = bulk(ana, ids=[made["id"]], changes={"add_tags": ["otra"]})
    assert [one["code"] for one in done["errors"]] == ["validation_failed"]
    assert done["change_set"] is None


def test_nothing_changes_and_there_is_nothing_to_undo(ana: Person) -> None:
    made = enter(ana, notes="x")
    done = bulk(ana, ids=[made["id"]], changes={"notes": "x"})
    assert (done["changed"], done["unchanged"], done["change_set"]) == (0, 1, None)
    assert ana.caller.get(CHANGES)["data"] == []


def test_a_transaction_that_was_changed_since_refuses_the_undo(ana: Person) -> None:
    first, second = enter(ana), enter(ana)
    done = bulk(ana, ids=[first["id"], second["id"]], changes={"notes": "x"})
    ana.caller.put(f"{TRANSACTIONS}/{first['id']}", {"notes": "y"})
    refused = ana.caller.post(f"{CHANGES}/{done['change_set']}/undo", expect=409)
    assert (refused["code"], list(refused["errors"]["ids"])) == ("changed_since", [str(first["id"])])
    assert shown(ana, second["id"])["notes"] == "x"


def test_a_change_is_undone_once(ana: Person) -> None:
    made = enter(ana)
    done = bulk(ana, ids=[made["id"]], changes={"notes": "x"})
    undo = f"{CHANGES}/{done['change_set']}/undo"
    ana.caller.post(undo, expect=200)
    assert ana.caller.post(undo, expect=409)["code"] == "already_undone"


def test_viewers_undo_nothing(home: Household) -> None:
    query = f"?book_id={home.book_id}"
    body = {"type": "expense", "amount": "1", "date": "2026-03-02"}
    made = home.owner.caller.post(f"{TRANSACTIONS}{query}", body)["data"]
    done = home.owner.caller.post(f"{BULK}{query}", {"ids": [made["id"]], "delete": True}, expect=200)["data"]
    undo = f"{CHANGES}/{done['change_set']}/undo"
    assert home.viewer.caller.post(undo, expect=403)["code"] == "viewer_only"
    assert home.editor.caller.get(CHANGES, book_id=home.book_id)["data"][0]["deleted"] == 1
    home.editor.caller.post(undo, expect=200)


def test_a_transaction_is_restored_without_a_category_that_was_deleted(ana: Person) -> None:
    pets = category(ana, "Mascotas")
    made = enter(ana, category_id=pets)
    done = bulk(ana, ids=[made["id"]], delete=True)
    ana.caller.delete(f"/api/personal/categories/{pets}?mode=delete")
    ana.caller.post(f"{CHANGES}/{done['change_set']}/undo", expect=200)
    assert shown(ana, made["id"])["category_id"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"changes": {"notes": "x"}}, "ids"),
        ({"ids": [1], "filter": {"tag": "a"}, "delete": True}, "ids"),
        ({"ids": [1]}, "changes"),
        ({"ids": [1], "delete": False}, "changes"),
        ({"ids": [1], "changes": {"notes": "x"}, "delete": True}, "changes"),
        ({"ids": [1], "changes": {}}, "changes"),
        ({"filter": {}, "delete": True}, "filter"),
        ({"ids": [], "delete": True}, "ids"),
        ({"ids": [1], "changes": {"amount": "3"}}, "changes"),
        ({"ids": [1], "changes": {"status": "reconciled"}}, "changes"),
    ],
)
def test_a_request_says_which_and_what(ana: Person, body: dict[str, Any], field: str) -> None:
    assert field in ana.caller.post(BULK, body, expect=400)["errors"]


def test_unknown_ids_and_categories_do_not_exist(ana: Person, bob: Person) -> None:
    mine, other = enter(ana), enter(bob)
    refused = ana.caller.post(BULK, {"ids": [mine["id"], other["id"]], "delete": True}, expect=404)
    assert list(refused["errors"]["ids"]) == [str(other["id"])]
    pets = category(bob, "Mascotas")
    ana.caller.post(BULK, {"ids": [mine["id"]], "changes": {"category_id": pets}}, expect=404)


def test_a_payee_of_another_book_does_not_exist(ana: Person, bob: Person) -> None:
    others = payee_of(bob.book_id)
    body = {"type": "expense", "amount": "1", "date": "2026-03-02", "payee_id": others}
    ana.caller.post(TRANSACTIONS, body, expect=404)


def test_as_many_statements_change_many_as_change_few(ana: Person, session: Session) -> None:
    access = program_access(make_context(session), ana.book_id)
    values: Any = {"type": TransactionType.EXPENSE, "amount": Decimal(12), "date": access.today}
    ids = BulkService(access).create([values] * 60, ChangeRecorder(access, ChangeOrigin.IMPORT))

    BulkService(access).change_all(ids, {"notes": "x"}, ChangeRecorder(access, ChangeOrigin.BULK))  # makes the key

    def statements(some: list[int]) -> int:
        recorder = ChangeRecorder(access, ChangeOrigin.BULK)
        with counted() as sent:
            BulkService(access).change_all(some, {"date": access.today.replace(day=1)}, recorder)
        return len(sent)

    assert statements(ids[:5]) == statements(ids[5:])


def test_several_calls_are_undone_together_and_what_was_changed_since_is_kept(ana: Person, session: Session) -> None:
    access = program_access(make_context(session), ana.book_id)
    service, recorder = BulkService(access), ChangeRecorder(access, ChangeOrigin.IMPORT, "march.ofx")
    values: Any = {"type": TransactionType.EXPENSE, "amount": Decimal(12), "date": access.today}
    first, second, third = service.create([values] * 3, recorder)
    service.change({first: {"notes": "a"}}, recorder)
    service.delete([third], recorder)
    later = ChangeRecorder(access, ChangeOrigin.BULK)
    service.change({second: {"notes": "b"}}, later)
    assert recorder.change_set_id is not None
    sets = ChangeSetService(access)
    with pytest.raises(Conflict):
        sets.undo(recorder.change_set_id)
    undone = sets.undo(recorder.change_set_id, Since.KEEP)
    assert (undone.removed, undone.kept) == ([first], [second])


def test_a_transaction_that_was_reconciled_since_is_not_undone_by_force(ana: Person, session: Session) -> None:
    access = program_access(make_context(session), ana.book_id)
    service, recorder = BulkService(access), ChangeRecorder(access, ChangeOrigin.IMPORT)
    values: Any = {"type": TransactionType.EXPENSE, "amount": Decimal(12), "date": access.today}
    [made] = service.create([values], recorder)
    ana.caller.put(f"{TRANSACTIONS}/{made}", {"status": "reconciled"})
    assert recorder.change_set_id is not None
    with pytest.raises(Conflict, match="reconciled"):
        ChangeSetService(program_access(make_context(session), ana.book_id)).undo(recorder.change_set_id, Since.FORCE)
