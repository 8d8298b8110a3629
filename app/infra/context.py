"""The context of a request, job or command, from which its services are made."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.data_keys import MasterKeys
from app.infra.passwords import PasswordHasher
from app.infra.sealing import Sealer
from app.infra.storage import FileStorage
from app.kernel.company import CompanySettings
from app.kernel.events import Event
from app.kernel.identity import ALL, Identity, Scope
from app.manifest import AccountField, Catalog, FileKeyFinder, FileReader, PartyRole

COMMAND_LINE = "command line"
"""Stands for a network address in jobs and commands."""

E = TypeVar("E", bound=Event)
Handlers = Mapping[type[Event], Sequence[Callable[["Context", Any], None]]]


@dataclass(frozen=True, slots=True)
class Subscription(Generic[E]):
    """A handler that is called for each event of a type, in the same transaction."""

    event: type[E]
    handler: Callable[["Context", E], None]


ReadCompany = Callable[[Session, str | None], CompanySettings]
"""Reads the company's settings; the second argument is their revision, if the caller knows it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The program's settings that services use."""

    payment_horizon_days: int
    max_upload_bytes: int
    person_quota_bytes: int
    """Bytes that the files of a user may have outside the company's."""
    archive_rows: int
    """Rows of an archive of all that is kept of a person up to which a request makes it."""
    movement_suites: tuple[str, ...]
    """Suites whose movements are the company's."""
    suite_prefixes: Mapping[str, str]
    """Start of the addresses of each suite that is switched on."""
    party_roles: tuple[PartyRole, ...]
    """Roles of parties in the suites that are switched on."""
    file_readers: Mapping[str, FileReader]
    """Functions that say who may read the files of a domain, by the names under which files are attached."""
    file_keys: Mapping[str, FileKeyFinder]
    """Functions that find the keys of a book for the files of a domain, by the same names."""
    account_fields: tuple[AccountField, ...]
    """Fields that suites add to answers about one's own account."""
    book_finders: tuple[Callable[["Context", int], bool], ...]
    """Functions that say whether a user has a book."""
    category_budgets: tuple[Callable[[Any], Mapping[int, Decimal]], ...]
    """Functions that read what is budgeted for the categories of a book, by their ids."""
    catalog: Catalog
    """Permissions and kinds of scopes of all that is switched on."""
    registration: str
    """Policy of registration: `closed`, `invite` or `open`."""
    google_client_id: str
    """Client id at Google; empty where nobody can sign in by Google."""
    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    """Spanish labels of values, by their suite and the name of their list."""
    credito_timezone: ZoneInfo
    """Time zone in which the days of the suite credito begin."""
    credito_limite_sin_direccion: Decimal
    """Largest amount that is lent to a client without the approval of who directs."""
    credito_provisiones: tuple[Decimal, ...]
    """Parts of the capital of credito that are provided for, by how late loans are."""
    search_notes: bool
    """Whether encrypted notes are found by their words."""
    encrypt_text: bool
    """Whether descriptions, payees and what repeats them are encrypted."""
    reference_key: bytes = field(repr=False)
    """Key of the hashes by which accounts that were erased are known."""
    public_url: str | None
    """Start of links in mails, without a final slash; without it such mails are not sent."""
    sends_mail: bool
    """Whether there is a server of mail, so that people can verify their addresses."""

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Settings":
        """The settings in an application's configuration."""
        return cls(
            payment_horizon_days=config["PAYMENT_HORIZON_DAYS"],
            max_upload_bytes=config["MAX_UPLOAD_MB"] * 1024 * 1024,
            person_quota_bytes=config["PERSON_QUOTA_MB"] * 1024 * 1024,
            archive_rows=config["ARCHIVE_ROWS"],
            movement_suites=config["MOVEMENT_SUITES"],
            suite_prefixes=config["SUITE_PREFIXES"],
            party_roles=config["PARTY_ROLES"],
            file_readers=config["FILE_READERS"],
            file_keys=config["FILE_KEYS"],
            account_fields=config["ACCOUNT_FIELDS"],
            book_finders=config["BOOK_FINDERS"],
            category_budgets=config["CATEGORY_BUDGETS"],
            catalog=config["CATALOG"],
            labels=config["LABELS"],
            credito_timezone=config["CREDITO_TIMEZONE"],
            credito_limite_sin_direccion=config["CREDITO_LIMITE_SIN_DIRECCION"],
            credito_provisiones=config["CREDITO_PROVISIONES"],
            search_notes=config["SEARCH_NOTES"],
            encrypt_text=config["ENCRYPT_TEXT"],
            reference_key=config["SECRET_KEY"].encode(),
            public_url=config["PUBLIC_URL"],
            sends_mail=bool(config["SMTP_HOST"]),
            registration=config["REGISTRATION"],
            google_client_id=config["GOOGLE_CLIENT_ID"],
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and the day in the company's zone."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The current time, in UTC."""
        return clock.now()

    def today(self) -> date:
        """Today in the company's zone, whatever the zone of the host."""
        return clock.today(self.zone)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that services of one request, job or command are made from; it publishes events."""

    session: Session
    settings: Settings
    company: CompanySettings
    clock: Clock
    storage: FileStorage
    passwords: PasswordHasher
    sealer: Sealer
    master_keys: MasterKeys
    handlers: Handlers = field(default_factory=dict, repr=False)
    identity: Identity | None = None
    address: str = COMMAND_LINE
    """Network address of the caller."""

    def scope(self, kind: str) -> Scope:
        """The rows of this kind that the caller may see and change: all for jobs and commands."""
        declared = self.settings.catalog.scopes[kind]
        return ALL if self.identity is None else self.identity.scope(declared.kind)

    def publish(self, event: Event) -> None:
        """Call the handlers of the event, in the order of their subscription."""
        for handler in self.handlers.get(type(event), ()):
            handler(self, event)


def init_app(app: Flask, subscriptions: Iterable[Subscription[Any]], read_company: ReadCompany) -> None:
    """Register the handlers of events, and the function that reads the company's settings."""
    app.extensions["read_company"] = read_company
    handlers: dict[type[Event], list[Callable[[Context, Any], None]]] = defaultdict(list)
    for subscription in subscriptions:
        handlers[subscription.event].append(subscription.handler)
    app.extensions["event_handlers"] = handlers


def company_settings(session: Session, revision: str | None = None) -> CompanySettings:
    """The company's settings of this revision; of now, if it is unknown."""
    read: ReadCompany = current_app.extensions["read_company"]
    return read(session, revision)


def make_context(
    session: Session,
    identity: Identity | None = None,
    address: str = COMMAND_LINE,
    company: CompanySettings | None = None,
) -> Context:
    """A context over this session, with the settings of the current application and of the company, if not given."""
    if company is None:
        company = company_settings(session, identity.company_revision if identity else None)
    return Context(
        session=session,
        settings=Settings.of(current_app.config),
        company=company,
        clock=Clock(company.zone),
        storage=current_app.extensions["storage"],
        passwords=current_app.extensions["passwords"],
        sealer=current_app.extensions["sealer"],
        master_keys=current_app.extensions["master_keys"],
        handlers=current_app.extensions["event_handlers"],
        identity=identity,
        address=address,
    )
