"""Manifest of movements."""

from app.core.movements.models import SUMS
from app.core.movements.service import MovementService
from app.manifest import Manifest

MANIFEST = Manifest(sums=SUMS, violations=lambda context: MovementService(context).violations())
