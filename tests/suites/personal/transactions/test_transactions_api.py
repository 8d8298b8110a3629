"""Transactions of a book: what they move, and how lists show them."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from tests.factories.personal import Person

ACCOUNTS, CATEGORIES, TRANSACTIONS = (f"/api/personal/{name}" for name in ("accounts", "categories", "transactions"))
DAY = "2026-03-02"
pytestmark = pytest.mark.usefixtures("either_texts")


def account(who: Person, **values: Any) -> int:
    """A new account."""
    body = {"name": "Banco", "type": "checking", "currency": "COP", **values}
    return int(who.caller.post(ACCOUNTS, body)["data"]["id"])


def category(who: Person, name: str, kind: str = "expense") -> int:
    """A category of the defaults, or a new one."""
    found = [one for one in who.caller.get(CATEGORIES, type=kind, per_page=100)["data"] if one["name"] == name]
    return int(found[0]["id"] if found else who.caller.post(CATEGORIES, {"name": name, "type": kind})["data"]["id"])


def enter(who: Person, **values: Any) -> dict[str, Any]:
    """A new transaction, an expense unless it says otherwise."""
    body = {"type": "expense", "amount": "100", "date": DAY, **values}
    entered: dict[str, Any] = who.caller.post(TRANSACTIONS, body)["data"]
    return entered


def balance(who: Person, account_id: int, **query: Any) -> Decimal:
    """Balance of an account."""
    found = who.caller.get(ACCOUNTS, include_closed="true", per_page=100, **query)["data"]
    return next(Decimal(str(one["balance"])) for one in found if one["id"] == account_id)


def test_a_newcomer_enters_an_expense_without_naming_an_account(ana: Person) -> None:
    made = enter(ana, amount="12500.50", description="Café", category_id=category(ana, "Restaurants"))
    assert (made["signed_amount"], made["status"], made["category_path"]) == (
        -12500.5,
        "cleared",
        ["Food", "Restaurants"],
    )
    [cash] = ana.caller.get(ACCOUNTS)["data"]
    assert (cash["name"], cash["balance"]) == ("Cash", -12500.5)


@pytest.mark.parametrize(
    ("values", "moved"),
    [
        ({"type": "income", "amount": "900"}, "900"),
        ({"amount": "40"}, "-40"),
        ({"amount": "40", "is_refund": True}, "40"),
    ],
)
def test_the_account_gains_or_loses_by_type(ana: Person, values: dict[str, Any], moved: str) -> None:
    bank = account(ana)
    enter(ana, account_id=bank, **values)
    assert balance(ana, bank) == Decimal(moved)


def test_a_transfer_moves_money_between_accounts_and_is_neither_income_nor_expense(ana: Person) -> None:
    bank, savings = account(ana), account(ana, name="Ahorro", type="savings")
    enter(ana, type="transfer", amount="300", account_id=bank, to_account_id=savings)
    assert (balance(ana, bank), balance(ana, savings)) == (-300, 300)
    totals = ana.caller.get(TRANSACTIONS)["totals"]
    assert totals == {"income": 0, "expenses": 0, "net": 0, "transfers": 1, "count": 1}


def test_a_transfer_between_currencies_has_both_amounts_and_its_fee_is_a_split(ana: Person) -> None:
    bank, dollars = account(ana), account(ana, name="USD", currency="USD")
    fees = category(ana, "Fees")
    enter(
        ana,
        type="transfer",
        amount="410000",
        account_id=bank,
        to_account_id=dollars,
        to_amount="100",
        splits=[{"amount": "10000", "category_id": fees}],
    )
    assert (balance(ana, bank), balance(ana, dollars)) == (-410_000, 100)
    assert ana.caller.get(TRANSACTIONS)["totals"]["expenses"] == 10_000


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"to_amount": "299"}, "transfer_amounts_differ"),
        ({"to": "USD"}, "to_amount_required"),
        ({"to": "same"}, "same_account"),
        ({"amount": "300.001"}, "currency_decimals"),
    ],
)
def test_amounts_of_a_transfer_fit(ana: Person, values: dict[str, Any], code: str) -> None:
    bank, other = account(ana), account(ana, name="Otra", currency="USD" if values.get("to") == "USD" else "COP")
    to = bank if values.get("to") == "same" else other
    body = {"type": "transfer", "amount": "300", "date": DAY, "account_id": bank, "to_account_id": to}
    answer = ana.caller.post(TRANSACTIONS, {**body, **{k: v for k, v in values.items() if k != "to"}}, expect=400)
    assert answer["code"] == code


def test_splits_add_up_to_the_amount(ana: Person) -> None:
    groceries, gifts = category(ana, "Groceries"), category(ana, "Gifts")
    splits = [{"amount": "52.00", "category_id": groceries}, {"amount": "-2.00", "category_id": gifts}]
    made = enter(ana, amount="50.00", splits=splits)
    assert [one["amount"] for one in made["splits"]] == [52, -2]
    refused = ana.caller.post(
        TRANSACTIONS, {"type": "expense", "amount": "51", "date": DAY, "splits": splits}, expect=400
    )
    assert (refused["code"], list(refused["errors"])) == ("split_sum", ["splits"])


def test_one_split_is_stored_as_the_category(ana: Person) -> None:
    groceries = category(ana, "Groceries")
    made = enter(ana, splits=[{"amount": "100", "category_id": groceries}])
    assert (made["category_id"], made["splits"], made["is_split"]) == (groceries, [], False)


def test_a_category_of_the_other_type_is_refused(ana: Person) -> None:
    body = {"type": "expense", "amount": "10", "date": DAY, "category_id": category(ana, "Salary", "income")}
    assert ana.caller.post(TRANSACTIONS, body, expect=400)["code"] == "wrong_category_type"


def test_a_change_of_the_amount_moves_the_balance_and_keeps_the_place_in_the_day(ana: Person) -> None:
    bank = account(ana)
    first, second = enter(ana, account_id=bank, amount="10"), enter(ana, account_id=bank, amount="20")
    ana.caller.put(f"{TRANSACTIONS}/{first['id']}", {"amount": "15"})
    listed = ana.caller.get(TRANSACTIONS, account_id=bank)["data"]
    assert [(one["id"], one["running_balance"]) for one in listed] == [(second["id"], -35), (first["id"], -15)]


def test_a_deleted_transfer_leaves_both_accounts(ana: Person) -> None:
    bank, savings = account(ana), account(ana, name="Ahorro", type="savings")
    made = enter(ana, type="transfer", account_id=bank, to_account_id=savings)
    ana.caller.delete(f"{TRANSACTIONS}/{made['id']}")
    assert (balance(ana, bank), balance(ana, savings)) == (0, 0)


def test_an_expense_becomes_a_transfer_and_its_category_goes(ana: Person) -> None:
    bank, savings = account(ana), account(ana, name="Ahorro", type="savings")
    made = enter(ana, account_id=bank, category_id=category(ana, "Groceries"))
    changed = ana.caller.put(f"{TRANSACTIONS}/{made['id']}", {"type": "transfer", "to_account_id": savings})["data"]
    assert (changed["type"], changed["category_id"]) == ("transfer", None)
    assert ana.caller.get(TRANSACTIONS)["totals"]["expenses"] == 0


def test_a_reconciled_transaction_keeps_its_money_unless_it_is_unlocked(ana: Person) -> None:
    made = enter(ana, status="reconciled")
    path = f"{TRANSACTIONS}/{made['id']}"
    assert ana.caller.put(path, {"amount": "101"}, expect=409)["code"] == "reconciled"
    assert ana.caller.put(path, {"notes": "revisado"})["data"]["notes"] == "revisado"
    assert ana.caller.put(f"{path}?unlock=true", {"amount": "101"})["data"]["amount"] == 101


def test_a_future_transaction_is_pending_and_not_in_the_balance_of_today(ana: Person) -> None:
    bank = account(ana)
    made = enter(ana, account_id=bank, date="2027-12-01")
    assert (made["status"], balance(ana, bank), balance(ana, bank, date="2027-12-01")) == ("pending", 0, -100)


def test_before_the_opening_of_an_account_nothing_is_entered(ana: Person) -> None:
    bank = account(ana, opening_date="2026-03-01", opening_balance="500")
    body = {"type": "expense", "amount": "10", "date": "2026-02-28", "account_id": bank}
    assert ana.caller.post(TRANSACTIONS, body, expect=400)["code"] == "before_opening"
    enter(ana, account_id=bank, date="2026-03-01")
    assert balance(ana, bank) == 400


def test_filters(ana: Person) -> None:
    food, groceries = category(ana, "Food"), category(ana, "Groceries")
    bank = account(ana)
    one = enter(ana, category_id=groceries, description="Mercado Éxito", tags=["casa"], account_id=bank)
    two = enter(ana, amount="7", description="sin categoría")
    found = {
        "category": {"category_id": food},
        "tag": {"tag": "casa"},
        "word": {"q": "exito mercado"},
        "account": {"account_id": bank},
        "amount": {"amount_min": "50"},
        "status": {"status": "cleared", "account_id": bank},
        "uncategorised": {"uncategorised": "false"},
    }
    for name, query in found.items():
        answer = ana.caller.get(TRANSACTIONS, **query)
        assert ([row["id"] for row in answer["data"]], answer["totals"]["expenses"]) == ([one["id"]], 100), name
    assert [row["id"] for row in ana.caller.get(TRANSACTIONS, uncategorised="true")["data"]] == [two["id"]]
    assert ana.caller.get(TRANSACTIONS, q="%")["data"] == []


def test_beginnings_of_words_are_found_unless_texts_are_encrypted(ana: Person, encrypts_texts: bool) -> None:
    made = enter(ana, description="Mercado Éxito")["id"]
    expected = [] if encrypts_texts else [made]
    assert [row["id"] for row in ana.caller.get(TRANSACTIONS, q="exi merc")["data"]] == expected


def test_a_refund_lowers_the_expenses_of_its_category(ana: Person) -> None:
    made = enter(ana, category_id=category(ana, "Groceries"), date="2026-02-01")
    refund = ana.caller.post(f"{TRANSACTIONS}/{made['id']}/refund", {"amount": "30", "date": DAY})["data"]
    assert (refund["is_refund"], refund["refund_of_id"], refund["signed_amount"]) == (True, made["id"], 30)
    assert ana.caller.get(TRANSACTIONS)["totals"]["expenses"] == 70


def test_a_transaction_outside_of_reports_moves_the_account_all_the_same(ana: Person) -> None:
    bank = account(ana)
    enter(ana, account_id=bank, exclude_from_reports=True)
    assert (balance(ana, bank), ana.caller.get(TRANSACTIONS)["totals"]["expenses"]) == (-100, 0)


def test_an_external_id_is_unique_in_the_book(ana: Person) -> None:
    enter(ana, external_id="b-1")
    body = {"type": "expense", "amount": "1", "date": DAY, "external_id": "b-1"}
    assert ana.caller.post(TRANSACTIONS, body, expect=409)["code"] == "external_id_taken"


def test_a_copy_is_of_today(ana: Person) -> None:
    made = enter(ana, description="Arriendo", external_id="x-1")
    copy = ana.caller.post(f"{TRANSACTIONS}/{made['id']}/duplicate", {})["data"]
    assert (copy["description"], copy["external_id"]) == ("Arriendo", None)
    assert copy["date"] != DAY


def test_amounts_have_as_many_decimals_as_their_currency(ana: Person) -> None:
    yen = account(ana, name="Yenes", currency="JPY", opening_balance="5000")
    enter(ana, account_id=yen, amount="1200")
    enter(ana, amount="12500.50")
    answer = ana.caller.send("GET", TRANSACTIONS, query_string={"sort": "amount"}).get_data(as_text=True)
    assert '"amount":1200,' in answer
    assert '"signed_amount":-12500.5,' in answer
    assert "000.0000" not in answer + ana.caller.send("GET", ACCOUNTS).get_data(as_text=True)


def test_the_parts_of_a_change_are_whole(ana: Person) -> None:
    made = enter(ana)
    address = f"{TRANSACTIONS}/{made['id']}"
    refused = ana.caller.put(address, {"splits": [{"category_id": category(ana, "Groceries")}]}, expect=400)
    assert refused["errors"] == {"splits": {"0": {"amount": ["Missing data for required field."]}}}


@pytest.mark.parametrize("verb", ["refund", "duplicate", "split"])
def test_the_location_of_a_refund_a_copy_or_a_split_is_its_address(ana: Person, verb: str) -> None:
    made = enter(ana, amount="10")
    body = {"splits": [{"amount": "4"}, {"amount": "6"}]} if verb == "split" else {}
    response = ana.caller.send("POST", f"{TRANSACTIONS}/{made['id']}/{verb}", json=body)
    assert response.status_code == 201
    assert ana.caller.get(response.headers["Location"])["data"]["id"] == response.get_json()["data"]["id"]


def test_a_transfer_without_the_amount_that_arrives_is_refused_with_a_proposal(ana: Person) -> None:
    bank, dollars = account(ana), account(ana, name="USD", currency="USD")
    ana.caller.post("/api/personal/rates", {"base": "USD", "quote": "COP", "rate": "4100", "date": DAY})
    fees = [{"amount": "10000", "category_id": category(ana, "Fees")}]
    body = {"type": "transfer", "amount": "420000", "date": DAY, "splits": fees}
    answer = ana.caller.post(TRANSACTIONS, {**body, "account_id": bank, "to_account_id": dollars}, expect=400)
    assert (answer["code"], answer["errors"]["proposal"]) == ("to_amount_required", {"to_amount": ["100.00"]})


def test_a_transaction_names_its_account_and_has_its_files(ana: Person) -> None:
    shown = enter(ana, account_id=account(ana))
    assert (shown["account"], shown["attachments"], shown["import_line_id"]) == ("Banco", [], None)
    files = f"{TRANSACTIONS}/{shown['id']}/attachments"
    response = ana.caller.send("POST", files, data={"file": (BytesIO(b"receipt"), "receipt.txt")})
    made = response.get_json()["data"]
    [listed] = ana.caller.get(TRANSACTIONS)["data"]
    assert [one["file_url"] for one in listed["attachments"]] == [made["file_url"]]
    assert listed["attachments"][0]["id"] == made["id"]
