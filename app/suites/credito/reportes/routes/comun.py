"""The namespace of all reports."""

from app.web.api import Namespace

namespace = Namespace("reportes", path="/reportes")
LEER, LEER_COBRANZA, LEER_CAJA = "credito.reportes:read", "credito.reportes:cobranza", "credito.reportes:caja"
"""Permissions of reports: of all, of collection, of cash."""
