"""Files that would harm whoever opens them are refused, and those of ordinary programs are not."""

import io
import zlib

import openpyxl
import pypdf
import pytest

from app.infra.contents import CSV, DOCX, PDF, XLSX, content_problem
from tests.factories.files import docx, xlsx
from tests.factories.heavy_files import objects

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"


def judged(content_type: str, content: bytes) -> str | None:
    return content_problem(content_type, io.BytesIO(content))


def pdf(*parts: bytes) -> bytes:
    """A PDF with these objects."""
    return b"%PDF-1.7\n" + b"\n".join(parts) + b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def stream(head: bytes, text: bytes) -> bytes:
    packed = zlib.compress(text)
    return b"5 0 obj<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj" % (head, len(packed), packed)


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
ATTACHED = b"1 0 obj<</Names<</EmbeddedFiles 2 0 R>>>>endobj 2 0 obj<</Type/Filespec/EF<</F 5 0 R>>/F(%b)>>endobj"
ENCRYPTED = b"trailer<</Encrypt 3 0 R>>"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(pdf(b"1 0 obj<</OpenAction" + SCRIPT + b">>endobj"), id="script"),
        pytest.param(pdf(b"1 0 obj<</AA<</O" + SCRIPT + b">>>>endobj"), id="script of a page"),
        pytest.param(pdf(b"1 0 obj<</OpenAction<</S/J#61vaScri#70t/JS(1)>>>>endobj"), id="escaped"),
        pytest.param(pdf(b"1 0 obj<</OpenAction<</S/Launch/F(calc.exe)>>>>endobj"), id="launches"),
        pytest.param(pdf(b"1 0 obj<</Subtype/RichMedia>>endobj"), id="media"),
        pytest.param(pdf(b"1 0 obj<</S/Rendition/JS(1)>>endobj"), id="rendition"),
        pytest.param(pdf(objects(b"7 0 " + SCRIPT)), id="packed script"),
        pytest.param(pdf(objects(b"7 0 <</S/#4aavaScript>>")), id="packed and escaped"),
        pytest.param(pdf(objects(b"% a comment\n 7 0 " + SCRIPT)), id="packed behind a comment"),
        pytest.param(pdf(stream(b"/N 1/First 4", b"7 0 " + SCRIPT)), id="packed without a type"),
        pytest.param(pdf(stream(b"/Type/ObjStm", zlib.compress(b"7 0 " + SCRIPT))), id="packed twice"),
        pytest.param(pdf(stream(b"/Type/Obj#53tm", zlib.compress(b"7 0 " + SCRIPT))), id="packed twice, escaped"),
        pytest.param(pdf(stream(b"/Type/ObjStm/DecodeParms<</Predictor 12>>", b"\x027 0 <<")), id="predictor"),
        pytest.param(pdf(b"1 0 obj<</Type/ObjStm/Filter/LZWDecode>>stream\nabc\nendstream endobj"), id="other packing"),
        pytest.param(pdf(b"1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n\x01\x02", ENCRYPTED), id="encrypted"),
        pytest.param(pdf(ATTACHED % b"a.xml", ENCRYPTED), id="attached and encrypted"),
        pytest.param(pdf(ATTACHED % b"factura.pdf.exe", stream(b"", b"x")), id="attached program by name"),
        pytest.param(pdf(ATTACHED % b"factura.e\\170e", stream(b"", b"x")), id="attached, octal"),
        pytest.param(
            pdf((ATTACHED % b"").replace(b"()", b"<" + "a.js".encode("utf-16").hex().encode() + b">")), id="hex"
        ),
        pytest.param(pdf(ATTACHED % b"factura.xml", stream(b"/Type/EmbeddedFile", EXE)), id="attached program"),
        pytest.param(pdf(b"1 0 obj<</XFA 5 0 R>>endobj", stream(b"", b"<template><x:script>1</x:script>")), id="form"),
        pytest.param(pdf(objects(b"7 0 <</XFA 5 0 R>>"), stream(b"", b"<template><script>")), id="packed form"),
    ],
)
def test_a_pdf_that_acts_or_hides_is_refused(content: bytes) -> None:
    assert (judged(PDF, content) or "").startswith("The PDF ")


