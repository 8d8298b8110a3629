"""Imports, and files of rows to import."""

import csv
import hashlib
import io
import uuid
from collections.abc import Sequence
from typing import Any

import factory
import xlsxwriter

from app.core.imports.models import Import, ImportedRow
from app.core.imports.rules import ImportState
from tests.factories import Examples, RowFactory, Sent
from tests.factories.clients import ClientFactory
from tests.factories.projects import ProjectFactory

HEADINGS = ("Fecha", "Concepto", "Valor", "Moneda", "Tipo", "Cliente", "Medio de pago")
"""Headings of a spreadsheet of incomes."""
INCOME = ("15/01/2025", "Asesoría", "1.500.000,50", "COP", "Consultoría", "Café Altura", "Transferencia")


class ImportFactory(RowFactory):
    """A committed import without rows."""

    class Meta:
        model = Import

    kind = "incomes"
    permission = "incomes:write"
    file_name = factory.Sequence(lambda n: f"ingresos-{n}.csv")
    sha256 = hashlib.sha256(b"").hexdigest()
    state = ImportState.FAILED
    rows = 1
    created = 0
    duplicates = 0
    invalid = 1
    problems = factory.LazyFunction(lambda: [{"row": 2, "field": "amount", "message": "Not an amount."}])


class ImportedRowFactory(RowFactory):
    """A record that an import made."""

    class Meta:
        model = ImportedRow

    import_id = factory.LazyFunction(lambda: ImportFactory().id)
    number = 2
    row_id = 1


def csv_of(*rows: Sequence[Any], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file with these rows."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(*rows: Sequence[Any], **options: Any) -> bytes:
    """An XLSX file with these rows; days are shown as days."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd/mm/yyyy", **options}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def form(content: bytes, name: str = "ingresos.csv", **fields: str) -> dict[str, Any]:
    """Options of a request that sends the file."""
    return {"data": {"file": (io.BytesIO(content), name), **fields}, "content_type": "multipart/form-data"}


def _new(text: str) -> str:
    """The text, so that no row repeats an earlier one."""
    return f"{text} {uuid.uuid4().hex[:12]}"


def _post(kind: str, headings: Sequence[str], row: Sequence[str]) -> Sent:
    return f"/api/imports/{kind}", form(csv_of(headings, row), f"{kind}.csv", mode="commit")


def _project() -> Sent:
    headings = ("ID del cliente", "Nombre", "Descripción", "Inicio")
    return _post("projects", headings, (str(ClientFactory().id), "Importado", "", "2025-01-01"))


def _payment() -> Sent:
    headings = ("ID del proyecto", "Valor", "Moneda", "Fecha", "Tipo")
    return _post("payments", headings, (str(ProjectFactory().id), "100", "COP", "2025-01-01", "Recurrente"))


EXAMPLES = Examples(
    rows={"Import": lambda: ImportFactory().id, "ImportedRow": lambda: ImportedRowFactory().id},
    existing={"/api/imports/<id:import_id>": lambda _: f"/api/imports/{ImportFactory().id}"},
    posts={
        "/api/imports/clients": lambda: _post("clients", ("Nombre", "Inicio"), (_new("Importada"), "2025-01-01")),
        "/api/imports/projects": _project,
        "/api/imports/payments": _payment,
        "/api/imports/incomes": lambda: _post("incomes", HEADINGS, (INCOME[0], _new(INCOME[1]), *INCOME[2:])),
        "/api/imports/expenses": lambda: _post(
            "expenses",
            ("date", "description", "amount", "currency", "category", "payment_method"),
            ("2025-01-01", _new("Arriendo"), "100.50", "COP", "Oficina", "Transferencia"),
        ),
    },
)
