"""Manifest of loans."""

from app.manifest import Manifest
from app.suites.credito.prestamos.rules.etiquetas import ETIQUETAS

MANIFEST = Manifest(labels=ETIQUETAS)
