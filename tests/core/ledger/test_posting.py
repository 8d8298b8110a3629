"""Posting, reversing, rewriting and numbering."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core.ledger.rules import LineStatus, NewLine
from app.core.ledger.service import BalanceService, BookService, PostingService
from app.infra.context import Context
from app.kernel.errors import Conflict, DomainError, Invalid, NotFound
from app.kernel.periods import Month
from tests.factories.ledger import DAY, Ledger, open_ledger
from tests.statements import counted

AtCommit = Callable[[], None]
SALE = {"cash": "119.00", "sales": "-119.00"}


def balances(context: Context, ledger: Ledger, on: date = DAY) -> dict[str, Decimal]:
    """Balances by name of account."""
    names = {account_id: name for name, account_id in ledger.accounts.items()}
    return {names[one.account_id]: one.amount for one in BalanceService(context, ledger.book_id).balances(on)}


@pytest.fixture(params=["company", "personal"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Each kind of book."""
    found: Ledger = request.getfixturevalue(request.param)
    return found


def test_an_entry_is_posted_with_all_it_says(context: Context, ledger: Ledger, at_commit: AtCommit) -> None:
    posting = PostingService(context)
    entry = ledger.entry(
        SALE,
        source_key="7",
        journal="sales",
        memo='Ñandú, "S.A." {1}',
        document_type="01",
        document_series="F001",
        document_number="77",
        party_id=5,
        created_by=9,
    )
    posted = posting.post(ledger.book_id, entry)
    at_commit()
    stored = posting.get(posted.entry_id)
    assert posted.is_new
    for name in ("date", "source", "source_key", "journal", "memo", "document_type", "document_series"):
        assert getattr(stored, name) == getattr(entry, name)
    assert (stored.document_number, stored.party_id, stored.created_by, stored.number) == ("77", 5, 9, None)
    debit, credit = posting.lines_of([posted.entry_id])
    assert (debit.position, debit.amount, debit.date, debit.status) == (1, Decimal(119), DAY, LineStatus.CLEARED)
    assert (debit.counterpart_id, credit.counterpart_id) == (credit.account_id, debit.account_id)


def test_posting_the_same_source_again_finds_the_entry(context: Context, ledger: Ledger) -> None:
    posting = PostingService(context)
    first = posting.post(ledger.book_id, ledger.entry(SALE, source_key="1"))
    again = posting.post(ledger.book_id, ledger.entry(SALE, source_key="1"))
    assert (again.entry_id, again.is_new) == (first.entry_id, False)
    assert balances(context, ledger) == {"cash": Decimal(119), "sales": Decimal(-119)}
    assert posting.post(ledger.book_id, ledger.entry(SALE, source="other", source_key="1")).is_new


def test_one_call_posts_the_same_source_once(context: Context, ledger: Ledger) -> None:
    entries = [ledger.entry(SALE, source_key=key) for key in ("b", "a", "b")]
    one, two, three = PostingService(context).post_many(ledger.book_id, entries)
    assert [one.is_new, two.is_new, three.is_new].count(True) == 2
    assert one.entry_id == three.entry_id != two.entry_id


def test_entries_are_inserted_in_the_order_of_their_keys(context: Context, personal: Ledger) -> None:
    """Two who post the same entries at the same moment in another order would deadlock."""
    entries = [personal.entry(SALE, source_key=key) for key in "cabed"]
    PostingService(context).post_many(personal.book_id, entries)
    assert "".join(context.session.scalars(text("SELECT source_key FROM entries ORDER BY ctid"))) == "abcde"


def test_entries_without_a_key_are_all_posted(context: Context, ledger: Ledger) -> None:
    posted = PostingService(context).post_many(ledger.book_id, [ledger.entry(SALE)] * 2)
    assert len({one.entry_id for one in posted if one.is_new}) == 2


