"""Settings of the program, read once from the environment and checked at start."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

from environment import NEW_SEALING_KEY, SEALING_KEY, Reader

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
SUITES = tuple(sorted(path.parent.name for path in (ROOT / "app" / "suites").glob("*/__init__.py")))
"""Names of all suites."""
MOST_LENT = Decimal("9999999999.99")
ENVIRONMENTS = ("development", "testing", "production")

# No query or fragment: paths are appended to it.
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s?#]*)?")
_SENDER = re.compile(r"([^<>@\x00-\x1f]+ <[^\s<>@,;\"]+@[A-Za-z0-9.-]+>|[^\s<>@,;\"]+@[A-Za-z0-9.-]+)")

_COMPANY = {
    "COMPANY_NAME": "name",
    "TIMEZONE": "timezone",
    "BASE_CURRENCY": "base_currency",
    "OPENING_BALANCE": "opening_balance",
    "TAX_RATE": "tax_rate",
    "MARKETING_CATEGORIES": "marketing_categories",
}
"""First values of the company's settings: variables, and the names of the settings."""
_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class ConfigError(ValueError):
    """Settings are invalid; the message lists each of them."""


@dataclass(frozen=True)
class Config:
    """Typed settings. `.env.example` explains each."""

    app_env: str = "development"
    suites: tuple[str, ...] = SUITES
    """Suites that are switched on."""
    secret_key: str = field(default="", repr=False)
    """Empty outside production: then a random key is stored in `instance_dir`."""
    secrets_key: tuple[str, ...] = field(default=(), repr=False)
    """Keys of stored secrets: the first seals, all open. Empty outside production, as above."""
    data_keys: tuple[str, ...] = field(default=(), repr=False)
    """Keys of what people keep in their books: the first encrypts, all decrypt. Empty outside production, as above."""
    database_url: str | None = field(default=None, repr=False)
    direct_database_url: str | None = field(default=None, repr=False)
    owner_database_url: str | None = field(default=None, repr=False)
    instance_dir: Path = ROOT / "instance"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Bogota"))
    base_currency: str = "COP"
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: int = 0
    access_token_lifetime: timedelta = timedelta(minutes=15)
    refresh_token_lifetime: timedelta = timedelta(days=30)
    bcrypt_rounds: int = 12
    login_tries_per_minute: int = 120
    login_failures_per_minute: int = 5
    account_failures_per_minute: int = 30
    address_failures_per_minute: int = 300
    registration: str = "closed"
    registration_limit: tuple[int, timedelta] | None = (10, timedelta(hours=1))
    """Registrations of an address within a time; None for any number."""
    auth_cookies: bool = False
    """Whether logins set cookies as well, for browsers."""
    registration_quiet: bool = False
    """Whether a registration answers the same whether its names are free or taken; mails tell."""
    search_notes: bool = False
    """Whether the words of encrypted notes are indexed, by keyed hashes, so that `q` finds them."""
    encrypt_text: bool = False
    """Whether descriptions, payees and what repeats them are encrypted in the database."""
    google_client_id: str = ""
    google_issuer: str = "https://accounts.google.com"
    google_jwks_url: str = "https://www.googleapis.com/oauth2/v3/certs"
    pool_size: int = 5
    pool_timeout_seconds: int = 5
    statement_timeout_ms: int = 10_000
    lock_timeout_ms: int = 3_000
    scheduler_enabled: bool = True
    scheduler_poll_seconds: int = 5
    tasks_enabled: bool = True
    tasks_concurrency: int = 4
    web_threads: int = 8
    max_upload_mb: int = 10
    person_quota_mb: int = 200
    erase_grace_days: int = 14
    """Days within which a user may take back that the account is to be erased."""
    archive_rows: int = 200_000
    """Rows of an archive of all that is kept of a person up to which a request makes it; of more, a task."""
    upload_scan_command: tuple[str, ...] = ()
    export_timeout_seconds: int = 300
    file_store: str = "local"
    s3_bucket: str = ""
    s3_endpoint_url: str = ""
    s3_region: str = ""
    public_url: str = ""
    mail_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_timeout_seconds: int = 30
    trm_url: str = ""
    opening_balance: Decimal = Decimal(0)
    tax_rate: Decimal = Decimal("0.35")
    marketing_categories: tuple[str, ...] = ("Marketing", "Publicidad")
    company_name: str = "Control Fresco"
    company_environment: frozenset[str] = frozenset()
    """Names of the company's values that the environment gives, to be compared with its row."""
    payment_horizon_days: int = 30
    credito_timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Mexico_City"))
    credito_limite_sin_direccion: Decimal = Decimal(5000)
    credito_provisiones: tuple[Decimal, ...] = tuple(map(Decimal, ("0.01", "0.10", "0.30", "0.60", "1")))
    mark_overdue_at: time = time(0, 10)
    generate_payments_at: time = time(0, 30)
    accrue_expenses_at: time = time(0, 50)
    fetch_rates_at: time = time(6, 0)
    sweep_files_at: time = time(3, 20)
    purge_expired_at: time = time(3, 40)
    notify_at: time = time(7, 0)
    remind_at: time = time(9, 0)
    webhook_networks: tuple[str, ...] = ()
    """Networks of private addresses that webhooks may have."""
    webhook_seconds: float = 10.0
    """Time that the receiver of a webhook has to answer."""
    metrics_token: str = field(default="", repr=False)
    log_level: str = "INFO"

    @property
    def production(self) -> bool:
        """Whether the strict rules apply."""
        return self.app_env == "production"


