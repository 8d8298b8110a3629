"""Manifest of exports."""

from app.manifest import Manifest
from app.suites.personal.exports import routes, subscribers
from app.suites.personal.exports.rules.document import SCHEMA

MANIFEST = Manifest(
    tags={"export": "All of a book as a file."},
    namespaces=(routes.namespace,),
    words={
        "excel": ("Whether CSV begins with a byte order mark, which spreadsheets need", True),
        "exported_at": ("Time of the export", "2026-03-02T12:00:00Z"),
        "schema": ("Name and version of the form of the document", SCHEMA),
        "format": ("Format of the file", "ledger"),
        "include": ("Tables of CSV and XLSX files, separated by commas; by default all", "transactions,splits"),
        "locale": ("Language of the PDF: es or en; by default that of the book", "es"),
        "date_from": ("First day", "2026-03-01"),
        "date_to": ("Last day", "2026-03-31"),
    },
    subscriptions=subscribers.SUBSCRIPTIONS,
)
