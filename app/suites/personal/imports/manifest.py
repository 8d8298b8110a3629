"""Manifest of imports."""

from app.manifest import Manifest

MANIFEST = Manifest()
