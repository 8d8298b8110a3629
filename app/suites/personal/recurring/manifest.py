"""Manifest of recurring transactions."""

from app.manifest import Manifest

MANIFEST = Manifest()
