"""Accepted and refused files, by content."""

import io
import random
import stat
import struct
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from app.core.files.rules import ending_of, kind_for
from app.infra.contents import CSV, DOCX, JPEG, PDF, PNG, TXT, WEBP, XLSX, XML, content_problem
from tests.factories import files
from tests.factories.files import SAMPLES, archive, docx, huge_png, xlsx

MB = 1024 * 1024
JAR = archive({"META-INF/MANIFEST.MF": b"Main-Class: Evil", "Evil.class": b"\xca\xfe\xba\xbe"})
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'
OUTSIDE = b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>'
ELF = b"\x7fELF\x02\x01\x01" + bytes(40)
EXE = b"MZ\x90\x00\x03" + bytes(40)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MACROS = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'


def judged(content_type: str, content: bytes) -> str | None:
    """Reason of the refusal, or None."""
    return content_problem(content_type, io.BytesIO(content))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_real_file_is_taken(name: str) -> None:
    kind = kind_for(ending_of(name))
    assert kind is not None
    assert judged(kind.content_type, SAMPLES[name]) is None


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        (PDF, files.PDF + b"\r\n" * 200),
        (PNG, files.picture("PNG", optimize=True)),
        (JPEG, files.picture("JPEG", comment=b"<html>")),
        (WEBP, files.picture("WEBP", lossless=True)),
        (XML, '<?xml version="1.0" encoding="ISO-8859-1"?><a>ñ</a>'.encode("latin-1")),
        (XML, "<a>ñ</a>".encode("utf-16")),
        (XML, b"\xef\xbb\xbf<a/>"),
        (CSV, b"a,b\n1,2\n"),
        (CSV, b"formula\n=1+1\n"),
        (TXT, "\ufeffcon marca".encode()),
        (TXT, b"a < b, c > d\ttab\x0cpage"),
        (DOCX, docx(word__media__image1_dot_png=SAMPLES["logo.png"])),
        (XLSX, xlsx(xl__printerSettings__printerSettings1_dot_bin=b"\x00\x01")),
    ],
)
def test_unusual_but_honest_files_are_taken(content_type: str, content: bytes) -> None:
    assert judged(content_type, content) is None


@pytest.mark.parametrize("content_type", [PDF, PNG, JPEG, WEBP, XML, CSV, TXT, DOCX, XLSX])
def test_an_empty_file_is_refused(content_type: str) -> None:
    assert judged(content_type, b"") == "The file is empty."


@pytest.mark.parametrize("content_type", [PDF, PNG, JPEG, WEBP, XML, DOCX, XLSX])
@pytest.mark.parametrize(
    "content",
    [
        b"x",
        HTML,
        ELF,
        EXE,
        OLE,
        GIF + JAR,
        JAR,
        b"Rar!\x1a\x07\x00",
        b"#!/bin/sh\nrm -rf /\n",
        b"%!PS",
        b"%PDF 1.4 %%EOF",
    ],
)
def test_content_of_another_type_is_refused(content_type: str, content: bytes) -> None:
    assert judged(content_type, content) is not None


@pytest.mark.parametrize("content_type", [PDF, PNG, JPEG, WEBP, XML, DOCX, XLSX])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_kind_passes_for_another(content_type: str, name: str) -> None:
    kind = kind_for(ending_of(name))
    assert kind is not None
    if kind.content_type != content_type:
        assert judged(content_type, SAMPLES[name]) is not None


@pytest.mark.parametrize("content_type", [CSV, TXT])
@pytest.mark.parametrize(
    "content",
    [
        HTML,
        SVG,
        ELF,
        EXE,
        OLE,
        JAR,
        b"#!/bin/sh\n",
        b"a\x00b",
        b"x" * (256 * 1024 - 4) + b"<script>",
        b"\t <SVG/onload=1>",
    ],
)
def test_text_is_text_and_no_page_or_program(content_type: str, content: bytes) -> None:
    assert judged(content_type, content) is not None


