"""Encodings, and files of other kinds."""

import gzip
import io
import random
import zipfile

import pytest

from app.infra.statements import LARGEST_FILE, Format, ReadOptions, UnreadableFile, read_statements
from app.infra.statements.encodings import decoded
from app.kernel.errors import TooLarge, WrongMediaType
from tests.infra.statements import samples

SPANISH = "Fecha;Concepto;Importe\n31/01/2026;Panadería Núñez, mañana;-1,50\n"
SGML = "OFXHEADER:100\nENCODING:USASCII\nCHARSET:{}\n\n<OFX>Überweisung für Müller</OFX>"


@pytest.mark.parametrize(
    ("content", "encoding", "word"),
    [
        (SPANISH.encode("utf-8-sig"), "utf-8", "Núñez"),
        (SPANISH.encode("utf-16"), "utf-16-le", "Núñez"),
        (SPANISH.encode("utf-16-le"), "utf-16-le", "Núñez"),
        (SPANISH.encode("utf-16-be"), "utf-16-be", "Núñez"),
        (SPANISH.encode(), "utf-8", "Núñez"),
        (SPANISH.encode("cp1252"), "cp1252", "Núñez"),
        (SGML.format("1252").encode("cp1252"), "cp1252", "Müller"),
        (SGML.format("NONE").encode("cp1252"), "cp1252", "Müller"),
        (SGML.format("1252").encode(), "utf-8", "Müller"),
        (SGML.format("8859-1").encode("latin-1"), "cp1252", "Müller"),
        (b"<?xml version='1.0' encoding='ISO-8859-15'?><x>\xa4 5</x>", "iso8859-15", "€ 5"),
        (b"<?xml version='1.0' encoding='punycode'?><x>\xa4 5</x>", "cp1252", "¤ 5"),
        ("Дата;Сумма\n31.01.2026;Магазин Пятёрочка оплата картой\n".encode("cp1251"), "cp1251", "Пятёрочка"),
        ("Data;Kwota\n31.01.2026;Zażółć gęślą jaźń przelew\n".encode("cp1250"), "cp1250", "gęślą"),
        (SPANISH.encode() + b"\x00" * 50, "utf-8", "Núñez"),
    ],
)
def test_an_encoding_is_found_in_a_fixed_order(content: bytes, encoding: str, word: str) -> None:
    found = decoded(content)
    assert found.encoding == encoding
    assert word in found.text
    assert "\x00" not in found.text


def test_the_encoding_is_shown() -> None:
    assert read_statements(SPANISH.encode("cp1252")).encoding == "cp1252"
    assert read_statements(b"\xef\xbb\xbf" + SPANISH.encode("cp1252")).warnings == ("replaced_characters",)


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", samples.CSV_ENGLISH)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        zipped(),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        gzip.compress(samples.CSV_ENGLISH.encode()),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
        b"\x7fELF\x02\x01\x01",
        b"<!DOCTYPE html><html><body>Log in</body></html>",
        b'{"transactions": []}',
        b'[{"date": "2026-01-31"}]',
        b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>',
        b":20:STARTUMS\n:25:10020030/1234567\n",
        b"{\\rtf1 hello}",
    ],
)
def test_a_file_of_another_kind_is_recognised(content: bytes) -> None:
    with pytest.raises(WrongMediaType):
        read_statements(content)


@pytest.mark.parametrize("content", [random.Random(1).randbytes(5_000), b"\x01\x02\x03" * 50])
def test_noise_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_statements(content)


def test_a_format_that_is_told_is_taken() -> None:
    with pytest.raises(UnreadableFile):
        read_statements(samples.CSV_ENGLISH.encode(), ReadOptions(format=Format.OFX))


@pytest.mark.parametrize(("name", "content"), samples.ALL.items())
def test_each_format_is_recognised(name: str, content: bytes) -> None:
    assert name.rsplit(".", 1)[-1] in {read_statements(content).format, "sgml", "xml"}


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_statements(b"a" * (LARGEST_FILE + 1))