def load(environ: Mapping[str, str]) -> Config:
    """Read the settings from the environment; raises `ConfigError` that names every invalid one."""
    reader = Reader(environ)
    config = Config()
    for read in (_program, _database, _tokens, _logins, _files, _mail, _webhooks, _company, _schedule):
        config = read(reader, config)
    reader.problems += _incomplete(config) + _unsafe(config)
    if reader.problems:
        raise ConfigError("Invalid settings:\n" + "\n".join(f"- {p}" for p in reader.problems))
    return config


def _program(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        app_env=reader.choice("APP_ENV", default.app_env, ENVIRONMENTS),
        suites=reader.some_of("SUITES", SUITES),
        instance_dir=Path(reader.text("INSTANCE_DIR", str(default.instance_dir))).expanduser().resolve(),
        cors_origins=reader.origins("CORS_ORIGINS"),
        trusted_proxies=reader.integer("TRUSTED_PROXIES", default.trusted_proxies, 0, 10),
        web_threads=reader.integer("WEB_THREADS", default.web_threads, 1, 1_000),
        metrics_token=reader.text("METRICS_TOKEN", ""),
        log_level=reader.choice("LOG_LEVEL", default.log_level, ("DEBUG", "INFO", "WARNING", "ERROR")),
    )


def _database(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        database_url=reader.postgresql("DATABASE_URL"),
        direct_database_url=reader.postgresql("DIRECT_DATABASE_URL"),
        owner_database_url=reader.postgresql("OWNER_DATABASE_URL"),
        pool_size=reader.integer("DB_POOL_SIZE", default.pool_size, 1, 100),
        pool_timeout_seconds=reader.integer("DB_POOL_TIMEOUT_SECONDS", default.pool_timeout_seconds, 1, 60),
        statement_timeout_ms=reader.integer("DB_STATEMENT_TIMEOUT_MS", default.statement_timeout_ms, 100, 600_000),
        lock_timeout_ms=reader.integer("DB_LOCK_TIMEOUT_MS", default.lock_timeout_ms, 100, 600_000),
    )


