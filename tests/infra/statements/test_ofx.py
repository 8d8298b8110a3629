"""OFX 1 and 2 as banks write it."""

from decimal import Decimal

import pytest

from app.infra.statements import AccountName, UnreadableFile, read_statements
from app.infra.statements.amounts import BadAmount, own_amount
from tests.infra.statements import samples


def ofx(*transactions: str, before: str = "<CURDEF>USD", charset: str = "1252") -> bytes:
    head = f"OFXHEADER:100\nENCODING:USASCII\nCHARSET:{charset}\n\n"
    body = "".join(f"<STMTTRN>{one}</STMTTRN>" for one in transactions)
    return f"{head}<OFX><STMTRS>{before}<BANKTRANLIST>{body}</BANKTRANLIST></STMTRS></OFX>".encode("cp1252")


def test_sgml_without_closing_tags_is_read() -> None:
    parsed = read_statements(samples.OFX_SGML.encode("cp1252"))
    [statement] = parsed.statements
    assert statement.account == AccountName("3334445556", "0121000248", "checking")
    assert (statement.currency, statement.balance, str(statement.balance_day)) == (
        "USD",
        Decimal("1217.81"),
        "2026-01-31",
    )
    assert [(str(row.day), row.amount, row.fitid, row.payee) for row in statement.rows] == [
        ("2026-01-01", Decimal("-4.5"), "900", "BLUE BOTTLE"),
        ("2026-01-03", Decimal("-0.35"), "901", "FOREIGN FEE"),
        ("2026-01-03", Decimal("-11.9"), "901", "CINE"),
        ("2026-01-15", Decimal("1234.56"), "", "PAYROLL"),
    ]
    assert [row.description for row in statement.rows[:3:2]] == ["COFFEE & CAKE", "AT&T ticket"]


def test_rows_that_can_not_be_read_are_named() -> None:
    parsed = read_statements(samples.OFX_SGML.encode("cp1252"))
    assert [(error.row, error.field, error.code) for error in parsed.errors] == [(5, "date", "invalid_date")]
    assert [(note.row, note.code) for note in parsed.notes] == [(6, "zero_amount")]


def test_xml_with_umlauts_and_without_the_header_of_sgml_is_read() -> None:
    [statement] = read_statements(samples.OFX_XML.encode()).statements
    assert statement.account == AccountName("5526********1234")
    first, second = statement.rows
    assert (first.payee, first.description, first.counterpart) == (
        "Bäckerei Müller",
        "Brot < Kuchen",
        "DE02120300000000202051",
    )
    assert [first.is_pending, second.is_pending] == [False, True]


def test_a_time_does_not_move_a_day_into_another_zone() -> None:
    [row] = read_statements(ofx("<DTPOSTED>20260101230000[-5:EST]<TRNAMT>1<FITID>1")).statements[0].rows
    assert str(row.day) == "2026-01-01"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("-1.234,56", "-1234.56"),
        ("1,234.56", "1234.56"),
        ("12,5", "12.5"),
        ("12.50000", "12.5"),
        ("1.234.567", "1234567"),
        ("1.000,-", "1000"),
        ("1.000", "1"),
        ("+7", "7"),
        ("1,234,56", "1234.56"),
    ],
)
def test_each_amount_has_its_own_last_separator(text: str, amount: str) -> None:
    assert own_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "-", ".", "1e9", "NaN", "Infinity", "1 2 x 3", "9" * 100])
def test_a_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadAmount):
        own_amount(text)


def test_some_closing_tags_change_nothing() -> None:
    closed = ofx("<DTPOSTED>20260131</DTPOSTED><TRNAMT>-5.00</TRNAMT><FITID>1</FITID><NAME>A</NAME><MEMO></MEMO>")
    mixed = ofx("<DTPOSTED>20260131\n<TRNAMT>-5.00</TRNAMT><FITID>1<NAME>A</NAME><MEMO>")
    assert read_statements(closed).statements == read_statements(mixed).statements


def test_an_account_without_balance_and_with_a_long_bank_is_read() -> None:
    account = "<CURDEF>BRL<BANKACCTFROM><BANKID>0123456789<ACCTID>1-2<ACCTTYPE>SAVINGS</BANKACCTFROM>"
    [statement] = read_statements(ofx("<DTPOSTED>20260131<TRNAMT>1<FITID>1", before=account)).statements
    assert (statement.account, statement.balance) == (AccountName("1-2", "0123456789", "savings"), None)


def test_several_accounts_are_several_statements() -> None:
    transaction = "<STMTTRN><DTPOSTED>20260131<TRNAMT>1</STMTTRN>"
    one = f"<STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>{{}}</BANKACCTFROM>{transaction}</STMTRS>"
    text = f"<OFX>{one.format(1)}{one.format(2)}</OFX>"
    parsed = read_statements(text.encode())
    assert [(found.account.number, found.rows[0].number) for found in parsed.statements if found.account] == [
        ("1", 1),
        ("2", 2),
    ]


def test_a_foreign_amount_has_its_own_currency() -> None:
    [row] = (
        read_statements(ofx("<DTPOSTED>20260131<TRNAMT>1<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY>"))
        .statements[0]
        .rows
    )
    assert row.currency == "EUR"


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><OFX><STMTRS></STMTRS></OFX>',
        "OFXHEADER:100\nDATA:OFXSGML\n",
        "<OFX>" + "<!-- -->" * 2_000 + "</OFX>",
    ],
)
def test_declarations_and_damage_are_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read_statements(text.encode())
