"""JSON in is strict, JSON out is exact."""

import contextlib
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from app.kernel.errors import Invalid
from app.suites.fresco.clients.rules import ClientStatus
from app.web.json import DEEPEST, decode, encode

MALFORMED = {
    "nothing": b"",
    "blank": b"  ",
    "cut off": b'{"a": 1',
    "trailing comma": b'{"a": 1,}',
    "two documents": b"{} {}",
    "single quotes": b"{'a': 1}",
    "a comment": b"{} // no",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "-Infinity": b"[-Infinity]",
    "twice the same key": b'{"a": 1, "a": 1}',
    "twice the same key, inside": b'{"a": [{"b": 1, "b": 2}]}',
    "the same key, escaped": b'{"a": 1, "\\u0061": 2}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a": 1}'.encode("utf-16-le"),
    "UTF-32": '{"a": 1}'.encode("utf-32"),
    "latin-1": '{"a": "é"}'.encode("latin-1"),
    "surrogates in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "overlong UTF-8": b'{"a": "\xc0\x80"}',
    "a lone surrogate in a key": rb'{"\ud800": 1}',
    "a raw NUL": b'{"a": "\x00"}',
    "a raw newline in text": b'{"a": "\n"}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "5,000 decimals": b'{"a": 0.' + b"9" * 5000 + b"}",
    "an exponent beyond Decimal": b'{"a": 1e99999999999999999999}',
    "an exponent below Decimal": b'{"a": 1e-99999999999999999999}',
    "a leading zero": b'{"a": 01}',
    "hexadecimal": b'{"a": 0x1}',
    "too deep by one": b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    "too deep, mixed": b'{"a":[' * 17 + b"]}" * 17,
    "too deep, unclosed": b"[" * 1_000_000,
    "too deep, after brackets in text": b'["]]]]\\"]]", ' + b"[" * DEEPEST + b"]" * DEEPEST + b"]",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_nonstandard_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        decode(raw)
    assert refusal.value.code == "malformed_json"


def test_32_levels_are_taken() -> None:
    found = decode(b"[" * DEEPEST + b"]" * DEEPEST)
    for _ in range(DEEPEST - 1):
        (found,) = found
    assert found == []


def test_brackets_in_text_are_not_depth() -> None:
    text = "[{" * 100 + '\\"' + "[" * 50
    assert decode(b'{"a": "' + text.encode() + b'"}') == {"a": text.replace('\\"', '"')}


def test_many_shallow_brackets_are_not_depth() -> None:
    assert len(decode(b"[" + b"[],{}," * 1000 + b"1]")) == 2001


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 1_048_576,
        b'"' * 1_048_576,
        b'{"a":"' + b"\\" * 1_048_500,
        b'["' + b"[" * 1_048_500 + b'"]',
        b'["' + b"\\u0061" * 174_000 + b'",' + b"[" * 40,
        b"[],{}," * 174_000,
    ],
    ids=["brackets", "quotes", "backslashes", "brackets in text", "escapes", "pairs"],
)
def test_a_hostile_megabyte_takes_no_noticeable_time(raw: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(Invalid):
        decode(raw)
    assert time.process_time() - began < 1


def test_numbers_come_in_exactly() -> None:
    found = decode(b"[0.1, 1.10, 1e2, 9999999999.99, 9223372036854775808]")
    assert found == [Decimal("0.1"), Decimal("1.10"), Decimal(100), Decimal("9999999999.99"), 2**63]
    assert str(found[1]) == "1.10"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("9999999999.99"), b"9999999999.99"),
        (Decimal("0.10"), b"0.10"),
        (Decimal("1E+3"), b"1000"),
        (Decimal("1E-7"), b"0.0000001"),
        (Decimal("123456789012345.123456"), b"123456789012345.123456"),
        ({"a": [Decimal("-0.01")]}, b'{"a":[-0.01]}'),
        (datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), b'"2025-01-02T03:04:05Z"'),
        (datetime(2025, 1, 2, 3, 4, 5, 678900, tzinfo=UTC), b'"2025-01-02T03:04:05.678900Z"'),
        (datetime(2025, 1, 2, tzinfo=timezone(timedelta(0))), b'"2025-01-02T00:00:00Z"'),
        (date(2025, 1, 2), b'"2025-01-02"'),
        (ClientStatus.PAUSED, b'"Pausado"'),
        ({"más": "café ñ"}, '{"más":"café ñ"}'.encode()),
        ({1: None}, b'{"1":null}'),
    ],
)
def test_values_go_out_exactly(value: object, written: bytes) -> None:
    assert encode(value) == written


def test_values_without_a_json_form_are_refused() -> None:
    with pytest.raises(TypeError):
        encode(object())
