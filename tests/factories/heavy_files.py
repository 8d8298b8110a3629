"""Files of at most 10 MB that cost their reader seconds or hundreds of megabytes."""

import io
import random
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from app.infra.contents import DOCX, JPEG, PDF, PNG, TXT, WEBP, XML
from tests.factories.files import CONTENT_TYPES, archive

MB = 1024 * 1024
SIZE = 10 * MB - 4096


def _filled(before: bytes, one: bytes, after: bytes) -> bytes:
    return before + one * ((SIZE - len(before) - len(after)) // len(one)) + after


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(one: bytes) -> bytes:
    before = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return _filled(before, one, _chunk(b"IDAT", zlib.compress(b"\0\0")) + _chunk(b"IEND", b""))


def _jpeg(one: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    return _filled(out.getvalue()[:2], one, out.getvalue()[2:])


def _webp() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0")
    body = _filled(out.getvalue()[8:], b"abcd\0\0\0\0", b"")
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _pdf(body: bytes) -> bytes:
    return b"%PDF-1.5\n" + body + b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def objects(text: bytes) -> bytes:
    """An object stream of this text."""
    packed = zlib.compress(text, 9)
    head = b"1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    return head + packed + b"\nendstream endobj\n"


def _document(body: bytes) -> bytes:
    parts = {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": b"<Relationships/>"}
    main = b"<w:document xmlns:w='urn:w'>" + body + b"</w:document>"
    return archive({**parts, "word/document.xml": main, "word/media/a.png": _noise(200_000)})


def _attributes() -> bytes:
    return b"<a " + b" ".join(b"a%d=''" % n for n in range((SIZE - 100) // 12)) + b"/>"


def _names() -> bytes:
    return b"<r>" + b"".join(b"<a%x/>" % n for n in range(SIZE // 10)) + b"</r>"


def _links() -> bytes:
    link = b'<Relationship Id="r" Type="http://x/hyperlink" Target="http://a/" TargetMode="External"/>'
    links = b"<R>" + link * 60_000 + b"<a/>" * 50_000 + b"</R>"
    parts = {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<a/>"}
    return archive({**parts, "word/_rels/document.xml.rels": links, "x": _noise(200_000)})


def _documents() -> bytes:
    """Documents in a document, each of which takes 0.3 s."""
    parts = {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<a>" + b"x" * 6 * MB + b"</a>"}
    relationships = b"<R>" + b"<a b='' c='' d=''/>" * 90_000 + b"</R>"
    inner = archive({**parts, "word/_rels/a.xml.rels": relationships, "x": _noise(50_000)})
    outer = {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<a/>", "x": _noise(100_000)}
    return archive({**outer, **{f"word/embeddings/{number}.docx": inner for number in range(40)}})


def _noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


HEAVY: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "attributes": (XML, _attributes, "tag or comment"),
    "elements": (XML, lambda: _filled(b"<r>", b"<a/>", b"</r>"), "too many elements"),
    "attributes of many": (XML, lambda: _filled(b"<r>", b"<a b='' c='' d=''/>", b"</r>"), "too many attributes"),
    "deep": (XML, lambda: b"<a>" * (SIZE // 7) + b"</a>" * (SIZE // 7), "nested too deep"),
    "names": (XML, _names, "different names"),
    "long name": (XML, lambda: b"<" + b"a" * 50_000 + b"/>", "name that is too long"),
    "namespace": (
        XML,
        lambda: _filled(b"<r xmlns='" + b"u" * 50_000 + b"'>", b"<a/>", b"</r>"),
        "name that is too long",
    ),
    "comment": (XML, lambda: b"<a><!--" + b"x" * (SIZE - 20) + b"--></a>", "tag or comment"),
    "unfinished tag": (XML, lambda: b"<a " + b"x" * (SIZE - 10), "tag or comment"),
    "texts of a PNG": (PNG, lambda: _png(_chunk(b"tEXt", b"a\0")), "too many parts"),
    "data of a PNG": (PNG, lambda: _png(_chunk(b"IDAT", b"")), "too many parts"),
    "comments of a JPEG": (JPEG, lambda: _jpeg(b"\xff\xfe\x00\x02"), "too many parts"),
    "padding of a JPEG": (JPEG, lambda: _jpeg(b"\xff"), "too many parts"),
    "junk of a JPEG": (JPEG, lambda: _jpeg(b"\xff\x00"), "too many parts"),
    "chunks of a WebP": (WEBP, _webp, "too many parts"),
    "angles": (TXT, lambda: b"<" * SIZE, ""),
    "streams": (PDF, lambda: _pdf(b"stream\n" * (SIZE // 8)), "too many parts"),
    "names of a PDF": (PDF, lambda: _pdf(b"/A" * (SIZE // 3)), ""),
    "escapes": (PDF, lambda: _pdf(b"/#41" * (SIZE // 5)), "has obfuscated names"),
    "packed objects": (PDF, lambda: _pdf(objects(b"1 0 " + bytes(60 * MB))), "is too large when unpacked"),
    "packed escapes": (PDF, lambda: _pdf(objects(b"1 0 " + b"#4A" * 90_000) * 20), "has obfuscated names"),
    "files of a PDF": (PDF, lambda: _pdf(b"/EmbeddedFiles " + b"/F(a)" * (SIZE // 6)), "too many parts"),
    "links": (DOCX, _links, "too many elements"),
    "fields": (DOCX, lambda: _document(b"<w:instrText>PAGE</w:instrText>" * 130_000), "too many fields"),
    "unpacked": (DOCX, lambda: _document(b"x" * 36 * MB), "is too large when unpacked"),
    "documents": (DOCX, _documents, "too many elements"),
    "entities": (DOCX, lambda: _document(b"<w:instrText>" + b"&#68;" * 4_000_000 + b"</w:instrText>"), "many fields"),
    "entities after a comment": (
        DOCX,
        lambda: _document(b"<!-- -->" + b"<w:instrText>" + b"&#68;" * 2_200_000 + b"</w:instrText>"),
        "many fields",
    ),
    "text": (DOCX, lambda: _document(b"<w:instrText>" + b" \n" * 100_000 + b"</w:instrText>"), ""),
}
"""Type, maker of the file, and part of the refusal ("" if it is accepted), by name."""