@pytest.mark.parametrize(
    "content",
    [
        XXE,
        LAUGHS,
        HTML,
        SVG,
        b"<html/>",
        b'<x:html xmlns:x="http://www.w3.org/1999/xhtml"/>',
        b'<a><s:svg xmlns:s="http://www.w3.org/2000/svg"/></a>',
        b"<a>",
        b"<a/><b/>",
        b"plain",
        OUTSIDE,
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
    ],
)
def test_xml_is_well_formed_without_declarations_and_no_page(content: bytes) -> None:
    assert judged(XML, content) is not None


@pytest.mark.parametrize(
    ("content_type", "content"),
    [(PDF, files.PDF), (PNG, SAMPLES["logo.png"]), (JPEG, SAMPLES["foto.jpg"]), (WEBP, SAMPLES["sello.webp"])],
)
def test_an_archive_does_not_hide_behind_another_file(content_type: str, content: bytes) -> None:
    assert judged(content_type, content + JAR) is not None


def test_a_pdf_that_is_cut_off_is_refused() -> None:
    assert judged(PDF, (files.PDF + b"x" * 5000)[:-10]) == "The PDF is incomplete."


def test_a_damaged_png_is_refused() -> None:
    png = SAMPLES["logo.png"]
    assert judged(PNG, png[:-20]) is not None
    assert judged(PNG, png[:60] + b"?" + png[61:]) is not None


@pytest.mark.parametrize("side", [7_100, 13_000, 20_000])
def test_a_small_image_of_too_many_pixels_is_refused_unpacked(side: int) -> None:
    content = huge_png(side)
    assert len(content) < MB
    assert judged(PNG, content) == "The image has too many pixels."


def test_a_webp_that_claims_to_be_huge_is_refused() -> None:
    content = bytearray(files.picture("WEBP", save_all=True, append_images=[files.blank(256)]))
    content[24:30] = (16_000).to_bytes(3, "little") * 2
    assert judged(WEBP, bytes(content)) is not None


def test_the_limit_of_pixels_is_not_a_phones() -> None:
    assert judged(PNG, huge_png(7_000)) is None


