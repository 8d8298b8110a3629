"""The examples of all domains, found in `tests/factories`."""

import pkgutil
from dataclasses import fields
from importlib import import_module
from typing import Any

from tests import factories
from tests.factories import Examples


def _found() -> list[Examples]:
    names = sorted(module.name for module in pkgutil.iter_modules(factories.__path__))
    modules = [import_module(f"{factories.__name__}.{name}") for name in names]
    return [module.EXAMPLES for module in modules if hasattr(module, "EXAMPLES")]


def _merged(found: list[Examples]) -> Examples:
    """All in one; ValueError where two have the same name."""
    merged: dict[str, dict[str, Any]] = {part.name: {} for part in fields(Examples)}
    for examples in found:
        for part, known in merged.items():
            own = getattr(examples, part)
            if known.keys() & own.keys():
                raise ValueError(f"two modules have examples of {sorted(known.keys() & own.keys())}")
            known.update(own)
    return Examples(**merged)


EXAMPLES = _merged(_found())