def printed(*, compressed: bool) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=compressed)
    canvas.drawString(72, 72, "Launch of the JavaScript course")
    canvas.linkURL("https://example.com", (0, 0, 100, 100))
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry("A", "a")
    canvas.acroForm.textfield(name="nombre")
    canvas.save()
    return out.getvalue()


def with_attachment(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(printed(compressed=True)))
    writer.add_attachment(name, content)
    writer.write(out)
    return out.getvalue()


def encrypted() -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(printed(compressed=True)))
    writer.encrypt("secreto")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(printed(compressed=True), id="reportlab"),
        pytest.param(printed(compressed=False), id="reportlab, plain"),
        pytest.param(with_attachment("factura.xml", b"<a/>"), id="attached invoice"),
        pytest.param(encrypted(), id="encrypted"),
        pytest.param(pdf(objects(b"7 0 8 12 <</Type/Page>> <</OpenAction[7 0 R/Fit]>>")), id="object streams"),
        pytest.param(pdf(b"1 0 obj<</OpenAction<</S/GoTo/D[3 0 R/Fit]>>>>endobj"), id="opens at a page"),
        pytest.param(pdf(b"1 0 obj<</XFA 5 0 R>>endobj", stream(b"", b"<template><field/>")), id="form"),
        pytest.param(pdf(stream(b"/Subtype/Image", bytes(range(256)) * 300)), id="picture"),
        pytest.param(pdf(stream(b"", b"1 0 0 1 72 720 cm (hola) Tj")), id="drawing"),
    ],
)
def test_a_pdf_of_ordinary_programs_is_taken(content: bytes) -> None:
    assert judged(PDF, content) is None


def relations(kind: str, target: str, *, external: bool = True) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    return f'<R><Relationship Id="r" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/></R>'.encode()


def document(text: str, encoding: str = "utf-8") -> bytes:
    """A Word document with this text."""
    whole = f"<w:document xmlns:w='urn:w'>{text}</w:document>"
    return docx(word__footer1_dot_xml=whole.encode(encoding))


def linked(kind: str, target: str, *, external: bool = True) -> bytes:
    return docx(word___rels__settings_dot_xml_dot_rels=relations(kind, target, external=external))


BEGIN = '<w:fldChar w:fldCharType="begin"/>'
TYPES = b'<Types><Override PartName="/word/a.bin" ContentType="application/vnd.%b"/></Types>'


