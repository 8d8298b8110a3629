"""Objects whose events webhooks are told of, as domains declare them in their manifests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app

from app.infra.context import Context


@dataclass(frozen=True, slots=True)
class WebhookObject:
    """A kind of object. Triggers notice its events: `webhook_attach` in a migration names the same ones."""

    events: tuple[str, ...]
    """Second parts of the names of its events: `paid` of `payment.paid`."""
    show: Callable[[Context, int], bytes]
    """The object in JSON, as the API shows it; NotFound if it is gone."""


def init_app(app: Flask, objects: Mapping[str, WebhookObject]) -> None:
    """Register the objects of the domains that are switched on, by name."""
    app.extensions["webhook_objects"] = objects


def objects_of_current_app() -> Mapping[str, WebhookObject]:
    """The objects of this application, by name."""
    objects: Mapping[str, WebhookObject] = current_app.extensions["webhook_objects"]
    return objects


def event_names(objects: Mapping[str, WebhookObject]) -> list[str]:
    """Names of all events."""
    return [f"{name}.{event}" for name, one in objects.items() for event in one.events]
