"""Manifest of payees_rules."""

from app.manifest import Manifest

MANIFEST = Manifest()