def _tokens(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        secret_key=reader.secret("SECRET_KEY"),
        secrets_key=reader.sealing_keys("SECRETS_KEY"),
        data_keys=reader.data_keys("DATA_KEYS"),
        access_token_lifetime=timedelta(minutes=reader.integer("ACCESS_TOKEN_MINUTES", 15, 1, 24 * 60)),
        refresh_token_lifetime=timedelta(days=reader.integer("REFRESH_TOKEN_DAYS", 30, 1, 365)),
        auth_cookies=reader.flag("AUTH_COOKIES", default=default.auth_cookies),
    )


def _logins(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        bcrypt_rounds=reader.integer("BCRYPT_ROUNDS", default.bcrypt_rounds, 4, 16),
        login_tries_per_minute=reader.integer("LOGIN_TRIES_PER_MINUTE", default.login_tries_per_minute, 1, 100_000),
        login_failures_per_minute=reader.integer(
            "LOGIN_FAILURES_PER_MINUTE", default.login_failures_per_minute, 1, 10_000
        ),
        account_failures_per_minute=reader.integer(
            "ACCOUNT_FAILURES_PER_MINUTE", default.account_failures_per_minute, 1, 100_000
        ),
        address_failures_per_minute=reader.integer(
            "ADDRESS_FAILURES_PER_MINUTE", default.address_failures_per_minute, 1, 1_000_000
        ),
        google_client_id=reader.text("GOOGLE_CLIENT_ID", ""),
        google_issuer=reader.text("GOOGLE_ISSUER", default.google_issuer),
        google_jwks_url=reader.text("GOOGLE_JWKS_URL", default.google_jwks_url),
        registration=reader.choice("REGISTRATION", default.registration, ("closed", "invite", "open")),
        registration_limit=reader.rate("REGISTRATION_LIMIT", default.registration_limit),
        registration_quiet=reader.flag("REGISTRATION_QUIET", default=default.registration_quiet),
        search_notes=reader.flag("SEARCH_NOTES", default=default.search_notes),
        encrypt_text=reader.flag("ENCRYPT_TEXT", default=default.encrypt_text),
    )


def _files(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        max_upload_mb=reader.integer("MAX_UPLOAD_MB", default.max_upload_mb, 1, 1_000),
        erase_grace_days=reader.integer("ERASE_GRACE_DAYS", default.erase_grace_days, 0, 365),
        archive_rows=reader.integer("ARCHIVE_ROWS", default.archive_rows, 0, 10_000_000),
        person_quota_mb=reader.integer("PERSON_QUOTA_MB", default.person_quota_mb, 1, 1_000_000),
        upload_scan_command=reader.command("UPLOAD_SCAN_COMMAND"),
        export_timeout_seconds=reader.integer("EXPORT_TIMEOUT_SECONDS", default.export_timeout_seconds, 1, 3_600),
        file_store=reader.choice("FILE_STORE", default.file_store, ("local", "s3")),
        s3_bucket=reader.text("S3_BUCKET", ""),
        s3_endpoint_url=reader.text("S3_ENDPOINT_URL", ""),
        s3_region=reader.text("S3_REGION", ""),
    )


def _mail(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        public_url=reader.text("PUBLIC_URL", "").rstrip("/"),
        mail_from=reader.text("MAIL_FROM", ""),
        smtp_host=reader.text("SMTP_HOST", ""),
        smtp_port=reader.integer("SMTP_PORT", default.smtp_port, 1, 65_535),
        smtp_tls=reader.choice("SMTP_TLS", default.smtp_tls, ("starttls", "tls", "none")),
        smtp_user=reader.text("SMTP_USER", ""),
        smtp_password=reader.text("SMTP_PASSWORD", ""),
        smtp_timeout_seconds=reader.integer("SMTP_TIMEOUT_SECONDS", default.smtp_timeout_seconds, 1, 100),
    )


def _webhooks(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        webhook_networks=reader.networks("WEBHOOK_NETWORKS"),
        webhook_seconds=reader.integer("WEBHOOK_TIMEOUT_SECONDS", int(default.webhook_seconds), 1, 60),
    )


