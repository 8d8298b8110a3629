"""Manifest of exports."""

from app.manifest import Manifest

MANIFEST = Manifest()
