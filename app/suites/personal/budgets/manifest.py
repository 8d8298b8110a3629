"""Manifest of budgets and envelopes."""

from app.manifest import Manifest

MANIFEST = Manifest()
