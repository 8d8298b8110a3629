"""Brings an event from the service that publishes it to those that the registry subscribed."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Flask, current_app
from sqlalchemy.orm import Session

from app.kernel.events import Event, Publish

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Subscription(Generic[E]):
    """Whenever this happens, do that, in the same transaction."""

    event: type[E]
    handler: Callable[[Session, E], None]


def init_app(app: Flask, subscriptions: Iterable[Subscription[Any]]) -> None:
    """Remember who listens to what, in the order given."""
    handlers: dict[type[Event], list[Callable[[Session, Any], None]]] = defaultdict(list)
    for subscription in subscriptions:
        handlers[subscription.event].append(subscription.handler)
    app.extensions["events"] = handlers


def publisher(session: Session) -> Publish:
    """Tells the subscribers at once."""
    handlers: dict[type[Event], list[Callable[[Session, Any], None]]] = current_app.extensions["events"]

    def publish(event: Event) -> None:
        for handler in handlers.get(type(event), ()):
            handler(session, event)

    return publish
