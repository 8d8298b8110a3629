"""Descriptions of the fields that several domains have, with examples; a domain's own ones are in its manifest."""

from typing import Any

from marshmallow import Schema

_KINDS = (
    "PDF, PNG, JPEG, WebP, XML, CSV, TXT, DOCX or XLSX, without scripts, macros or anything else that acts when it is "
    "opened, and within limits on its parts"
)

WORDS: dict[str, tuple[str, Any]] = {
    "address": ("Postal address", "Carrera 7 # 71-21, Bogotá"),
    "amount": ("An amount in `currency`", 1500000),
    "balance": ("Income less expenses", 2700000),
    "by_category": ("Sums by category, in the answer's `currency`", {"Nómina": 6400000}),
    "category": ("What it was spent on; of income its type", "Software"),
    "client": ("The client's name", "Café Andino"),
    "client_id": ("Id of the client", 1),
    "contact_name": ("Whom to talk to", "Ana Gómez"),
    "converted_amount": ("The amount in the currency asked for, at the rate of its own date", 361.45),
    "converted_currency": ("The currency asked for", "USD"),
    "created_at": ("When it was entered", "2025-03-01T13:00:00Z"),
    "currency": ("The currency of the amounts", "COP"),
    "data": ("What was asked for", None),
    "date": ("The day it counts for", "2025-03-01"),
    "date_from": ("First day that counts", "2025-01-01"),
    "date_to": ("Last day that counts", "2025-12-31"),
    "description": ("What it is, in a few words", "Licencias de diseño"),
    "detail": ("What is wrong, for people", "The request is not valid."),
    "due_date": ("When it is to be paid", "2025-03-15"),
    "email": ("E-mail address", "ana@cafeandino.co"),
    "end_date": ("Last day; null while it is open", "2025-12-31"),
    "errors": ("Messages by field, nested like the input", {"amount": ["Must be greater than or equal to 0.01."]}),
    "exchange_rate": ("Pesos for a dollar on that date", 4150.25),
    "expenses": ("What went out", 9800000),
    "file": (f"The file: {_KINDS}", None),
    "file_path": ("Names the file in `receipt_path`", "2025/03/0123456789abcdef0123456789abcdef.pdf"),
    "file_url": ("Where the file is downloaded", "/api/files/1"),
    "format": ("As a file instead; that of a list holds all that match, whatever `page` and `per_page` say", "json"),
    "from": ("Where it begins", "2025-03-01"),
    "id": ("Its number, given by the server", 1),
    "message": ("What was done, for people", "Client deleted"),
    "month": ("The month", "2025-03"),
    "months": ("How many months", 12),
    "name": ("Its name", "Café Andino"),
    "notes": ("Whatever else there is to say", "Facturar antes del 5"),
    "page": ("Which page, from 1", 1),
    "pages": ("How many pages there are", 3),
    "pagination": ("Which page this is, of how many", None),
    "paid_date": ("When it was paid; null until then", "2025-03-05"),
    "payment_method": ("How it is paid", "Transferencia"),
    "per_page": ("How many on a page", 20),
    "period": ("First and last day", "2025-01-01/2025-12-31"),
    "phone": ("Telephone number", "+57 601 555 0134"),
    "project_id": ("Id of the project", 1),
    "q": ("Text to search for, whatever its case and accents", "cafe"),
    "receipt": (f"The receipt: {_KINDS}", None),
    "receipt_path": ("The `file_path` that an upload answered", "2025/03/0123456789abcdef0123456789abcdef.pdf"),
    "receipt_url": (
        "Where the receipt is downloaded; null without one",
        "/api/files/2025/03/0123456789abcdef0123456789abcdef.pdf",
    ),
    "revenue": ("What came in from clients", 4500000),
    "sort": ("Fields to order by, `-` before one for downwards", "-date"),
    "start_date": ("First day", "2025-03-01"),
    "status": ("How it stands", None),
    "tax_id": ("NIT or other tax number", "900123456-7"),
    "title": ("The status in words", "Bad Request"),
    "to": ("Where it ends", "2025-12-31"),
    "total": ("What all that match come to, in `currency`", 12500000),
    "totals": ("Over all that match, not the page", None),
    "type": ("Which kind it is", None),
    "updated_at": ("When it was last changed", "2025-03-05T14:30:00Z"),
    "user_id": ("Id of the user", 1),
    "username": ("What they log in with", "ana.gomez"),
}
"""By the name in the JSON: (description, example or None). A field that means something else has its own in
metadata={"description": ..., "example": ...}."""

TAGS = {
    "health": "How the server is.",
    "metrics": "Figures for Prometheus.",
}
"""Sentences about the parts of the API that are no domain's, by the first word of the address."""


def about(schema: Schema) -> str:
    """Description of a schema: its docstring's first line."""
    return (type(schema).__doc__ or "").strip().split("\n")[0]


def about_enum(enum: type[Any]) -> str:
    """Description of an enum: its docstring's first line."""
    return (enum.__doc__ or "").strip().split("\n")[0]
