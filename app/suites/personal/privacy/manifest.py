"""Manifest of privacy."""

from app.manifest import Manifest
from app.suites.personal.privacy import cli, subscribers

MANIFEST = Manifest(commands=(cli.group,), subscriptions=subscribers.SUBSCRIPTIONS)
