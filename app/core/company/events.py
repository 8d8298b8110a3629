"""Events about the company."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class BaseCurrencyChanging(Event):
    """The base currency is about to change; a handler raises if stored amounts rest on it."""
