"""Kinds of notifications, as domains declare them in their manifests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask, current_app

from app.infra.context import Context

LOOK_BACK = timedelta(days=31)
"""Age of the oldest entry that a digest may report, which should be longer than any time without a run."""


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """Something that a digest reports, once."""

    key: str
    """Business key, such as a payment's id and due date; an entry of the same key is not reported again."""
    line: str
    """Text, in Spanish."""


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A kind of notification; its texts are Spanish."""

    label: str
    permission: str
    """Permission that users need to get it."""
    title: Callable[[int], str] = str
    """Title of a digest of so many entries."""
    find: Callable[[Context, date], Sequence[DigestEntry]] | None = None
    """Finds what a digest may report, of the last `LOOK_BACK`; None for a kind that is not told in digests."""
    link: str | None = None
    """Path in the frontend."""
    soon: bool = False
    """Whether users hear of it within 70 seconds, too, and not only in the digest of the next day."""
    can_be_off: bool = True
    suite: str = ""
    """Suite of its domain, which the registry fills in; `core` for what all suites share."""


def init_app(app: Flask, kinds: Mapping[str, NotificationKind]) -> None:
    """Register the kinds of the domains that are switched on, by name."""
    app.extensions["notification_kinds"] = kinds


def kinds_of_current_app() -> Mapping[str, NotificationKind]:
    """The kinds of this application, by name."""
    kinds: Mapping[str, NotificationKind] = current_app.extensions["notification_kinds"]
    return kinds


def counted(number: int, one: str, many: str) -> str:
    """Title with a number: `1 pago vencido`, `2 pagos vencidos`."""
    return f"{number} {one if number == 1 else many}"