def test_many_entries_are_a_few_statements(context: Context, ledger: Ledger) -> None:
    def statements(number: int) -> int:
        entries = [ledger.entry(SALE, source_key=f"{number}-{one}") for one in range(number)]
        with counted() as sent:
            PostingService(context).post_many(ledger.book_id, entries)
        return len(sent)

    assert statements(300) == statements(1) <= 5


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ({"cash": "1"}, "line_count"),
        ({"cash": "1", "sales": "-2"}, "entry_unbalanced"),
        ({"cash": "1.00001", "sales": "-1.00001"}, "amount_decimals"),
        ({"cash": "NaN", "sales": "1"}, "amount_decimals"),
    ],
)
def test_an_entry_that_does_not_balance_is_refused(
    context: Context, ledger: Ledger, amounts: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        PostingService(context).post(ledger.book_id, ledger.entry(amounts))
    assert refused.value.code == code


def test_a_personal_entry_balances_in_each_currency(context: Context, personal: Ledger, at_commit: AtCommit) -> None:
    euros = personal.entry({"cash": "-100", "capital": "100"}, "EUR").lines
    dollars = personal.entry({"bank": "108.30", "capital": "-108.30"}, "USD").lines
    PostingService(context).post(personal.book_id, personal.entry({}, lines=euros + dollars))
    at_commit()
    with pytest.raises(Invalid, match="add up to"):
        PostingService(context).post(personal.book_id, personal.entry({}, lines=(euros[0], dollars[1])))


def test_a_companys_entry_balances_in_its_base_currency(context: Context, company: Ledger, at_commit: AtCommit) -> None:
    usd = NewLine(
        account_id=company.accounts["bank"],
        amount=Decimal(10),
        currency="USD",
        base_amount=Decimal(40_000),
        rate=Decimal(4000),
    )
    cop = NewLine(account_id=company.accounts["sales"], amount=Decimal(-40_000), currency="COP")
    difference = replace(usd, amount=Decimal(0), base_amount=Decimal(500))
    gain = replace(cop, amount=Decimal(-500))
    posting = PostingService(context)
    posting.post(company.book_id, company.entry({}, lines=(usd, cop)))
    posting.post(company.book_id, company.entry({}, lines=(difference, gain)))
    at_commit()
    [bank] = BalanceService(context, company.book_id).balances(DAY, [company.accounts["bank"]])
    assert (bank.currency, bank.amount, bank.base_amount) == ("USD", Decimal(10), Decimal(40_500))
    with pytest.raises(Invalid) as refused:
        posting.post(company.book_id, company.entry({}, lines=(replace(usd, base_amount=None), cop)))
    assert refused.value.code == "base_amount_missing"


@pytest.mark.parametrize("change", [{"active": False}, {"postable": False}])
def test_an_account_that_takes_no_postings_is_refused(
    context: Context, ledger: Ledger, change: dict[str, bool]
) -> None:
    BookService(context).change_account(ledger.accounts["sales"], **change)  # type: ignore[typeddict-item]
    with pytest.raises(Conflict) as refused:
        PostingService(context).post(ledger.book_id, ledger.entry(SALE))
    assert refused.value.code == "account_inactive"


def test_an_account_takes_no_other_currency_than_its_own(context: Context, personal: Ledger) -> None:
    BookService(context).change_account(personal.accounts["cash"], currency="USD")
    with pytest.raises(Conflict) as refused:
        PostingService(context).post(personal.book_id, personal.entry(SALE))
    assert refused.value.code == "account_currency"


def test_an_account_of_another_book_is_refused(context: Context, company: Ledger, personal: Ledger) -> None:
    with pytest.raises(Invalid) as refused:
        PostingService(context).post(company.book_id, personal.entry(SALE))
    assert refused.value.code == "account_unknown"


def test_a_book_may_demand_a_cost_centre(context: Context, at_commit: AtCommit) -> None:
    ledger = open_ledger(context, cost_center_required=True)
    books, posting = BookService(context), PostingService(context)
    plant = books.open_cost_center(ledger.book_id, "01", "Planta")
    with pytest.raises(Invalid) as refused:
        posting.post(ledger.book_id, ledger.entry(SALE))
    assert refused.value.code == "cost_center_missing"
    cash, sales = ledger.entry(SALE).lines
    entry = ledger.entry({}, lines=(cash, replace(sales, cost_center_id=plant.id)))
    posting.post(ledger.book_id, entry)
    at_commit()
    books.set_cost_center_active(plant.id, active=False)
    with pytest.raises(Conflict) as inactive:
        posting.post(ledger.book_id, entry)
    assert inactive.value.code == "cost_center_inactive"


def test_a_reversal_takes_an_entry_back_once(context: Context, ledger: Ledger, at_commit: AtCommit) -> None:
    posting = PostingService(context)
    posted = posting.post(ledger.book_id, ledger.entry(SALE, journal="sales", party_id=3))
    reversal = posting.reverse(posted.entry_id, date(2026, 4, 1), memo="Error", created_by=2)
    at_commit()
    stored = posting.get(reversal)
    assert (stored.reverses_id, stored.journal, stored.party_id, stored.created_by) == (posted.entry_id, "sales", 3, 2)
    assert balances(context, ledger) == {"cash": Decimal(119), "sales": Decimal(-119)}
    assert set(balances(context, ledger, date(2026, 4, 1)).values()) == {Decimal(0)}
    with pytest.raises(Conflict) as refused:
        posting.reverse(posted.entry_id, date(2026, 4, 2))
    assert refused.value.code == "entry_reversed"


def test_a_personal_entry_is_rewritten(context: Context, personal: Ledger, at_commit: AtCommit) -> None:
    posting = PostingService(context)
    posted = posting.post(personal.book_id, personal.entry(SALE, source_key="1", created_by=4))
    changed = personal.entry({"bank": "50", "rent": "10", "sales": "-60"}, date=date(2026, 3, 1), memo="Otra")
    posting.rewrite(posted.entry_id, changed)
    at_commit()
    assert balances(context, personal) == {
        "bank": Decimal(50),
        "rent": Decimal(10),
        "sales": Decimal(-60),
    }
    stored = posting.get(posted.entry_id)
    assert (stored.date, stored.memo, stored.line_count) == (date(2026, 3, 1), "Otra", 3)
    assert (stored.source_key, stored.created_by) == ("1", 4)


def test_a_personal_entry_is_deleted(context: Context, personal: Ledger, at_commit: AtCommit) -> None:
    posting = PostingService(context)
    posted = posting.post_many(personal.book_id, [personal.entry(SALE)] * 2)
    posting.delete([one.entry_id for one in posted])
    at_commit()
    assert balances(context, personal) == {}
    with pytest.raises(NotFound):
        posting.get(posted[0].entry_id)


def test_a_companys_entry_is_neither_rewritten_nor_deleted(context: Context, company: Ledger) -> None:
    posting = PostingService(context)
    posted = posting.post(company.book_id, company.entry(SALE))
    for act in (
        lambda: posting.rewrite(posted.entry_id, company.entry(SALE)),
        lambda: posting.delete([posted.entry_id]),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "entry_final"


def test_a_line_is_marked_as_reconciled_and_stays_in_the_sums(context: Context, personal: Ledger) -> None:
    posting = PostingService(context)
    posted = posting.post(personal.book_id, personal.entry(SALE))
    ids = [line.id for line in posting.lines_of([posted.entry_id])]
    before = context.session.scalar(text("SELECT count(*) FROM account_day_sums"))
    assert posting.set_status(personal.book_id, ids, LineStatus.RECONCILED) == 2
    assert {line.status for line in posting.lines_of([posted.entry_id])} == {LineStatus.RECONCILED}
    assert context.session.scalar(text("SELECT count(*) FROM account_day_sums")) == before


def test_numbers_run_by_day_within_book_journal_and_month(context: Context, company: Ledger) -> None:
    posting = PostingService(context)
    days = [date(2026, 3, 20), date(2026, 3, 2), date(2026, 4, 1)]
    late, early, april = posting.post_many(
        company.book_id, [company.entry(SALE, date=day, journal="sales") for day in days]
    )
    other = posting.post(company.book_id, company.entry(SALE, journal="bank"))
    assert posting.number(company.book_id, "sales", Month(2026, 3)) == 2
    assert posting.number(company.book_id, "sales", Month(2026, 4)) == 1
    later = posting.post(company.book_id, company.entry(SALE, date=date(2026, 3, 1), journal="sales"))
    assert posting.number(company.book_id, "sales", Month(2026, 3)) == 1
    assert posting.number(company.book_id, "sales", Month(2026, 3)) == 0
    context.session.expire_all()
    numbers = [posting.get(one.entry_id).number for one in (early, late, later, april, other)]
    assert numbers == [1, 2, 3, 1, None]


def test_the_kind_the_currency_and_the_loop_of_an_account_are_kept(context: Context, personal: Ledger) -> None:
    books = BookService(context)
    PostingService(context).post(personal.book_id, personal.entry(SALE))
    cash, bank = personal.accounts["cash"], personal.accounts["bank"]
    books.change_account(bank, parent_id=cash)
    attempts: list[tuple[Callable[[], object], str]] = [
        (lambda: books.change_account(cash, currency="USD"), "account_in_use"),
        (lambda: books.change_account(cash, parent_id=bank), "account_loop"),
        (lambda: books.change_account(cash, parent_id=personal.accounts["sales"]), "validation_failed"),
        (lambda: books.delete_account(cash), "account_in_use"),
        (lambda: books.open_account(personal.book_id, kind_of(books, cash), "Otra", code="1"), "account_code_taken"),
    ]
    for act, code in attempts:
        with context.session.begin_nested() as savepoint, pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == code
        if savepoint.is_active:
            savepoint.rollback()
        context.session.expire_all()


def test_the_currency_of_a_company_is_kept_and_that_of_a_person_only_reported_in(
    context: Context, company: Ledger, personal: Ledger
) -> None:
    books = BookService(context)
    for ledger in (company, personal):
        PostingService(context).post(ledger.book_id, ledger.entry(SALE))
    assert books.change_book(personal.book_id, base_currency="USD").base_currency == "USD"
    with pytest.raises(DomainError) as refused:
        books.change_book(company.book_id, base_currency="USD")
    assert refused.value.code == "book_in_use"


def kind_of(books: BookService, account_id: int) -> object:
    """Kind of an account."""
    return books.accounts.get(account_id).kind
