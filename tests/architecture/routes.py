"""Routes of the app, from their declarations."""

import re
from dataclasses import dataclass

from flask import Flask

from app.web.api import Operation
from app.web.openapi import operations


@dataclass(frozen=True)
class Route:
    """A method of a path."""

    method: str
    path: str
    operation: Operation

    @property
    def address(self) -> str:
        """Path with ids and codes that don't exist, and a month to come."""
        coded = re.sub(r"<code:[^>]+>", "no-such-code", re.sub(r"<month:[^>]+>", "2199-12", self.path))
        return re.sub(r"<[^>]+>", "987654321", coded)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routes(app: Flask) -> list[Route]:
    return [Route(method, path, view.operation) for path, method, view in operations(app)]


def protected(app: Flask) -> list[Route]:
    return [route for route in routes(app) if not route.operation.public]
