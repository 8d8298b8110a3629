"""Manifest of privacy."""

from app.manifest import Manifest

MANIFEST = Manifest()
