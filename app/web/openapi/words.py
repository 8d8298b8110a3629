"""Descriptions of the fields that several domains have, with examples; a domain's own ones are in its manifest."""

from typing import Any

from marshmallow import Schema

_KINDS = (
    "PDF, PNG, JPEG, WebP, XML, CSV, TXT, DOCX or XLSX, without scripts, macros or other active content, and "
    "within limits on its parts"
)

WORDS: dict[str, tuple[str, Any]] = {
    "book_id": ("Id of the book", 1),
    "category_id": ("Id of the category", 7),
    "changed": ("Number of records that were changed", 2),
    "address": ("Postal address", "Carrera 7 # 71-21, Bogotá"),
    "amount": ("An amount in `currency`", 1500000),
    "amount_max": ("Highest amount, each in its own currency", 5000000),
    "amount_min": ("Lowest amount, each in its own currency", 100000),
    "balance": ("Income less expenses", 2700000),
    "base": ("Base currency: the one whose price it is", "USD"),
    "by_category": ("Sums by category, in the answer's `currency`", {"Nómina": 6400000}),
    "category": ("Category of the expense, or type of the income", "Software"),
    "client": ("The client's name", "Café Andino"),
    "cash_account_id": ("Id of the cash account that the money reached or left", 1),
    "client_id": ("Id of the client", 1),
    "color": ("Colour as #RRGGBB", "#2f7d4f"),
    "client_name": ("Name of the client", "Café Andino"),
    "contact_name": ("Contact person", "Ana Gómez"),
    "converted_amount": ("The amount in the requested currency, at the exchange rate of its date", 361.45),
    "converted_currency": ("The requested currency", "USD"),
    "created_at": ("Time of creation", "2025-03-01T13:00:00Z"),
    "created_by": ("Id of the member who made it; null for the program, and for one who left", 1),
    "currency": ("The currency of the amounts", "COP"),
    "data": ("The result", None),
    "date": ("Date of the movement", "2025-03-01"),
    "date_from": ("First day of the range", "2025-01-01"),
    "date_to": ("Last day of the range", "2025-12-31"),
    "days_overdue": ("Days since the due date", 12),
    "description": ("Short description", "Licencias de diseño"),
    "detail": ("Message for people", "The request is not valid."),
    "due_date": ("Due date", "2025-03-15"),
    "email": ("E-mail address", "ana@cafeandino.co"),
    "end_date": ("Last day; null while it is open", "2025-12-31"),
    "errors": ("Messages by field, nested like the input", {"amount": ["Must be greater than or equal to 0.01."]}),
    "exchange_rate": (
        "The rate of that date, as entered: pesos for a dollar; of a cross by two pairs, the price of one unit",
        4150.25,
    ),
    "expenses": ("Expenses", 9800000),
    "file": (f"The file: {_KINDS}", None),
    "file_path": ("Path of the file, to be sent as `receipt_path`", "2025/03/0123456789abcdef0123456789abcdef.pdf"),
    "file_url": ("Address of the download", "/api/files/1"),
    "format": (
        "Format of the response; the file of a list has all matching items, and ignores `page` and `per_page`",
        "json",
    ),
    "from": ("Start of the period", "2025-03-01"),
    "id": ("Id, assigned by the server", 1),
    "income": ("Income", 12500000),
    "installment_number": ("Number of the installment or period, starting at 1", 1),
    "invoice_number": ("Number of the invoice", "FE-1042"),
    "message": ("Message for people", "Client deleted"),
    "month": ("The month", "2025-03"),
    "months": ("Number of months", 12),
    "name": ("Its name", "Café Andino"),
    "notes": ("Notes", "Facturar antes del 5"),
    "page": ("Page number, starting at 1", 1),
    "pages": ("Number of pages", 3),
    "pagination": ("Page number and number of pages", None),
    "paid_date": ("Date of the payment; null if unpaid", "2025-03-05"),
    "payment_id": ("Id of the payment", 1042),
    "payment_method": ("Payment method", "Transferencia"),
    "per_page": ("Items per page", 20),
    "period": ("First and last day", "2025-01-01/2025-12-31"),
    "phone": ("Telephone number", "+57 601 555 0134"),
    "position": ("Place among the others", 1),
    "project_id": ("Id of the project", 1),
    "project_name": ("Name of the project", "Tienda en línea"),
    "q": ("Text to search for, whatever its case and accents", "cafe"),
    "quote": ("Quote currency: the one the price is in", "COP"),
    "receipt": (f"The receipt: {_KINDS}", None),
    "receipt_path": ("The `file_path` in the response of an upload", "2025/03/0123456789abcdef0123456789abcdef.pdf"),
    "receipt_url": (
        "Address of the receipt's download; null if there is no receipt",
        "/api/files/2025/03/0123456789abcdef0123456789abcdef.pdf",
    ),
    "revenue": ("Revenue from clients", 4500000),
    "sort": ("Fields to sort by, with `-` for descending order", "-date"),
    "start_date": ("First day", "2025-03-01"),
    "status": ("Status", None),
    "tag": ("A tag, whatever its case", "evento"),
    "supplier_id": ("Id of the supplier", 1),
    "tags": ("At most ten words to group by, kept in small letters", ["evento", "2026"]),
    "tax_amount": ("The part of `amount` that is IVA; null if nobody said", 190000),
    "tax_id": ("NIT or other tax number", "900123456-7"),
    "title": ("The status in words", "Bad Request"),
    "to": ("End of the period", "2025-12-31"),
    "total": ("Total of all matching items, in `currency`", 12500000),
    "totals": ("Totals of all matching items, not only of the page", None),
    "warnings": ("Rates that are missing: pair and earliest day", None),
    "totals_by_currency": ("Totals in each currency, where a rate is missing", {"COP": 1200000, "USD": 350}),
    "type": ("Type", None),
    "updated_at": ("Time of the last change", "2025-03-05T14:30:00Z"),
    "user_id": ("Id of the user", 1),
    "username": ("User name for the login", "ana.gomez"),
    "version": ("Number of the version, raised by each change of the record; its `ETag` is `id-version`", 1),
}
"""(description, example or None) by name in the JSON. A field with another meaning has its own in
metadata={"description": ..., "example": ...}."""

TAGS = {
    "health": "State of the server.",
    "metrics": "Metrics for Prometheus.",
}
"""Descriptions of the tags that belong to no domain, by the first word of the path."""


def about(schema: Schema) -> str:
    """Description of a schema: its docstring's first line."""
    return (type(schema).__doc__ or "").strip().split("\n")[0]


def about_enum(enum: type[Any]) -> str:
    """Description of an enum: its docstring's first line."""
    return (enum.__doc__ or "").strip().split("\n")[0]
