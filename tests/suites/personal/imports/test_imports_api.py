"""Imports over the API: what a file brings, what is remembered, and undo."""

from decimal import Decimal
from typing import Any

import pytest

from tests.factories.personal import Person
from tests.factories.personal_imports import IMPORTS
from tests.factories.personal_money import TRANSACTIONS
from tests.statements import counted
from tests.suites.personal.imports.bringing import account, balance, bring, entries, rows

FILE = """date,amount,description,category
2026-03-01,-12.50,COFFEE SHOP,Restaurants
2026-03-01,-12.50,COFFEE SHOP,Restaurants
2026-03-02,900.00,SALARY MARCH,Salary
2026-03-03,0.00,NOTHING,
2026-03-04,-40.00,SUPERMARKET,
2026-02-30,-5.00,NO SUCH DAY,
"""


def test_a_file_brings_its_rows_and_says_what_it_left_out(ana: Person) -> None:
    bank = account(ana)
    made = bring(ana, FILE, account_id=bank)
    assert {name: made[name] for name in ("rows", "imported", "duplicates", "ignored", "invalid", "categorised")} == {
        "rows": 6,
        "imported": 4,
        "duplicates": 0,
        "ignored": 1,
        "invalid": 1,
        "categorised": 3,
    }
    assert made["errors"] == [
        {"row": 6, "field": "date", "code": "invalid_date", "text": "'2026-02-30' is not a date."}
    ]
    assert made["notes"] == [{"row": 4, "code": "zero_amount"}]
    assert balance(ana, bank) == Decimal("835")
    newest = entries(ana, account_id=bank)
    assert [(one["signed_amount"], one["description"], one["status"]) for one in newest] == [
        (-40, "SUPERMARKET", "cleared"),
        (900, "SALARY MARCH", "cleared"),
        (-12.5, "COFFEE SHOP", "cleared"),
        (-12.5, "COFFEE SHOP", "cleared"),
    ]
    assert (newest[1]["category_path"], newest[1]["category_source"]) == (["Salary"], "file")


def test_the_same_file_again_brings_nothing_and_twins_stay_two(ana: Person) -> None:
    bank = account(ana)
    bring(ana, FILE, account_id=bank)
    again = bring(ana, FILE, account_id=bank)
    assert (again["imported"], again["duplicates"]) == (0, 4)
    third = bring(ana, FILE + "2026-03-01,-12.50,COFFEE SHOP,\n", account_id=bank)
    assert (third["imported"], third["duplicates"]) == (1, 4)


def test_the_same_file_for_another_account_is_imported_with_a_warning(ana: Person) -> None:
    bring(ana, FILE, account_id=account(ana))
    made = bring(ana, FILE, account_id=account(ana, name="Other"))
    assert (made["imported"], made["warnings"]) == (4, ["same_file_other_account"])


def test_undo_takes_back_what_the_file_brought_and_leaves_no_trace(ana: Person) -> None:
    bank = account(ana, opening_balance="100")
    made = bring(ana, FILE, account_id=bank)
    undone = ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    assert (undone["removed"], undone["kept"], balance(ana, bank)) == (4, [], 100)
    assert ana.caller.get(f"{IMPORTS}/{made['import_id']}")["data"]["state"] == "undone"
    assert bring(ana, FILE, account_id=bank)["imported"] == 4
    assert ana.caller.delete(f"{IMPORTS}/{made['import_id']}", expect=409)["code"] == "import_undone"


def test_a_list_has_what_one_import_brought(ana: Person) -> None:
    bank = account(ana)
    made = [bring(ana, rows((day, "-5", "Tea")), account_id=bank)["import_id"] for day in ("2026-01-05", "2026-01-06")]
    [found] = entries(ana, import_id=made[0])
    [line] = ana.caller.get(f"{IMPORTS}/{made[0]}/lines")["data"]
    assert (found["date"], found["import_line_id"]) == ("2026-01-05", line["id"])
    body = {"filter": {"import_id": made[1]}, "changes": {"tags": ["tea"]}}
    assert ana.caller.post(f"{TRANSACTIONS}/bulk", body, expect=200)["data"]["matched"] == 1


def test_duplicates_of_a_file_do_not_count_once_more(ana: Person) -> None:
    bank = account(ana)
    for _ in range(2):
        bring(ana, rows(("2026-01-05", "-3.50", "Coffee")), account_id=bank)
    more = bring(ana, rows(*[("2026-01-05", "-3.50", "Coffee")] * 2), account_id=bank)
    assert (more["imported"], more["duplicates"]) == (1, 1)


def test_a_file_that_was_undone_comes_again_though_another_had_its_rows_as_duplicates(ana: Person) -> None:
    bank = account(ana)
    made = bring(ana, FILE, account_id=bank)
    bring(ana, FILE, account_id=bank)
    ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    assert bring(ana, FILE, account_id=bank)["imported"] == 4


def test_undo_keeps_what_was_changed_since_unless_it_is_forced(ana: Person) -> None:
    bank = account(ana)
    made = bring(ana, FILE, account_id=bank)
    changed = entries(ana, account_id=bank)[0]
    ana.caller.put(f"{TRANSACTIONS}/{changed['id']}", {"description": "Groceries"})
    undone = ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    assert (undone["removed"], undone["kept"]) == (
        3,
        [{"row": 5, "transaction_id": changed["id"], "reason": "changed"}],
    )
    assert bring(ana, FILE, account_id=bank)["duplicates"] == 1
    forced = ana.caller.delete(f"{IMPORTS}/{made['import_id']}?force=true")
    assert (forced["removed"], forced["kept"]) == (1, [])