def _company(reader: Reader, default: Config) -> Config:
    most = Decimal(10) ** 15
    return replace(
        default,
        company_name=reader.text("COMPANY_NAME", default.company_name),
        timezone=reader.zone("TIMEZONE", default.timezone),
        base_currency=reader.code("BASE_CURRENCY", "MXN" if default.suites == ("credito",) else default.base_currency),
        opening_balance=reader.decimal("OPENING_BALANCE", default.opening_balance, -most, most),
        tax_rate=reader.decimal("TAX_RATE", default.tax_rate, Decimal(0), Decimal(1)),
        marketing_categories=reader.phrases("MARKETING_CATEGORIES", default.marketing_categories),
        company_environment=reader.named(_COMPANY),
        payment_horizon_days=reader.integer("PAYMENT_HORIZON_DAYS", default.payment_horizon_days, 1, 366),
        trm_url=reader.text("TRM_URL", ""),
        credito_timezone=reader.zone("CREDITO_TIMEZONE", default.credito_timezone),
        credito_limite_sin_direccion=reader.decimal(
            "CREDITO_LIMITE_SIN_DIRECCION", default.credito_limite_sin_direccion, Decimal(0), MOST_LENT
        ),
        credito_provisiones=reader.fractions("CREDITO_PROVISIONES", default.credito_provisiones),
    )


def _schedule(reader: Reader, default: Config) -> Config:
    return replace(
        default,
        scheduler_enabled=reader.flag("SCHEDULER_ENABLED", default=default.scheduler_enabled),
        scheduler_poll_seconds=reader.integer("SCHEDULER_POLL_SECONDS", default.scheduler_poll_seconds, 1, 300),
        tasks_enabled=reader.flag("TASKS_ENABLED", default=default.tasks_enabled),
        tasks_concurrency=reader.integer("TASKS_CONCURRENCY", default.tasks_concurrency, 1, 100),
        mark_overdue_at=reader.time_of_day("MARK_OVERDUE_AT", default.mark_overdue_at),
        generate_payments_at=reader.time_of_day("GENERATE_PAYMENTS_AT", default.generate_payments_at),
        accrue_expenses_at=reader.time_of_day("ACCRUE_EXPENSES_AT", default.accrue_expenses_at),
        fetch_rates_at=reader.time_of_day("FETCH_RATES_AT", default.fetch_rates_at),
        sweep_files_at=reader.time_of_day("SWEEP_FILES_AT", default.sweep_files_at),
        notify_at=reader.time_of_day("NOTIFY_AT", default.notify_at),
        remind_at=reader.time_of_day("REMIND_AT", default.remind_at),
        purge_expired_at=reader.time_of_day("PURGE_EXPIRED_AT", default.purge_expired_at),
    )


