"""Manifest of insights."""

from app.manifest import Manifest

MANIFEST = Manifest()