def test_entries_deleted_by_hand_do_not_come_back(ana: Person) -> None:
    bank = account(ana)
    bring(ana, FILE, account_id=bank)
    ana.caller.delete(f"{TRANSACTIONS}/{entries(ana, account_id=bank)[0]['id']}")
    again = bring(ana, FILE, account_id=bank)
    assert (again["imported"], again["duplicates"]) == (0, 4)
    kept = bring(ana, FILE, account_id=bank, options={"duplicates": "keep"})
    assert kept["imported"] == 4


def test_a_preview_changes_nothing_until_it_is_committed_as_decided(ana: Person) -> None:
    bank = account(ana)
    shown = bring(ana, FILE, expect=200, account_id=bank, options={"mode": "preview"})
    assert (shown["state"], shown["imported"], balance(ana, bank)) == ("preview", 4, 0)
    assert [(one["row"], one["state"], one["amount"]) for one in shown["lines"]][:2] == [(1, "new", -12.5)] * 1 + [
        (2, "new", -12.5)
    ]
    address = f"{IMPORTS}/{shown['import_id']}"
    ana.caller.patch(f"{address}/lines", {"rows": [2], "decision": "skip"})
    made = ana.caller.post(f"{address}/commit", expect=200)["data"]
    assert (made["imported"], made["state"], balance(ana, bank)) == (3, "committed", Decimal("847.5"))
    states = [one["state"] for one in ana.caller.get(f"{address}/lines")["data"]]
    assert states == ["new", "skipped", "new", "new"]
    assert bring(ana, FILE, account_id=bank)["duplicates"] == 4
    assert ana.caller.post(f"{address}/commit", expect=409)["code"] == "import_committed"


@pytest.mark.parametrize(
    ("content", "fields", "status", "code"),
    [
        ("date,amount\n", {}, 400, "empty_file"),
        ("x,y\na,b\n", {}, 400, "needs_mapping"),
        ("date,amount\n01/02/2026,5.00\n", {}, 400, "ambiguous_dates"),
        ("date,amount\n2026-01-02,1.234\n", {}, 400, "ambiguous_decimals"),
        (b"%PDF-1.7 nothing", {}, 415, "unsupported_media_type"),
        (b"PK\x03\x04" + b"\0" * 40, {}, 415, "unsupported_media_type"),
        (bytes(range(256)) * 40, {}, 400, None),
        ("date,amount\n2026-01-02,5\n", {"account_id": 10**9}, 404, "not_found"),
        ("date,amount\n2026-01-02,5\n", {"options": "{"}, 400, "validation_failed"),
        ("date,amount,currency\n2026-01-02,5,EUR\n", {}, 409, "currency_mismatch"),
    ],
)
def test_files_that_cannot_be_read_are_refused(
    ana: Person, content: bytes | str, fields: dict[str, Any], status: int, code: str | None
) -> None:
    answer = bring(ana, content, expect=status, **{"account_id": account(ana), **fields})
    assert code in {None, answer["code"]}
    assert ana.caller.get(IMPORTS)["data"] == []


def test_columns_are_asked_once_and_remembered(ana: Person) -> None:
    bank = account(ana)
    unknown = "dia,x,y\n05/03/2026,-7.25,Café\n06/03/2026,-1.00,Pan\n"
    asked = bring(ana, unknown, expect=400, account_id=bank)
    assert (asked["code"], asked["errors"]["columns"]) == ("needs_mapping", ["dia", "x", "y"])
    mapping = {"date": "dia", "amount": "x", "description": 3}
    options = {"date_format": "DD/MM/YYYY"}
    assert bring(ana, unknown, account_id=bank, mapping=mapping, options=options)["imported"] == 2
    later = unknown.replace("05/03", "15/03")
    assert bring(ana, later, account_id=bank)["imported"] == 1
    [known] = ana.caller.get("/api/personal/import-mappings")["data"]
    used = {name: column for name, column in known["mapping"].items() if column is not None}
    assert (known["kind"], used) == ("columns", {"date": "1", "amount": "2", "description": "3"})
    address = f"/api/personal/import-mappings/{known['id']}"
    refused = ana.caller.put(address, {"mapping": {"date": "dia"}}, expect=400)
    assert list(refused["errors"]) == ["mapping"]
    ana.caller.put(address, {"mapping": {"date": "dia", "amount": "x", "payee": "y"}})
    bring(ana, unknown.replace("05/03", "25/03"), account_id=bank)
    ana.caller.delete(address)
    assert bring(ana, unknown, expect=400, account_id=bank)["code"] == "needs_mapping"


def test_ambiguous_dates_are_proposed_by_the_language_and_never_decided(ana: Person) -> None:
    asked = bring(ana, "date,amount\n01/02/2026,5.00\n", expect=400, account_id=account(ana))
    assert asked["errors"]["proposal"] == {"date_format": ["DD/MM/YYYY"]}
    assert sorted(asked["errors"]["readings"]) == ["DD/MM/YYYY", "MM/DD/YYYY"]


def test_rows_before_the_account_begins_are_errors(ana: Person) -> None:
    bank = account(ana, opening_date="2026-03-02")
    made = bring(ana, FILE, account_id=bank)
    assert (made["imported"], [one["code"] for one in made["errors"]]) == (
        2,
        ["before_opening", "before_opening", "invalid_date"],
    )


def test_the_number_of_statements_does_not_grow_with_the_rows(ana: Person) -> None:
    numbers = []
    for size in (3, 90):
        bank = account(ana, name=f"Bank {size}")
        lines = "".join(f"2026-03-{1 + n % 28:02},-{n + 1}.25,Shop {size} {n},card {n}\n" for n in range(size))
        with counted() as sent:
            assert bring(ana, "date,amount,payee,description\n" + lines, account_id=bank)["imported"] == size
        numbers.append(len(sent))
    assert numbers[1] <= numbers[0] + 5