def is_loopback(address: object) -> bool:
    """Whether only this machine can connect to the address: a host and port, or the path of a Unix socket."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # any other name may be public, and an empty one means all interfaces
        return False


def _incomplete(config: Config) -> list[str]:
    """Problems of settings that depend on others."""
    problems = []
    if config.database_url is None:
        given = {
            "DIRECT_DATABASE_URL": config.direct_database_url,
            "OWNER_DATABASE_URL": config.owner_database_url,
        }
        problems += [f"{name}: only allowed with DATABASE_URL" for name, url in given.items() if url]
    if config.metrics_token and not _BEARER.fullmatch(config.metrics_token):
        problems.append("METRICS_TOKEN: only letters, digits and -._~+/=, as a bearer token is sent")
    if config.auth_cookies and "*" in config.cors_origins:
        problems.append("CORS_ORIGINS: name the origins, '*' is refused with AUTH_COOKIES")
    if config.file_store == "s3" and not config.s3_bucket:
        problems.append("S3_BUCKET: required if FILE_STORE is s3")
    addresses = {
        "S3_ENDPOINT_URL": config.s3_endpoint_url,
        "TRM_URL": config.trm_url,
        "GOOGLE_ISSUER": config.google_issuer,
        "GOOGLE_JWKS_URL": config.google_jwks_url,
    }
    for name, address in addresses.items():
        if address and not re.fullmatch(r"https?://[^\s/]+\S*", address):
            problems.append(f"{name}: {address!r} is not an http or https address")
    return problems + _incomplete_mail(config)


def _incomplete_mail(config: Config) -> list[str]:
    """Problems of the settings of mail."""
    problems = []
    if config.public_url and not _PUBLIC_URL.fullmatch(config.public_url):
        problems.append(f"PUBLIC_URL: {config.public_url!r} is not an address like https://app.example.com")
    if config.smtp_host and not config.mail_from:
        problems.append("MAIL_FROM: required if SMTP_HOST is set")
    if config.mail_from and not _SENDER.fullmatch(config.mail_from):
        problems.append(
            f"MAIL_FROM: {config.mail_from!r} is not like no-reply@example.com or Name <no-reply@example.com>"
        )
    if bool(config.smtp_user) != bool(config.smtp_password):
        problems.append("SMTP_USER: needs SMTP_PASSWORD, and SMTP_PASSWORD needs it")
    return problems


def _unsafe(config: Config) -> list[str]:
    """Problems of settings that are not safe in production."""
    if not config.production:
        return []
    problems = _weak_secrets(config)
    if config.database_url is None:
        problems.append("DATABASE_URL: required in production")
    if "*" in config.cors_origins:
        problems.append("CORS_ORIGINS: name the origins, '*' is refused in production")
    if config.google_client_id and not config.google_jwks_url.startswith("https://"):
        problems.append("GOOGLE_JWKS_URL: an https address is required in production")
    if config.smtp_user and config.smtp_tls == "none" and not is_loopback((config.smtp_host, config.smtp_port)):
        problems.append("SMTP_TLS: with none the password would be sent in the clear, which is refused in production")
    if config.bcrypt_rounds < Config.bcrypt_rounds:
        problems.append(f"BCRYPT_ROUNDS: at least {Config.bcrypt_rounds} in production")
    return problems


def _weak_secrets(config: Config) -> list[str]:
    """Problems of secrets that could be guessed."""
    problems = []
    if not config.secret_key:
        problems.append("SECRET_KEY: required in production (try: openssl rand -hex 32)")
    elif len(config.secret_key) < SHORTEST_SECRET or len(set(config.secret_key)) < SHORTEST_SECRET // 4:
        problems.append(f"SECRET_KEY: too weak; at least {SHORTEST_SECRET} random characters")
    elif "change-me" in config.secret_key.lower():
        problems.append("SECRET_KEY: this is the example's, choose your own")
    if not config.secrets_key:
        problems.append(f"SECRETS_KEY: required in production (try: {NEW_SEALING_KEY})")
    elif any(map(_is_weak_sealing_key, config.secrets_key)):
        problems.append("SECRETS_KEY: too weak; 32 random bytes are needed")
    if 0 < len(config.metrics_token) < SHORTEST_SECRET:
        problems.append(f"METRICS_TOKEN: too weak; at least {SHORTEST_SECRET} random characters")
    return problems + _weak_data_keys(config)


def _weak_data_keys(config: Config) -> list[str]:
    """Problems of the keys of people's books."""
    if "personal" in config.suites and not config.data_keys:
        return [f"DATA_KEYS: required in production with the suite personal (try: k1: and {NEW_SEALING_KEY})"]
    if any(_is_weak_sealing_key(key.partition(":")[2]) for key in config.data_keys):
        return ["DATA_KEYS: too weak; 32 random bytes are needed"]
    return []


def _is_weak_sealing_key(key: str) -> bool:
    return SEALING_KEY.fullmatch(key) is not None and len(set(b64decode(key, b"-_"))) < SHORTEST_SECRET // 4
