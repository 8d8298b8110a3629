"""Origin of a change: the operation and the caller's address, as the audit log records them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple, Self


class Origin(NamedTuple):
    """Operation of a request or job, the domain that has it, and the client that called it."""

    operation: str | None = None
    """The permission that a request needs, its name where it needs none, or the name of a job or task."""
    suite: str | None = None
    domain: str | None = None
    address: str | None = None
    user_agent: str | None = None

    @classmethod
    def of(cls, operation: str | None, module: str) -> Self:
        """The origin of an operation that this module of a domain has."""
        suite, domain = _domain(module)
        return cls(operation, suite, domain)

    def as_setting(self) -> str:
        """JSON of what is known, for the database's setting."""
        return json.dumps({name: value for name, value in self._asdict().items() if value})


NOWHERE = Origin()
current: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)
"""Origin of what this thread does."""


@contextmanager
def acting(origin: Origin) -> Iterator[None]:
    """Name the origin of all changes within the block."""
    token = current.set(origin)
    try:
        yield
    finally:
        current.reset(token)


def _domain(module: str) -> tuple[str | None, str | None]:
    """Suite and domain of a module such as `app.core.files.routes` or `app.suites.fresco.clients.routes`."""
    match module.split("."):
        case ["app", "core", domain, *_]:
            return "core", domain
        case ["app", "suites", suite, domain, *_]:
            return suite, domain
    return None, None
