"""Consents of a person, and for what their data is processed."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, TypedDict

from app.infra.context import Context
from app.kernel.errors import Invalid
from app.suites.personal.privacy.models import ConsentRecord
from app.suites.personal.privacy.repository import ConsentRepository
from app.suites.personal.privacy.rules import CONSENT_NEEDED, PROCESSING, Purpose


class GivenConsent(TypedDict):
    """A consent of a request, or that it is taken back."""

    given: bool
    version: str


class Processed(NamedTuple):
    """Data that is processed for a purpose, and whether the person consented."""

    purpose: Purpose
    data: str
    ground: str
    kept: str
    needs_consent: bool
    consented: bool | None
    version: str | None
    at: datetime | None


class ConsentService:
    """Shows and stores what a person consented to."""

    def __init__(self, context: Context, user_id: int) -> None:
        self.clock = context.clock
        self.consents = ConsentRepository(context.session, user_id)

    def processing(self) -> list[Processed]:
        """All purposes of processing, with the person's consents."""
        newest = {one.purpose: one for one in self.consents.newest()}
        return [
            Processed(
                *one,
                (known.given if (known := newest.get(one.purpose)) else False) if one.needs_consent else None,
                known.text_version if (known := newest.get(one.purpose)) else None,
                known.at if (known := newest.get(one.purpose)) else None,
            )
            for one in PROCESSING
        ]

    def give(self, given: Mapping[str, GivenConsent]) -> list[Processed]:
        """Store consents, or that they are taken back."""
        unknown = {name: ["Needs no consent."] for name in given if name not in set(CONSENT_NEEDED)}
        if unknown:
            raise Invalid("The request is not valid.", errors=unknown)
        now = self.clock.now()
        rows = [ConsentRecord(Purpose(name), one["version"], one["given"], now) for name, one in given.items()]
        self.consents.add_all(rows)
        return self.processing()
