"""Small real files of every accepted kind, with rows and stores for them."""

import hashlib
import io
import struct
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import factory
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.core.files.models import StoredFile
from app.infra.storage import FileStorage as Store
from app.infra.storage import LocalStorage
from tests.factories import Examples, RowFactory

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
INVOICE = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<fe:Invoice xmlns:fe="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
            xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
            xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <cbc:CustomizationID>DIAN 2.1: Factura Electrónica de Venta</cbc:CustomizationID>
  <cbc:ID>SETP990000002</cbc:ID><cbc:Note><![CDATA[<html> no es]]></cbc:Note>
  <ds:Signature Id="xmldsig"/>
</fe:Invoice>""".encode()
LATIN_1_CSV = "fecha;descripción;valor\r\n2026-01-15;Papelería;-12.500,00\r\n".encode("latin-1")
CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def picture(form: str, **options: Any) -> bytes:
    """A real image."""
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, form, **options)
    return out.getvalue()


def blank(side: int) -> Image.Image:
    """A white picture."""
    return Image.new("RGB", (side, side), "white")


def phone_photo() -> bytes:
    """A JPEG with EXIF data: turned, dated, with a place."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = 6, "Phone", "2026:01:15 10:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, progressive=True)


def huge_png(side: int) -> bytes:
    """A true PNG of side x side black pixels, a few kB small."""
    row = bytes(side // 8 + 2)
    pack = zlib.compressobj(9)
    pixels = b"".join(pack.compress(row) for _ in range(side)) + pack.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """A small Word document (`__` in a part's name stands for a slash, `_dot_` for a dot)."""
    return _office("word/document.xml", b"<w:document xmlns:w='urn:w'/>", more)


def xlsx(**more: bytes) -> bytes:
    """A small Excel workbook."""
    return _office("xl/workbook.xml", b"<workbook xmlns='urn:x'/>", more)


def _office(main: str, content: bytes, more: Mapping[str, bytes]) -> bytes:
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}
    parts = {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": b"<Relationships/>", main: content}
    return archive({**parts, **named})


SAMPLES: dict[str, bytes] = {
    "contrato.pdf": PDF,
    "logo.png": picture("PNG"),
    "foto.jpg": picture("JPEG"),
    "celular.JPEG": phone_photo(),
    "sello.webp": picture("WEBP"),
    "factura.xml": INVOICE,
    "extracto.csv": LATIN_1_CSV,
    "nota.txt": "Señal: ñandú\n".encode(),
    "carta.docx": docx(),
    "cuentas.xlsx": xlsx(),
}
"""A file of each kind."""


class StoredFileFactory(RowFactory):
    """A row without content."""

    class Meta:
        model = StoredFile

    path = factory.LazyFunction(lambda: f"2026/01/{uuid.uuid4().hex}.pdf")
    original_name = "contrato.pdf"
    content_type = "application/pdf"
    size = len(PDF)
    sha256 = hashlib.sha256(PDF).hexdigest()


@contextmanager
def storing_in(app: Flask, store: Store) -> Iterator[Store]:
    """Make the application use this store meanwhile."""
    before = app.extensions["storage"]
    app.extensions["storage"] = store
    try:
        yield store
    finally:
        app.extensions["storage"] = before


@contextmanager
def storing_in_folder(app: Flask, folder: Path) -> Iterator[LocalStorage]:
    """Store the files of the application in this folder meanwhile."""
    store = LocalStorage(folder)
    with storing_in(app, store):
        yield store


def part(content: bytes, name: str = "contrato.pdf") -> FileStorage:
    """A file of a form."""
    return FileStorage(io.BytesIO(content), name)


def form(content: bytes = PDF, name: str = "contrato.pdf", /, **fields: Any) -> dict[str, Any]:
    """The options of a call that sends a form with one file."""
    return form_of({**fields, "file": part(content, name)})


def form_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a call that sends a form with these fields."""
    boundary, body = encode_multipart(fields)
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


def with_receipt(values: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a call that sends a form with a receipt."""
    return form_of({**values, "receipt": part(b"recibo", "recibo.txt")})


EXAMPLES = Examples(
    rows={"StoredFile": lambda: StoredFileFactory().id},
    posts={"/api/upload": lambda: ("/api/upload", form_of({"file": part(PDF)}))},
)
