"""Manifest of periods."""

from app.core.periods.service import PeriodService
from app.manifest import Manifest

MANIFEST = Manifest(violations=lambda context: PeriodService(context).violations())
