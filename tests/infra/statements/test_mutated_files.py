"""Files with mutated bytes: only typed refusals, and only values that can be stored. FRESCO_SOAK=1: a million."""

import random
from datetime import date

from app.infra.statements import Field, ParsedFile, ReadOptions, read_statements
from app.kernel.currencies import Currency
from app.kernel.errors import DomainError
from app.kernel.money import MAX_AMOUNT
from tests.infra.statements import samples
from tests.soak import SOAK

SEED = 1
FILES = 1_000_000 if SOAK else 1_500
CODES = {
    "unreadable_file",
    "empty_file",
    "too_many_rows",
    "needs_mapping",
    "ambiguous_dates",
    "ambiguous_decimals",
    "unsupported_media_type",
    "validation_failed",
}
PIECES = [
    *(
        b"<",
        b">",
        b"</",
        b"&#0;",
        b"&#xD800;",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<!DOCTYPE x>",
        b"<OFX>",
        b"<STMTTRN>",
    ),
    *(b'"', b"'", b";", b",", b"\t", b"|", b"\r", b"\n", b"\r\n", b"\x00", b"\x1a", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(b"-", b"--", b"(", b".", b"1.234", b"1,234,567.89", b"9" * 30, b"NaN", b"1e999", "−٣²½".encode(), b"\xc3"),
    *(b"31/02/2026", b"0000-00-00", b"99999999", b"01/02/26", b"2026-01-31T25:61", b"!Type:Bank\n", b"^\n", b"D", b"T"),
    *(b"<TxDtls>", b"<Amt>", b"<Ntry>", b"</Stmt>", b"Date;Amount\n", b"sep=;\n", b"=cmd|", b"encoding='utf-7'"),
]
OPTIONS = [
    ReadOptions(),
    ReadOptions(currency=Currency.COP),
    ReadOptions(date_format="DD/MM/YYYY", decimal=",", currency=Currency.JPY),
    ReadOptions(mapping={Field.DATE: 1, Field.AMOUNT: "3", Field.PAYEE: "Concepto"}),
    ReadOptions(mapping={Field.DATE: "Fecha", Field.AMOUNT: 3}, date_format="x"),
]


def mutated(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 6)):
        begin = rng.randrange(len(content) + 1)
        end = min(len(content), begin + rng.choice([0, 1, 1, 2, 8, 100]))
        kind = rng.randrange(5)
        if kind == 0:
            piece = rng.choice(PIECES)
        elif kind == 1:
            piece = rng.randbytes(end - begin)
        elif kind == 2:
            piece = content[begin:end] * 2
        elif kind == 3:
            other = rng.randrange(len(content) + 1)
            piece = content[other : other + 60]
        else:
            piece = b""
        content = content[:begin] + piece + content[end:]
    return content[: rng.randrange(len(content) + 1)] if rng.random() < 0.1 else content


def assert_storable(parsed: ParsedFile) -> None:
    for statement in parsed.statements:
        for row in statement.rows:
            assert date(1900, 1, 1) <= row.day <= date(2200, 12, 31)
            assert 0 < abs(row.amount) <= MAX_AMOUNT
            texts = (
                row.raw,
                row.payee,
                row.description,
                row.notes,
                row.category,
                row.fitid,
                row.counterpart,
                row.currency,
            )
            for text in texts:
                assert text.isprintable() or not any(ord(sign) < 32 for sign in text)
                text.encode()
    numbers = [row.number for statement in parsed.statements for row in statement.rows]
    assert len({*numbers}) == len(numbers)


def test_mutated_files_are_read_or_refused_with_a_code() -> None:
    rng = random.Random(SEED)
    originals = list(samples.ALL.values())
    refused, read = set(), 0
    for _ in range(FILES):
        content = mutated(rng.choice(originals), rng)
        try:
            assert_storable(read_statements(content, rng.choice(OPTIONS)))
            read += 1
        except DomainError as error:
            refused.add(error.code)
    assert refused <= CODES
    assert read > FILES / 3
