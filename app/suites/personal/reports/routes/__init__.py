"""/reports of the suite."""

from app.suites.personal.reports.routes import figures, lines, saved, trends
from app.suites.personal.reports.routes.base import namespace

__all__ = ["figures", "lines", "namespace", "saved", "trends"]
