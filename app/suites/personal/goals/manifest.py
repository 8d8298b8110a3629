"""Manifest of goals."""

from app.manifest import Manifest

MANIFEST = Manifest()