def declared(content_type: bytes) -> bytes:
    return docx(**{"[Content_Types]_dot_xml": TYPES % content_type})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(linked("attachedTemplate", "http://evil.example/a.dotm"), id="template"),
        pytest.param(linked("attachedTemplate", "file://evil.example/share/a.dotm"), id="template of a share"),
        pytest.param(linked("attachedTemplate", "\\\\evil.example\\a.dotm"), id="template by a network path"),
        pytest.param(linked("oleObject", "mhtml:http://evil.example/a.html!x"), id="object"),
        pytest.param(linked("image", "http://evil.example/a.png"), id="picture elsewhere"),
        pytest.param(linked("frame", "http://evil.example"), id="frame"),
        pytest.param(linked("subDocument", "http://evil.example"), id="subdocument"),
        pytest.param(linked("vbaProject", "a.bin", external=False), id="macros by relationship"),
        pytest.param(linked("control", "a.xml", external=False), id="control"),
        pytest.param(declared(b"ms-office.activeX+xml"), id="ActiveX by type"),
        pytest.param(declared(b"ms-word.document.macro&#69;nabled.main+xml"), id="macros by an escaped type"),
        pytest.param(declared(b"openxmlformats-officedocument.oleObject"), id="object by type"),
        pytest.param(docx(word__embeddings__oleObject1_dot_bin=b"x"), id="embedded object"),
        pytest.param(docx(word__embeddings__a_dot_exe=b"x"), id="embedded program"),
        pytest.param(docx(word__activeX__activeX1_dot_xml=b"<a/>"), id="ActiveX"),
        pytest.param(docx(word__media__image1_dot_png=EXE), id="program as a picture"),
        pytest.param(docx(word__embeddings__a_dot_xlsx=b"x"), id="embedded nonsense"),
        pytest.param(docx(word__embeddings__a_dot_docx=docx(word__vbaProject_dot_bin=b"x")), id="embedded with macros"),
        pytest.param(docx(word__embeddings__a_dot_docx=docx(word__embeddings__a_dot_docx=docx())), id="nested twice"),
        pytest.param(document('<w:fldSimple w:instr="DDEAUTO c:\\\\cmd.exe"/>'), id="DDE"),
        pytest.param(document("<w:fldSimple w:instr=' dde cmd'/>"), id="DDE in small letters"),
        pytest.param(document(f"{BEGIN}<w:instrText>DDEAUTO x</w:instrText>"), id="DDE field"),
        pytest.param(
            document(f"{BEGIN}<w:instrText> D</w:instrText><w:instrText>DE</w:instrText>"), id="DDE in pieces"
        ),
        pytest.param(document(f"{BEGIN}<w:instrText>&#68;DE x</w:instrText>"), id="DDE escaped"),
        pytest.param(document(f"{BEGIN}<w:instrText>D<!-- -->DE x</w:instrText>"), id="DDE with a comment"),
        pytest.param(document(f"{BEGIN}<w:instrText><![CDATA[DDE x]]></w:instrText>"), id="DDE as character data"),
        pytest.param(document(f"{BEGIN}<w:instrText>DDE x</w:instrText>", "utf-16"), id="DDE in UTF-16"),
        pytest.param(
            document(f"{BEGIN}<w:instrText>PAGE</w:instrText>{BEGIN}<w:instrText>DDE x</w:instrText>"), id="DDE, second"
        ),
    ],
)
def test_a_document_that_acts_or_fetches_is_refused(content: bytes) -> None:
    assert (judged(DOCX, content) or "").startswith("The DOCX ")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(linked("hyperlink", "https://example.com"), id="link"),
        pytest.param(linked("hyperlink", "mailto:ana@example.com"), id="address"),
        pytest.param(linked("attachedTemplate", "file:///C:\\Users\\ana\\carta.dotx"), id="own template"),
        pytest.param(linked("image", "media/image1.png", external=False), id="picture"),
        pytest.param(docx(word__embeddings__Hoja1_dot_xlsx=xlsx()), id="workbook behind a chart"),
        pytest.param(document(f"{BEGIN}<w:instrText> PAGE </w:instrText><w:t>DDE x</w:t>"), id="page number"),
        pytest.param(document('<w:fldSimple w:instr="REF DDE"/><w:t>DDEAUTO</w:t>'), id="reference"),
    ],
)
def test_a_document_of_ordinary_programs_is_taken(content: bytes) -> None:
    assert judged(DOCX, content) is None


def workbook() -> bytes:
    out, made = io.BytesIO(), openpyxl.Workbook()
    made.active["A1"] = "=SUM(B1:B9)"
    made.active["A2"].hyperlink = "https://example.com"
    made.active["A3"].comment = openpyxl.comments.Comment("hola", "ana")
    made.save(out)
    return out.getvalue()


def test_a_workbook_of_openpyxl_is_taken() -> None:
    assert judged(XLSX, workbook()) is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(xlsx(xl__externalLinks__externalLink1_dot_xml=b"<a/>"), id="linked workbook"),
        pytest.param(
            xlsx(xl___rels__workbook_dot_xml_dot_rels=relations("externalLink", "x.xml", external=False)), id="DDE link"
        ),
        pytest.param(xlsx(xl__macrosheets__sheet1_dot_xml=b"<a/>"), id="macro sheet"),
    ],
)
def test_a_workbook_that_leads_elsewhere_is_refused(content: bytes) -> None:
    assert (judged(XLSX, content) or "").startswith("The XLSX ")


@pytest.mark.parametrize(
    "cell", [b"=cmd|' /C calc'!A1", b"@cmd|'/C calc'!A0", b"-2+3+cmd|'/c calc'!D2", b"=x(cmd|'a'!1)"]
)
def test_a_csv_that_starts_a_program_is_refused(cell: bytes) -> None:
    assert judged(CSV, b"fecha,valor\n2026-01-01," + cell + b"\n") == "The CSV starts a program."


def test_a_csv_with_bars_and_signs_is_taken() -> None:
    assert judged(CSV, b"a|b;=1+1;-12.500,00;'x'!\n@ana|'hola';=A1|'b'\n") is None
