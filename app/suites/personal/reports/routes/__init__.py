"""/reports of the suite."""

from app.suites.personal.reports.routes import ahead, figures, lines, saved, trends
from app.suites.personal.reports.routes.base import namespace

__all__ = ["ahead", "figures", "lines", "namespace", "saved", "trends"]
