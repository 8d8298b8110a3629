"""Reader of the environment: typed values, and all their problems at once."""

import re
import shlex
from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from ipaddress import ip_network
from zoneinfo import ZoneInfo

PUBLISHED_SECRETS = {"development-only-secret-never-use-it-in-production", "change-me"}
"""Keys that were published in this repository, and count as unset."""
NEW_SEALING_KEY = "openssl rand -base64 32 | tr +/ -_"
"""Command that makes a key for `SECRETS_KEY`."""
SEALING_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
DATA_KEY = re.compile(r"[A-Za-z0-9]{1,20}:[A-Za-z0-9_-]{43}=")
_CODE = re.compile(r"[A-Z]{3}")  # which of them are currencies, the company knows
_WHOLE = re.compile("[0-9]{1,18}")
_HOURS_AND_MINUTES = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")  # seconds or an offset would be ignored silently
_POSTGRESQL = re.compile(r"(postgres|postgresql|postgresql\+psycopg2)://")
# As browsers send it: for Flask-CORS a `*` or `?` inside is a pattern, and a trailing slash never matches.
_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


class Reader:
    """Reads typed values and collects all problems instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        value = self.text(name, "")
        return "" if value in PUBLISHED_SECRETS else value

    def sealing_keys(self, name: str) -> tuple[str, ...]:
        keys = self.phrases(name, ())
        if not all(map(SEALING_KEY.fullmatch, keys)):  # not shown: it may be a key with a mistake in it
            self.problems.append(f"{name}: each key is 32 bytes in base64url (try: {NEW_SEALING_KEY})")
        return keys

    def data_keys(self, name: str) -> tuple[str, ...]:
        keys = self.phrases(name, ())
        if not all(map(DATA_KEY.fullmatch, keys)):  # not shown, as above
            self.problems.append(f"{name}: each key is id:KEY, of 32 bytes in base64url (try: {NEW_SEALING_KEY})")
        elif len({key.partition(":")[0] for key in keys}) < len(keys):
            self.problems.append(f"{name}: each key has an id of its own")
        return keys

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name}: {value!r} is not one of {', '.join(allowed)}")
        return value

    def code(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not _CODE.fullmatch(value):
            self.problems.append(f"{name}: {value!r} is not a currency code like COP")
        return value

    def some_of(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        chosen = self.phrases(name, allowed)
        for wrong in sorted(set(chosen) - set(allowed)):
            self.problems.append(f"{name}: {wrong!r} is none of {', '.join(allowed)}")
        return tuple(one for one in allowed if one in chosen)

    def postgresql(self, name: str) -> str | None:
        value = self.text(name, "")
        if value and not _POSTGRESQL.match(value):
            self.problems.append(f"{name}: must begin with postgresql://")  # not shown: it may hold a password
        return value or None

    def origins(self, name: str) -> tuple[str, ...]:
        found = tuple(self.text(name, "").replace(",", " ").split())
        for wrong in (origin for origin in found if not _ORIGIN.fullmatch(origin)):
            self.problems.append(f"{name}: {wrong!r} is not an origin like https://app.example.com")
        return found

    def integer(self, name: str, default: int, lowest: int, highest: int) -> int:
        text = self.text(name, str(default))
        value = int(text) if _WHOLE.fullmatch(text) else lowest - 1
        if not lowest <= value <= highest:
            self.problems.append(f"{name}: {text!r} is not a whole number from {lowest} to {highest}")
            return default
        return value

    def rate(self, name: str, default: tuple[int, timedelta] | None) -> tuple[int, timedelta] | None:
        text = self.text(name, "")
        found = re.fullmatch("([1-9][0-9]{0,5})/(minute|hour|day)", text)
        if found is not None:
            return int(found[1]), timedelta(**{f"{found[2]}s": 1})
        if text not in {"", "0"}:
            self.problems.append(f"{name}: {text!r} is neither 0 nor like 10/hour (or minute, or day)")
        return None if text == "0" else default

    def decimal(self, name: str, default: Decimal, lowest: Decimal, highest: Decimal) -> Decimal:
        text = self.text(name, str(default))
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text, re.ASCII) or not lowest <= Decimal(text) <= highest:
            self.problems.append(f"{name}: {text!r} is not a number from {lowest} to {highest}")
            return default
        return Decimal(text)

    def fractions(self, name: str, default: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        """Numbers from 0 to 1, as many as the default has."""
        given = self.phrases(name, ())
        if not given:
            return default
        one = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?", re.ASCII)
        if len(given) != len(default) or not all(map(one.fullmatch, given)):
            self.problems.append(f"{name}: must be {len(default)} numbers from 0 to 1, with commas between them")
            return default
        return tuple(map(Decimal, given))

    def named(self, names: Mapping[str, str]) -> frozenset[str]:
        return frozenset(setting for variable, setting in names.items() if self.text(variable, ""))

    def phrases(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        given = tuple(phrase.strip() for phrase in self.text(name, "").split(",") if phrase.strip())
        return given or default

    def networks(self, name: str) -> tuple[str, ...]:
        given = self.phrases(name, ())
        for one in given:
            try:
                ip_network(one)
            except ValueError:
                self.problems.append(f"{name}: {one!r} is not a network like 10.0.0.0/8")
        return given

    def command(self, name: str) -> tuple[str, ...]:
        text = self.text(name, "")
        try:
            return tuple(shlex.split(text))
        except ValueError as error:
            self.problems.append(f"{name}: {text!r} can't be split into words: {error}")
            return ()

    def flag(self, name: str, *, default: bool) -> bool:
        text = self.text(name, str(default)).lower()
        if text not in {"true", "false", "1", "0", "yes", "no"}:
            self.problems.append(f"{name}: {text!r} is neither true nor false")
        return text in {"true", "1", "yes"}

    def time_of_day(self, name: str, default: time) -> time:
        text = self.text(name, default.isoformat("minutes"))
        if not _HOURS_AND_MINUTES.fullmatch(text):
            self.problems.append(f"{name}: {text!r} is not a time of day like 03:30")
            return default
        return time.fromisoformat(text)

    def zone(self, name: str, default: ZoneInfo) -> ZoneInfo:
        text = self.text(name, default.key)
        try:
            return ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            self.problems.append(f"{name}: {text!r} is not a time zone like America/Bogota")
            return default