def with_entry(name: str = "word/x.xml", *, mode: int = 0, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A Word document with one more entry, made as told."""
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as made:
        entry = zipfile.ZipInfo(name)
        entry.external_attr, entry.compress_type = mode << 16, compression
        made.writestr(entry, b"<a/>")
    return out.getvalue()


def encrypted() -> bytes:
    """A Word document whose last entry, which nobody looks into, says that it is encrypted."""
    content = bytearray(docx(word__media__a_dot_png=b"secret"))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def renamed(part: bytes, other: bytes) -> bytes:
    """A Word document with a part by another name of the same length."""
    assert len(part) == len(other)
    return docx().replace(part, other)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(with_entry("../../etc/x.xml"), id="climbs"),
        pytest.param(with_entry("/etc/x.xml"), id="absolute"),
        pytest.param(with_entry("..\\x.xml"), id="climbs backwards"),
        pytest.param(with_entry("C:x.xml"), id="drive"),
        pytest.param(with_entry("word/a.lnk", mode=stat.S_IFLNK | 0o777), id="link"),
        pytest.param(with_entry(compression=zipfile.ZIP_LZMA), id="odd compression"),
        pytest.param(encrypted(), id="encrypted"),
        pytest.param(archive({"word/document.xml": b"<a/>"}), id="no types"),
        pytest.param(archive({"[Content_Types].xml": b"<a/>"}), id="no document"),
        pytest.param(archive({"a.txt": b"hello"}), id="renamed zip"),
        pytest.param(docx(word__vbaProject_dot_bin=OLE), id="macros"),
        pytest.param(renamed(b"_rels/.rels", b"vbaProject!"), id="macros by name"),
        pytest.param(docx(word__other_dot_xml=XXE), id="entities in a part"),
        pytest.param(docx(word__other_dot_xml=OUTSIDE), id="declarations elsewhere"),
        pytest.param(docx(word__other_dot_xml=b"<!--" + b"x" * 70_000 + b"-->" + LAUGHS), id="entities, late"),
        pytest.param(docx(word___rels__document_dot_xml_dot_rels=XXE), id="entities in relations"),
        pytest.param(docx()[:-30], id="cut off"),
        pytest.param(docx() + b"tail", id="something behind"),
        pytest.param(docx().replace(b"PK\x03\x04", b"PK\x03\x05"), id="no magic"),
        pytest.param(xlsx(), id="workbook"),
        pytest.param(OLE, id="the old format"),
    ],
)
def test_a_word_document_is_a_plain_one(content: bytes) -> None:
    assert judged(DOCX, content) is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_macros_are_found_by_their_declared_type(encoding: str) -> None:
    types = MACROS.decode().encode(encoding)
    content = archive({"[Content_Types].xml": types, "word/document.xml": b"<a/>"})
    assert judged(DOCX, content) == "The DOCX has macros or embedded objects."


def test_a_part_that_is_there_twice_is_refused() -> None:
    content = docx(word__document_dot_xmk=b"<a/>").replace(b"document.xmk", b"document.xml")
    assert judged(DOCX, content) is not None


def bomb() -> bytes:
    """100 MB of zeros."""
    return docx(word__media__a_dot_png=bytes(100 * MB))


def boast() -> bytes:
    """A part of 1.1 MB that says it has more than the limit."""
    size = 1_100_000
    content = docx(word__media__a_dot_png=random.Random(1).randbytes(size))
    table = content.rfind(struct.pack("<I", size))  # the last is the one in the table of contents
    return content[:table] + struct.pack("<I", 201 * MB) + content[table + 4 :]


def crowd() -> bytes:
    """More entries than any document has."""
    return archive({f"{n}.xml": b"" for n in range(5_001)})


@pytest.mark.parametrize("make", [bomb, boast, crowd])
def test_a_document_that_unpacks_to_too_much_is_refused_unpacked(make: Callable[[], bytes]) -> None:
    content = make()
    assert len(content) < 2 * MB
    assert within_bounds(DOCX, content) == "The DOCX is too large when unpacked."


def test_a_table_of_contents_that_is_too_long_is_not_read() -> None:
    table = b"PK\x01\x02" + bytes(42)
    content = b"PK\x03\x04" + table * 200_000
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 3, 3, len(table) * 200_000, 4, 0)
    assert within_bounds(DOCX, content + end) == "The DOCX is too large when unpacked."


def test_a_table_of_contents_of_64_bits_is_not_read() -> None:
    end = docx().rfind(b"PK\x05\x06")
    content = docx()[:end] + struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1) + docx()[end:]
    assert judged(DOCX, content) == "The DOCX is too large when unpacked."


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<r>" + b"<a/>" * 200_000 + b"</r>", id="wide"),
        pytest.param(b"<a>" * 250 + b"</a>" * 250, id="deep"),
    ],
)
def test_a_large_xml_is_read_without_keeping_it(content: bytes) -> None:
    assert within_bounds(XML, content) is None


def within_bounds(content_type: str, content: bytes) -> str | None:
    """The verdict, found in bounded CPU time and memory."""
    tracemalloc.start()
    started = time.thread_time()
    try:
        return judged(content_type, content)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 * MB
        assert time.thread_time() - started < 5


@pytest.mark.filterwarnings("ignore::UserWarning")  # of a damaged EXIF; the program ignores them likewise
@pytest.mark.parametrize(
    "name", ["logo.png", "celular.JPEG", "sello.webp", "factura.xml", "carta.docx", "cuentas.xlsx"]
)
def test_no_damage_is_more_than_a_refusal(name: str) -> None:
    chance = random.Random(name)
    kind = kind_for(ending_of(name))
    assert kind is not None
    for _ in range(150):
        content = bytearray(SAMPLES[name])
        for _ in range(chance.choice([1, 3, 12])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        cut = chance.randrange(1, len(content)) if chance.random() < 0.3 else len(content)
        verdict = judged(kind.content_type, bytes(content[:cut]))
        assert verdict is None or verdict.endswith(".")


def test_judging_in_many_threads_leaves_the_process_as_it_was() -> None:
    verdicts: list[str | None] = []
    png, photo = huge_png(7_100), SAMPLES["celular.JPEG"]

    def judge() -> None:
        for _ in range(20):
            verdicts.extend((judged(PNG, png), judged(JPEG, photo)))

    threads = [threading.Thread(target=judge) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(verdicts) == {"The image has too many pixels.", None}
    assert len(verdicts) == 320
