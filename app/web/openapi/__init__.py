"""Swagger 2.0 (for the bundled Swagger UI) and OpenAPI 3.1, both written from the schemas that validate."""

from app.web.openapi.vocabulary import MissingWords
from app.web.openapi.writer import TITLE, VERSION, document, operations

__all__ = ["TITLE", "VERSION", "MissingWords", "document", "operations"]
