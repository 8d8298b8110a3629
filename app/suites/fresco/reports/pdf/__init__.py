"""PDF of reports."""

from app.suites.fresco.reports.pdf.accounts import account_pdf
from app.suites.fresco.reports.pdf.ageing import ageing_pdf
from app.suites.fresco.reports.pdf.results import statement_pdf, summary_pdf

__all__ = ["account_pdf", "ageing_pdf", "statement_pdf", "summary_pdf"]
